// The counter of the `counter` workload: shared by the threads of one address space, in one of five ways.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "workloads/workload.hpp"

namespace trilane {

/// Thread-safe. Each worker passes its own lane.
class SharedCounter {
 public:
  SharedCounter(CounterMode mode, std::size_t lanes) : mode_(mode), locals_(lanes) {}

  CounterMode mode() const { return mode_; }

  /// Called for each wait for the mutex, when it was let go again.
  using OnWait = std::function<void(std::int64_t begin_ns, std::int64_t end_ns)>;
  /// Adds 1, `increments` times, in the counter's mode.
  void add(std::uint64_t increments, std::size_t lane, const OnWait& on_wait);

  /// The same with between() called after each load, before its store (CounterMode::call).
  template <class Between>
  void add_with_call(std::uint64_t increments, Between between) {
    for (std::uint64_t i = 0; i < increments; ++i) {
      const std::uint64_t seen = shared_.load(std::memory_order_relaxed);
      between();
      shared_.store(seen + 1, std::memory_order_relaxed);
    }
  }

  /// What the counter holds. With CounterMode::local the sum over all lanes. After the workers have ended.
  std::uint64_t value() const;

 private:
  struct alignas(64) Local {
    std::atomic<std::uint64_t> value{0};
  };

  CounterMode mode_;
  alignas(64) std::atomic<std::uint64_t> shared_{0};
  std::mutex mutex_;
  std::vector<Local> locals_;
};

}  // namespace trilane
