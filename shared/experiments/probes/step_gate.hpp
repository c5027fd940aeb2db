// Threads that are held before each of their steps until somebody lets one go on: schedules chosen by hand.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace trilane {

/// Threads are numbers from 0. Every function is thread-safe.
class StepGate {
 public:
  explicit StepGate(std::size_t threads) : threads_(threads) {}

  /// A held thread: says that its last step is done, and waits until the next may be made. False: go home.
  bool arrive(std::size_t thread);
  /// A held thread: the step it was let go for is done, and for a while it goes its own way, until it arrives again.
  void depart(std::size_t thread);
  /// A held thread: it makes no more steps.
  void leave(std::size_t thread);

  /// The scheduler: lets `thread` make exactly one step, and returns when it stands before the next, has departed,
  /// or has left. What it wrote is then seen here. False when it was not there, and did not come, within the time, or
  /// has left.
  bool step(std::size_t thread, std::int64_t at_most_ns);
  /// Sends every thread home, now and later.
  void close();

 private:
  enum class At : std::uint8_t { away, waiting, stepping, left };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<At> threads_;
  bool closed_ = false;
};

}  // namespace trilane
