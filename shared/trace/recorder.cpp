#include "trace/recorder.hpp"

#include <bit>

#include "base/check.hpp"

namespace trilane {

LaneRing::LaneRing(std::size_t capacity)
    : slots_(std::allocator<Span>().allocate(capacity), Free{capacity}), mask_(capacity - 1) {
  TRILANE_CHECK(std::has_single_bit(capacity));
  std::uninitialized_value_construct_n(slots_.get(), std::min<std::uint64_t>(kReady, capacity));
}

void LaneRing::pop_all(std::vector<Span>& out) {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);  // only this side writes it
  const std::uint64_t head = head_.load(std::memory_order_acquire);  // pairs with the release in push()
  out.reserve(out.size() + (head - tail));
  for (std::uint64_t i = tail; i != head; ++i) out.push_back(slots_.get()[i & mask_]);
  tail_.store(head, std::memory_order_release);  // pairs with the acquire in push(): the slots are free
}

Recorder::Recorder(std::size_t lanes, std::size_t capacity_per_lane) {
  rings_.reserve(lanes);
  for (std::size_t i = 0; i < lanes; ++i) rings_.push_back(std::make_unique<LaneRing>(capacity_per_lane));
}

void Recorder::drain(std::vector<Span>& out) {
  for (const auto& ring : rings_) ring->pop_all(out);
}

std::uint64_t Recorder::dropped() const {
  std::uint64_t total = 0;
  for (const auto& ring : rings_) total += ring->dropped();
  return total;
}

void Recorder::forget_dropped() {
  for (const auto& ring : rings_) ring->forget_dropped();
}

std::size_t Recorder::touched_bytes() const {
  std::size_t bytes = 0;
  for (const auto& ring : rings_) bytes += ring->touched_bytes();
  return bytes;
}

}  // namespace trilane
