#include "platform/host.hpp"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "event_loop_uv.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

class ThreadTicker final : public Ticker {
 public:
  ThreadTicker(int interval_ms, std::function<void()> tick) : interval_(interval_ms), tick_(std::move(tick)) {
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
      std::fprintf(stderr, "trilane: no thread for progress (%s): going on without\n", error.what());
    }
  }
  ~ThreadTicker() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    stopped_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    auto next = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    while (true) {
      // Ticks that were missed are not made up for: a burst of them would tell nothing new.
      next = std::max(next + interval_, std::chrono::steady_clock::now());
      if (stopped_.wait_until(lock, next, [this] { return stop_; })) return;
      lock.unlock();
      tick_();
      lock.lock();
    }
  }

  const std::chrono::milliseconds interval_;
  const std::function<void()> tick_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace

const Capabilities& capabilities() {
  static const Capabilities all = [] {
    Capabilities native;
    native.threads = true;
    native.processes = true;
    native.max_threads = 256;
    native.max_children = 64;
    native.fetches = true;
    native.starts_lab_server = true;
    native.has_database = true;
    return native;
  }();
  return all;
}

void run_blocking(EventLoop& loop, std::function<void()> work, std::function<void()> done) {
  native::UvEventLoop::of(loop).run_on_thread(std::move(work), std::move(done));
}

void sleep_ns(std::int64_t duration_ns) {
  if (duration_ns <= 0) return;
  // An absolute deadline: signals may interrupt it any number of times without making the sleep longer.
  const std::int64_t until = now_ns() + duration_ns;
  const timespec deadline{static_cast<time_t>(until / 1'000'000'000), static_cast<long>(until % 1'000'000'000)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr) == EINTR) {
  }
}

std::unique_ptr<Ticker> start_ticker(int interval_ms, std::function<void()> tick) {
  return std::make_unique<ThreadTicker>(interval_ms, std::move(tick));
}

}  // namespace trilane
