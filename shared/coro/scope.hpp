// Coroutines that belong together: a Scope owns those that are started in it, can end their sleeps, waits for their
// end, and destroys what has not ended when it is destroyed itself - from the root, so that no frame is left with a
// handle of another that is gone. Loop thread only; it ends before its scheduler, and not from inside one of its own
// coroutines.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <utility>

#include "coro/scheduler.hpp"

namespace trilane::coro {

class Scope {
 public:
  explicit Scope(Scheduler& scheduler) : scheduler_(scheduler), ended_(scheduler) { ended_.set(); }
  ~Scope() {
    while (!roots_.empty()) std::coroutine_handle<Promise>::from_promise(roots_.front()).destroy();
  }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  Scheduler& scheduler() { return scheduler_; }

  /// Runs the task at once, up to where it first waits.
  void start(Task<void> task) { run(*this, std::move(task)); }
  bool empty() const { return roots_.empty(); }
  /// `co_await scope.ended()`: resumes when no coroutine of it is left.
  Event& ended() { return ended_; }

  class [[nodiscard]] Delay : public Sleeper {
   public:
    Delay(Scope& scope, std::int64_t until_ns) : scope_(scope) { deadline_ns = until_ns; }
    bool await_ready() const noexcept { return scope_.cancelled_; }
    void await_suspend(std::coroutine_handle<> waiting) {
      handle = waiting;
      link_.sleeper = this;
      scope_.sleepers_.push_back(link_);
      scope_.scheduler_.sleep(*this, deadline_ns);
    }
    bool await_resume() {
      link_.unlink();
      return !scope_.cancelled_;
    }

   private:
    friend class Scope;
    Scope& scope_;
    struct Link : ListNode {
      Sleeper* sleeper = nullptr;
    } link_;
  };
  /// `const bool whole = co_await scope.delay(ns);`: false when the scope was cancelled, which ends it at once. Not in
  /// a loop's condition: GCC 12 copies an awaiter there, byte by byte.
  Delay delay(std::int64_t duration_ns) { return {*this, now_ns() + duration_ns}; }
  Delay delay_until(std::int64_t deadline_ns) { return {*this, deadline_ns}; }

  /// Ends the delays of this scope, those to come too. Nobody else's.
  void cancel() {
    cancelled_ = true;
    sleepers_.for_each([this](Delay::Link& link) {
      link.unlink();
      scheduler_.wake(*link.sleeper);
    });
  }
  bool cancelled() const { return cancelled_; }

 private:
  struct Root;
  struct Promise : ListNode {
    Promise(Scope& owner, Task<void>&) : scope(owner) {
      scope.roots_.push_back(*this);
      scope.ended_.reset();
    }
    ~Promise() {
      unlink();
      if (scope.roots_.empty()) scope.ended_.set();
    }
    Root get_return_object() const;
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    Scope& scope;
  };
  struct Root {
    using promise_type = Promise;
  };
  static Root run(Scope&, Task<void> task) { co_await std::move(task); }

  Scheduler& scheduler_;
  Event ended_;
  List<Promise> roots_;
  List<Delay::Link> sleepers_;
  bool cancelled_ = false;
};

inline Scope::Root Scope::Promise::get_return_object() const { return {}; }

}  // namespace trilane::coro
