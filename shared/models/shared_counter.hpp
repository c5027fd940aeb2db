// The counter of the `counter` workload: shared by the threads of one address space, in one of four ways.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "workloads/workload.hpp"

namespace trilane {

/// Thread-safe. Each worker passes its own lane.
class SharedCounter {
 public:
  SharedCounter(CounterMode mode, std::size_t lanes) : mode_(mode), locals_(lanes) {}

  /// Adds 1, `increments` times, in the counter's mode. Returns the ns spent waiting for the mutex.
  std::int64_t add(std::uint64_t increments, std::size_t lane);

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
