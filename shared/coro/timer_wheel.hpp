// A hierarchical timer wheel (Varghese & Lauck 1987, scheme 7) for a million sleeping coroutines: insertion O(1), no
// allocation (the node lives in the sleeper's frame), removal O(1), expiry O(1) amortised.
// Deadlines are exact: the wheel only buckets them, by ticks of about 1 ms. Timers come out in order of their
// deadlines, equal ones in order of insertion. Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "coro/list.hpp"

namespace trilane::coro {

/// Derived from by what waits; leaves the wheel when it is destroyed.
struct TimerNode : ListNode {
  std::int64_t deadline_ns = 0;
};
using TimerList = List<TimerNode>;

class TimerWheel {
 public:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  explicit TimerWheel(std::int64_t now_ns) : tick_(now_ns >> kTickBits) {}

  /// The node is in no list.
  void insert(TimerNode& node, std::int64_t deadline_ns);
  /// Appends every timer that is due at `now_ns`, which never goes back, to `due`.
  void expire(std::int64_t now_ns, TimerList& due);
  /// The earliest deadline; after a node was unlinked, a lower bound of it. kNever without timers.
  std::int64_t next_deadline_ns() const;
  /// See List::for_each; in no order.
  template <class Visit>
  void for_each(Visit visit) {
    current_.for_each(visit);
    for (Level& level : levels_) {
      for (TimerList& slot : level.slots) slot.for_each(visit);
    }
  }

 private:
  static constexpr int kTickBits = 20;  // a tick is 2^20 ns
  static constexpr int kDigitBits = 6;
  static constexpr std::size_t kSlots = std::size_t{1} << kDigitBits;
  static constexpr std::size_t kLevels = 8;  // 48 bits of ticks: more than a clock of 63 bits of ns has

  // A tick is a number with one digit a level. A timer is at the level of the highest digit in which its tick differs
  // from the current one, in its digit's slot: all of a level's timers are earlier than all of the next level's.
  struct Level {
    std::array<TimerList, kSlots> slots;
    std::array<std::int64_t, kSlots> earliest{};  // deadline in a slot, where `occupied` has its bit
    std::uint64_t occupied = 0;                   // a bit a slot; may still be set when its nodes were unlinked
  };

  static void put(Level& level, std::size_t slot, TimerNode& node);
  static void take(Level& level, std::size_t slot, TimerList& list);
  /// Into the slots, also when its tick is the current one.
  void place(TimerNode& node);
  void insert_sorted(TimerNode& node);
  /// What is in the current tick's slot becomes `current_`.
  void begin_tick();

  std::array<Level, kLevels> levels_;
  TimerList current_;  // of the current tick and overdue, sorted: a loop that turns often in one tick walks no others
  std::int64_t tick_;
  std::vector<TimerNode*> to_sort_;
};

}  // namespace trilane::coro
