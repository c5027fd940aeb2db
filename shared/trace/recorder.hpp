// Records spans with no lock and no allocation: one single-producer single-consumer ring for each lane.
// The producer is the thread that owns the lane; the consumer is whoever calls drain() (one thread at a time).
// A full ring drops the new span and counts it: the count is shown, nothing blocks.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "trace/span.hpp"

namespace trilane {

class LaneRing {
 public:
  /// `capacity` is a power of two, in spans. Memory is there for the first kReady of them, so that a short run waits
  /// for none; the rest comes with the first spans that need it, and costs nothing in a run without so many.
  explicit LaneRing(std::size_t capacity);

  /// Producer thread only.
  void push(const Span& span) {
    // Relaxed: only this thread writes head_.
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    if (head - cached_tail_ > mask_) {
      // Acquire pairs with the release in pop(): the slots up to tail_ have been read and may be written again.
      cached_tail_ = tail_.load(std::memory_order_acquire);
      if (head - cached_tail_ > mask_) {
        dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        return;
      }
    }
    std::construct_at(&slots_.get()[head & mask_], span);
    // Release publishes the slot to pop().
    head_.store(head + 1, std::memory_order_release);
  }

  /// Consumer thread only: appends what is there to `out`.
  void pop_all(std::vector<Span>& out);

  /// Any thread.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }
  /// While nobody pushes.
  void forget_dropped() { dropped_.store(0, std::memory_order_relaxed); }
  /// Memory that was written to so far. Any thread.
  std::size_t touched_bytes() const {
    return std::min(std::max(head_.load(std::memory_order_relaxed), kReady), mask_ + 1) * sizeof(Span);
  }

 private:
  static constexpr std::uint64_t kReady = 512;
  struct Free {
    void operator()(Span* slots) const { std::allocator<Span>().deallocate(slots, capacity); }
    std::size_t capacity;
  };

  std::unique_ptr<Span, Free> slots_;  // an array whose spans begin to exist with push()
  std::uint64_t mask_;
  // Producer and consumer sides on cache lines of their own, so that draining does not slow recording.
  alignas(64) std::atomic<std::uint64_t> head_{0};
  std::uint64_t cached_tail_ = 0;
  std::atomic<std::uint64_t> dropped_{0};
  alignas(64) std::atomic<std::uint64_t> tail_{0};
};

/// The rings of one run, for all of its repeats: the first one pays for the memory of many spans. Made before its lanes
/// start, destroyed after they ended.
class Recorder {
 public:
  /// No rings at all when `lanes` is 0: tracing off.
  Recorder(std::size_t lanes, std::size_t capacity_per_lane);

  bool enabled() const { return !rings_.empty(); }
  /// nullptr when tracing is off. Each lane has one producer thread.
  LaneRing* lane(std::size_t index) { return enabled() ? rings_[index].get() : nullptr; }
  /// One thread at a time: appends the spans recorded since the last drain.
  void drain(std::vector<Span>& out);
  /// Any thread: since the last forget_dropped().
  std::uint64_t dropped() const;
  /// Between repeats, after a drain.
  void forget_dropped();
  std::size_t touched_bytes() const;

 private:
  std::vector<std::unique_ptr<LaneRing>> rings_;
};

}  // namespace trilane
