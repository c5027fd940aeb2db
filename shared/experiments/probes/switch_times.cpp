#include "experiments/probes/switch_times.hpp"

#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <exception>
#include <mutex>

#include "coro/scheduler.hpp"
#include "experiments/probes/thread_group.hpp"
#include "platform/clock.hpp"
#include "platform/system_info.hpp"

namespace trilane::lab {
namespace {

/// Starts at once and frees itself at its end.
struct Player {
  struct promise_type {
    Player get_return_object() const { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
};

/// To the end of the queue, as a coroutine of the event loop that lets others run.
struct Turn {
  coro::ReadyQueue& queue;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const { queue.push(handle); }
  void await_resume() const noexcept {}
};

Player play(coro::ReadyQueue& queue, int turns) {
  for (int i = 0; i < turns; ++i) co_await Turn{queue};
}

/// Whose turn it is, of two threads.
class Baton {
 public:
  void pass(int to) {
    {
      const std::lock_guard lock(mutex_);
      turn_ = to;
    }
    // After the unlock: the other, woken on this core, would only run into the mutex.
    changed_.notify_one();
  }
  void wait(int own) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == own; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int turn_ = 0;
};

constexpr std::uint64_t kWork = 20'000'000;  // some 20 ms

/// Each step needs the one before it, so no compiler can make it shorter.
[[gnu::noinline]] std::uint64_t compute(std::uint64_t steps) {
  std::uint64_t value = steps;
  for (std::uint64_t i = 0; i < steps; ++i) value = value * 6364136223846793005U + 1442695040888963407U;
  return value;
}

}  // namespace

double switch_coroutines(int switches) {
  coro::ReadyQueue queue;
  play(queue, switches / 2);
  play(queue, switches / 2);
  const std::int64_t begin = now_ns();
  while (!queue.empty()) queue.pop().resume();
  return static_cast<double>(now_ns() - begin) / switches;
}

Result<double> switch_threads(int switches, const CancelToken& cancel) {
  constexpr int kCancelEvery = 256;
  // Before the other thread: it stays where the one that starts it is.
  const auto core = stay_on_one_core();
  Baton baton;
  bool over = false;  // written and read only by whoever has the baton
  ThreadGroup group;
  Status started = group.start([&] {
    for (;;) {
      baton.wait(1);
      if (over) return;
      baton.pass(0);
    }
  });
  if (!started) return std::unexpected(started.error());
  std::int64_t begin = 0;
  const int rounds = switches / 2;
  int played = -rounds / 8;  // first some that are not counted: the other thread has to get there
  for (; played < rounds && !(played % kCancelEvery == 0 && cancel.requested()); ++played) {
    if (played == 0) begin = now_ns();
    baton.pass(1);
    baton.wait(0);
  }
  const std::int64_t took = now_ns() - begin;
  over = true;
  baton.pass(1);
  if (played < rounds) return fail("stopped");
  return static_cast<double>(took) / (2.0 * rounds);
}

Result<double> share_one_core(unsigned threads) {
  const auto core = stay_on_one_core();
  if (!core) return fail("nobody can choose a core here");
  std::mutex mutex;
  std::condition_variable changed;
  unsigned here = 0;
  bool go = false;
  std::atomic<std::uint64_t> sum{0};
  ThreadGroup group;
  Status started;
  for (unsigned i = 0; i < threads && started; ++i) {
    started = group.start([&] {
      {
        std::unique_lock lock(mutex);
        ++here;
        changed.notify_all();
        changed.wait(lock, [&] { return go; });
      }
      sum.fetch_add(compute(kWork / threads), std::memory_order_relaxed);
    });
  }
  std::unique_lock lock(mutex);
  if (started) changed.wait(lock, [&] { return here == threads; });
  const std::int64_t begin = now_ns();
  go = true;
  lock.unlock();
  changed.notify_all();
  while (!group.wait(1'000'000'000)) {
  }
  if (!started) return std::unexpected(started.error());
  return static_cast<double>(now_ns() - begin);
}

}  // namespace trilane::lab
