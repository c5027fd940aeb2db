// A hierarchical timer wheel (Varghese & Lauck 1987, scheme 7) with 1 ms ticks, for a million sleeping coroutines:
// insertion O(1), no allocation (the node lives in the sleeper's frame), expiry O(1) amortised.
// A timer fires at the first tick at or after its deadline: never early, at most one tick late.
// Not thread-safe.
#pragma once

#include <array>
#include <coroutine>
#include <cstdint>

namespace trilane::coro {

/// Lives in the awaiter; linked into the wheel while the coroutine sleeps.
struct TimerNode {
  TimerNode* next = nullptr;
  std::int64_t tick = 0;  ///< Deadline in ticks.
  std::coroutine_handle<> handle;
};

class TimerWheel {
 public:
  static constexpr std::int64_t kTickNs = 1'000'000;

  /// Time zero of the wheel's ticks: the clock's reading when it is made.
  explicit TimerWheel(std::int64_t origin_ns) : origin_ns_(origin_ns) {}

  void insert(TimerNode& node, std::int64_t deadline_ns);
  /// Takes out every timer due at `now_ns`, as a list in order of their ticks; nullptr when none is.
  TimerNode* expire(std::int64_t now_ns);
  /// Takes out all timers, due or not.
  TimerNode* take_all();
  /// When expire() should be called next, in ns; a lower bound that is exact within one turn of the inner wheel.
  /// Only meaningful when !empty().
  std::int64_t next_deadline_ns() const;
  bool empty() const { return size_ == 0; }
  /// When a node's tick is, in ns.
  std::int64_t tick_time_ns(const TimerNode& node) const { return origin_ns_ + node.tick * kTickNs; }
  std::uint64_t size() const { return size_; }

 private:
  static constexpr int kBits = 10;
  static constexpr std::int64_t kSlots = 1 << kBits;
  static constexpr int kLevels = 3;  // 1 s, 17 min, 12 days; later ones are parked in the last slot and re-inserted

  struct Level {
    std::array<TimerNode*, kSlots> slots{};
    std::array<std::uint64_t, kSlots / 64> occupied{};  // one bit a slot: finds the next one without a walk
  };

  void place(TimerNode& node);
  TimerNode* take_slot(int level, std::int64_t slot);
  /// First occupied slot at or after `from` within one turn, as a distance; kSlots when there is none.
  static std::int64_t distance_to_next(const Level& level, std::int64_t from);

  std::array<Level, kLevels> levels_;
  std::int64_t origin_ns_;
  std::int64_t tick_ = 0;  // every timer with a tick before this one has fired
  std::uint64_t size_ = 0;
};

}  // namespace trilane::coro
