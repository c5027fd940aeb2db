#include "coro/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace trilane::coro {
namespace {

// A slot is a stack: reversed, it gives the sleepers back in the order in which they went to sleep.
TimerNode* reversed(TimerNode* list) {
  TimerNode* result = nullptr;
  while (list != nullptr) {
    TimerNode* next = list->next;
    list->next = result;
    result = list;
    list = next;
  }
  return result;
}

}  // namespace

void TimerWheel::insert(TimerNode& node, std::int64_t deadline_ns) {
  const std::int64_t since = std::max<std::int64_t>(deadline_ns - origin_ns_, 0);
  node.tick = std::max((since + kTickNs - 1) / kTickNs, tick_);
  ++size_;
  place(node);
}

void TimerWheel::place(TimerNode& node) {
  int level = 0;
  std::int64_t tick = node.tick;
  // A timer goes to the finest level whose one turn from now still reaches it.
  while (level + 1 < kLevels && (tick >> (kBits * level)) - (tick_ >> (kBits * level)) >= kSlots) ++level;
  const std::int64_t furthest = (tick_ >> (kBits * level)) + kSlots - 1;
  const std::int64_t slot = std::min(tick >> (kBits * level), furthest) % kSlots;
  Level& target = levels_[static_cast<std::size_t>(level)];
  const auto index = static_cast<std::size_t>(slot);
  node.next = target.slots[index];
  target.slots[index] = &node;
  target.occupied[index / 64] |= 1ULL << (index % 64);
}

TimerNode* TimerWheel::take_slot(int level, std::int64_t slot) {
  Level& source = levels_[static_cast<std::size_t>(level)];
  const auto index = static_cast<std::size_t>(slot);
  TimerNode* list = source.slots[index];
  source.slots[index] = nullptr;
  source.occupied[index / 64] &= ~(1ULL << (index % 64));
  return list;
}

TimerNode* TimerWheel::expire(std::int64_t now_ns) {
  const std::int64_t now_tick = (now_ns - origin_ns_) / kTickNs;
  TimerNode* first = nullptr;
  TimerNode** last = &first;
  while (tick_ <= now_tick && size_ != 0) {
    // At the start of each turn of a finer level the coarser slot that begins now is dealt out to the finer levels.
    for (int level = kLevels - 1; level > 0; --level) {
      const std::int64_t span = std::int64_t{1} << (kBits * level);
      if (tick_ % span != 0) continue;
      for (TimerNode* node = reversed(take_slot(level, (tick_ / span) % kSlots)); node != nullptr;) {
        TimerNode* next = node->next;
        place(*node);
        node = next;
      }
    }
    *last = reversed(take_slot(0, tick_ % kSlots));
    for (; *last != nullptr; last = &(*last)->next) --size_;
    ++tick_;
    // Skip empty ticks, but not past the next turn of the inner wheel, where coarser timers are dealt out.
    const std::int64_t to_turn = (kSlots - tick_ % kSlots) % kSlots;
    tick_ = std::min(tick_ + std::min(distance_to_next(levels_[0], tick_ % kSlots), to_turn), now_tick + 1);
  }
  tick_ = std::max(tick_, now_tick + 1);
  return first;
}

TimerNode* TimerWheel::take_all() {
  TimerNode* first = nullptr;
  TimerNode** last = &first;
  for (int level = 0; level < kLevels; ++level) {
    for (std::int64_t slot = 0; slot < kSlots; ++slot) {
      *last = take_slot(level, slot);
      while (*last != nullptr) last = &(*last)->next;
    }
  }
  size_ = 0;
  return first;
}

std::int64_t TimerWheel::distance_to_next(const Level& level, std::int64_t from) {
  for (std::int64_t step = 0; step < kSlots;) {
    const auto at = static_cast<std::size_t>((from + step) % kSlots);
    const std::uint64_t word = level.occupied[at / 64] >> (at % 64);
    if (word != 0) return std::min<std::int64_t>(step + std::countr_zero(word), kSlots);
    step += 64 - static_cast<std::int64_t>(at % 64);
  }
  return kSlots;
}

std::int64_t TimerWheel::next_deadline_ns() const {
  const std::int64_t to_turn = (kSlots - tick_ % kSlots) % kSlots;
  const std::int64_t distance = distance_to_next(levels_[0], tick_ % kSlots);
  // A coarser timer may be due right at the inner wheel's next turn: never sleep past it.
  const std::int64_t steps = std::min(distance, to_turn);
  return origin_ns_ + (tick_ + steps) * kTickNs;
}

}  // namespace trilane::coro
