#include "coro/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace trilane::coro {

void TimerWheel::insert(TimerNode& node, std::int64_t deadline_ns) {
  node.deadline_ns = deadline_ns;
  if (deadline_ns >> kTickBits <= tick_) {
    insert_sorted(node);
  } else {
    place(node);
  }
}

void TimerWheel::insert_sorted(TimerNode& node) {
  // From the end: what goes to sleep later is mostly due later.
  ListNode* after = current_.end()->prev;
  while (after != current_.end() && static_cast<TimerNode*>(after)->deadline_ns > node.deadline_ns) after = after->prev;
  node.link_after(*after);
}

void TimerWheel::put(Level& level, std::size_t slot, TimerNode& node) {
  const std::uint64_t bit = std::uint64_t{1} << slot;
  std::int64_t& earliest = level.earliest[slot];
  earliest = (level.occupied & bit) != 0 ? std::min(earliest, node.deadline_ns) : node.deadline_ns;
  level.occupied |= bit;
  level.slots[slot].push_back(node);
}

void TimerWheel::take(Level& level, std::size_t slot, TimerList& list) {
  list.take_all(level.slots[slot]);
  level.occupied &= ~(std::uint64_t{1} << slot);
}

void TimerWheel::place(TimerNode& node) {
  const std::int64_t tick = node.deadline_ns >> kTickBits;
  const auto differs = static_cast<std::uint64_t>(tick ^ tick_);
  const int level = differs == 0 ? 0 : (std::bit_width(differs) - 1) / kDigitBits;
  put(levels_[static_cast<std::size_t>(level)], static_cast<std::size_t>(tick >> (level * kDigitBits)) % kSlots, node);
}

void TimerWheel::begin_tick() {
  const std::size_t slot = static_cast<std::size_t>(tick_) % kSlots;
  if ((levels_[0].occupied >> slot & 1) == 0) return;
  take(levels_[0], slot, current_);
  bool sorted = true;
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  current_.for_each([&](const TimerNode& node) {
    sorted = sorted && node.deadline_ns >= last;
    last = node.deadline_ns;
  });
  if (sorted) return;
  to_sort_.clear();
  while (!current_.empty()) to_sort_.push_back(&current_.pop_front());
  std::ranges::stable_sort(to_sort_, {}, &TimerNode::deadline_ns);
  for (TimerNode* node : to_sort_) current_.push_back(*node);
}

void TimerWheel::expire(std::int64_t now_ns, TimerList& due) {
  const std::int64_t now_tick = std::max(now_ns >> kTickBits, tick_);
  while (true) {
    while (!current_.empty() && current_.front().deadline_ns <= now_ns) due.push_back(current_.pop_front());
    if (tick_ == now_tick) return;
    std::size_t index = 0;
    while (index < kLevels && levels_[index].occupied == 0) ++index;
    if (index == kLevels) break;
    // A level has no slots up to the current digit, so its first one is the earliest of all.
    const auto slot = static_cast<std::size_t>(std::countr_zero(levels_[index].occupied));
    const int shift = static_cast<int>(index) * kDigitBits;
    const std::int64_t span = std::int64_t{1} << (shift + kDigitBits);
    const std::int64_t begin = (tick_ & ~(span - 1)) | static_cast<std::int64_t>(slot) << shift;
    if (begin > now_tick) break;
    tick_ = begin;
    if (index != 0) {
      // Dealt out to the finer levels before anything can be put in there directly: equal deadlines stay in order.
      TimerList begun;
      take(levels_[index], slot, begun);
      while (!begun.empty()) place(begun.pop_front());
    }
    begin_tick();
  }
  tick_ = now_tick;
}

std::int64_t TimerWheel::next_deadline_ns() const {
  if (!current_.empty()) return current_.front().deadline_ns;
  for (const Level& level : levels_) {
    if (level.occupied != 0) return level.earliest[static_cast<std::size_t>(std::countr_zero(level.occupied))];
  }
  return kNever;
}

}  // namespace trilane::coro
