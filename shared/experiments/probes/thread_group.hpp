// A few threads that belong together, for the experiments: started at once, joined at the end, looked after meanwhile.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.hpp"

namespace trilane {

/// Used by one thread, which may block (coro::Scheduler::blocking).
class ThreadGroup {
 public:
  ThreadGroup() = default;
  /// Joins: whatever the bodies wait for must have been ended before.
  ~ThreadGroup();
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;

  /// Fails when the system has no more threads.
  Status start(std::function<void()> body);
  /// Waits until every body has returned, but no longer than this. True when they have.
  bool wait(std::int64_t at_most_ns);

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t running_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace trilane
