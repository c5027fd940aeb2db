// Hands out task numbers 0..n-1 to threads: one atomic counter, taken in chunks that follow the tasks' cost.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "workloads/workload.hpp"

namespace trilane {

/// take() from any thread.
class TaskQueue {
 public:
  TaskQueue(std::uint32_t tasks, std::uint32_t workers) : tasks_(tasks), workers_(workers) {}

  /// The next tasks, at most `wanted`; empty (first == last) when none are left. Near the end never more than a quarter
  /// of an even share, so that no worker is left alone with a long tail.
  Range take(std::uint64_t wanted) {
    // Relaxed: the counter hands out numbers only; what tasks read was published when the threads were started.
    const std::uint64_t seen = next_.load(std::memory_order_relaxed);
    if (seen >= tasks_) return {tasks_, tasks_};
    const std::uint64_t fair = std::max<std::uint64_t>((tasks_ - seen) / (4ULL * workers_), 1);
    const std::uint64_t count = std::min(wanted, fair);
    const std::uint64_t first = next_.fetch_add(count, std::memory_order_relaxed);
    if (first >= tasks_) return {tasks_, tasks_};
    return {first, std::min(first + count, tasks_)};
  }

 private:
  std::uint64_t tasks_;
  std::uint64_t workers_;
  alignas(64) std::atomic<std::uint64_t> next_{0};
};

/// How many tasks a worker should take at once, from how long its last chunk took: short tasks come many at a time,
/// long ones one by one.
class ChunkSizer {
 public:
  ChunkSizer(std::int64_t target_ns, std::uint64_t max_chunk) : target_ns_(target_ns), max_chunk_(max_chunk) {}
  std::uint64_t size() const { return size_; }
  void took(std::int64_t duration_ns, std::uint64_t tasks) {
    const auto fits = static_cast<std::uint64_t>(target_ns_) * tasks /
                      static_cast<std::uint64_t>(std::max<std::int64_t>(duration_ns, 1));
    // Growing step by step: the first tasks may be untypically cheap.
    size_ = std::clamp<std::uint64_t>(std::min(fits, size_ * 4), 1, max_chunk_);
  }

 private:
  std::int64_t target_ns_;
  std::uint64_t max_chunk_;
  std::uint64_t size_ = 1;
};

}  // namespace trilane
