// A request to stop, seen by every thread of a run. Polled at checkpoints (between kernel chunks, waits, tasks).
#pragma once

#include <atomic>

namespace trilane {

/// Thread-safe. Outlives every run that polls it.
class CancelToken {
 public:
  // Relaxed: the flag publishes no data, it only has to arrive soon.
  void request() { flag_.store(true, std::memory_order_relaxed); }
  void reset() { flag_.store(false, std::memory_order_relaxed); }
  bool requested() const { return flag_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> flag_{false};
};

}  // namespace trilane
