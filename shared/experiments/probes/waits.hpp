// Waits by different means, many at once, for the experiments on waiting.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "coro/scheduler.hpp"
#include "experiments/probes/thread_group.hpp"
#include "platform/clock.hpp"

namespace trilane::lab {

/// Stop is looked for this often in a long wait.
inline constexpr std::int64_t kWaitSliceNs = 50'000'000;

/// Waits on the event loop; shorter when stopped. Loop thread.
coro::Task<void> wait_for(coro::Scheduler& scheduler, const CancelToken& cancel, std::int64_t wait_ns);
/// The same, blocking the calling thread.
void block_for(const CancelToken& cancel, std::int64_t wait_ns);

/// How many wait at once, over time. Loop thread only.
class UnderWay {
 public:
  void change(int by);
  [[nodiscard]] int most() const { return most_; }
  /// [[ms since this was made, how many], …], two points for each change; empty where they are too many to be drawn.
  [[nodiscard]] nlohmann::json points() const { return complete_ ? points_ : nlohmann::json::array(); }

 private:
  std::int64_t begin_ns_ = now_ns();
  int now_ = 0, most_ = 0;
  bool complete_ = true;
  nlohmann::json points_ = nlohmann::json::array();
};

/// Threads that have come to a gate, have touched what they need of their stacks, and wait there. Used by one thread at
/// a time, which may block (coro::Scheduler::blocking).
class IdleThreads {
 public:
  /// `then`: what each does when the gate is opened.
  explicit IdleThreads(std::function<void()> then = {}) : then_(std::move(then)) {}
  ~IdleThreads() { finish(); }
  IdleThreads(const IdleThreads&) = delete;
  IdleThreads& operator=(const IdleThreads&) = delete;

  /// Creates so many more and returns when they are at the gate. Errors: the system has no more threads; those that
  /// there are stay.
  Status add(unsigned count);
  /// Opens the gate and returns when all have ended. Nothing is added after it.
  void finish();

 private:
  void stay();

  std::function<void()> then_;
  std::mutex mutex_;
  std::condition_variable arrived_, opened_;
  std::uint64_t created_ = 0, inside_ = 0;
  bool open_ = false;
  ThreadGroup group_;  // the last: it joins before what its threads use is gone
};

/// As many waits at once as `count`, a coroutine for each: from the making of the first until the last is over, ms.
coro::Task<double> waits_on_loop(coro::Scheduler& scheduler, const CancelToken& cancel, unsigned count,
                                 std::int64_t wait_ns);

struct ThreadWaits {
  double ms = 0;
  std::optional<double> bytes;  ///< Of one thread: by how much this process grew. Only when `warm`.
};
/// The same, a thread for each. `warm`: the threads are there before, held at a gate, and the time begins when it
/// opens; else they are made within the time. Blocks; not on the loop's thread. Errors: no more threads.
Result<ThreadWaits> waits_in_threads(const CancelToken& cancel, unsigned count, std::int64_t wait_ns, bool warm);

}  // namespace trilane::lab
