// A doubly linked list whose links live in what is listed: no allocation, and a node that is destroyed leaves its list
// by itself. So a coroutine's frame may be destroyed wherever it waits. One thread.
#pragma once

namespace trilane::coro {

struct ListNode {
  ListNode* next = nullptr;  ///< nullptr: in no list.
  ListNode* prev = nullptr;

  ListNode() = default;
  ~ListNode() { unlink(); }
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;

  bool linked() const { return next != nullptr; }
  /// Is in no list before.
  void link_after(ListNode& before) {
    next = before.next;
    prev = &before;
    next->prev = before.next = this;
  }
  void unlink() {
    if (next == nullptr) return;
    next->prev = prev;
    prev->next = next;
    next = prev = nullptr;
  }
};

/// Of nodes of one type, which derives from ListNode. Nodes that are still listed at its end are let go.
template <class Node>
class List {
 public:
  List() { head_.next = head_.prev = &head_; }
  ~List() {
    while (!empty()) pop_front();
  }
  List(const List&) = delete;
  List& operator=(const List&) = delete;

  bool empty() const { return head_.next == &head_; }
  Node& front() { return static_cast<Node&>(*head_.next); }
  const Node& front() const { return static_cast<const Node&>(*head_.next); }
  /// What follows the last node and precedes the first; no node.
  ListNode* end() { return &head_; }
  void push_back(Node& node) { node.link_after(*head_.prev); }
  Node& pop_front() {
    Node& first = front();
    first.unlink();
    return first;
  }
  /// Appends all nodes of `other`, which is empty afterwards.
  void take_all(List& other) {
    if (other.empty()) return;
    other.head_.next->prev = head_.prev;
    head_.prev->next = other.head_.next;
    head_.prev = other.head_.prev;
    other.head_.prev->next = &head_;
    other.head_.next = other.head_.prev = &other.head_;
  }
  /// `visit(node)` may unlink and destroy the node that it is given, and no other.
  template <class Visit>
  void for_each(Visit visit) {
    for (ListNode* at = head_.next; at != &head_;) {
      ListNode* next = at->next;
      visit(static_cast<Node&>(*at));
      at = next;
    }
  }

 private:
  ListNode head_;  // linked to itself when the list is empty
};

}  // namespace trilane::coro
