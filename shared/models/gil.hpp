// A model of CPython's GIL: one real lock on real threads. Follows the "new GIL" (CPython >= 3.2, Python/ceval_gil.c,
// as described by Antoine Pitrou): a thread that wants the lock waits `switch interval`; if nobody switched meanwhile
// it asks the holder to drop it; the holder looks at that request at its checkpoints, drops the lock, and waits until
// another thread has really taken it. Released around waits, as CPython does around blocking calls.
//
// It is a model: CPython's checkpoints are bytecode boundaries, ours are kernel chunks (20-100 us).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace trilane {

/// Thread-safe. Not recursive.
class Gil {
 public:
  explicit Gil(double switch_interval_ms) : interval_(switch_interval_ms) {}

  void acquire();
  void release();

  /// For the holder, at a checkpoint: has another thread asked for the lock? Cheap.
  // Relaxed: a hint only; yield() looks again under the mutex.
  bool drop_requested() const { return drop_requested_.load(std::memory_order_relaxed); }
  /// For the holder: hands the lock to the thread that asked, and takes its own turn after it.
  void yield();

 private:
  void acquire_locked(std::unique_lock<std::mutex>& lock);

  std::chrono::duration<double, std::milli> interval_;
  std::mutex mutex_;
  std::condition_variable released_;
  std::condition_variable switched_;
  bool held_ = false;
  std::uint64_t switches_ = 0;  // acquisitions so far
  std::atomic<bool> drop_requested_{false};
};

}  // namespace trilane
