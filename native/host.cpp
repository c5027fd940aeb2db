#include "platform/host.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "event_loop_uv.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

double to_ms(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

/// A thread that lives as long as the program, and may be missing when the system has no more of them.
class LastingThread {
 public:
  template <class Body>
  explicit LastingThread(Body body) {
    try {
      std::thread(std::move(body)).detach();
      there_ = true;
    } catch (const std::system_error& error) {
      std::fprintf(stderr, "trilane: no new thread (%s)\n", error.what());
    }
  }
  bool there() const { return there_; }

 private:
  bool there_ = false;
};

/// Runs what it is given, in order.
class MeasuringThread {
 public:
  bool there() const { return thread_.there(); }
  void run(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
    changed_.notify_one();
  }

 private:
  void serve() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return !waiting_.empty(); });
      std::function<void()> work = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;  // guarded by mutex_
  LastingThread thread_{[this] { serve(); }};  // last: it uses the others
};

// Neither of the threads is ever joined: what they use must outlive everything.
MeasuringThread& measuring_thread() {
  static auto& thread = *new MeasuringThread;
  return thread;
}

class InstrumentThread {
 public:
  struct Client {
    std::int64_t interval_ns;
    std::function<void()> tick;
    std::int64_t next_ns = 0;  // 0: not taken over by the thread yet
    std::int64_t longest_gap_ns = 0;
    rusage before{};
    rusage after{};
  };

  bool there() const { return thread_.there(); }

  /// Returns when the thread sleeps again: taking a client over is not part of what the client measures.
  void add(Client& client) {
    std::unique_lock lock(mutex_);
    clients_.push_back(&client);
    changed_.notify_all();
    changed_.wait(lock, [&client] { return client.next_ns != 0; });
  }

  void remove(Client& client) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ticking_ != &client; });
    std::erase(clients_, &client);
    client.longest_gap_ns = std::max(client.longest_gap_ns, now_ns() - client.next_ns);
  }

 private:
  void serve() {
    std::unique_lock lock(mutex_);
    while (true) {
      Client* due = nullptr;
      for (Client* client : clients_) {
        if (client->next_ns == 0) {
          getrusage(RUSAGE_THREAD, &client->before);
          client->after = client->before;
          client->next_ns = now_ns() + client->interval_ns;
          changed_.notify_all();
        }
        if (due == nullptr || client->next_ns < due->next_ns) due = client;
      }
      if (due == nullptr) {
        changed_.wait(lock);
        continue;
      }
      const std::int64_t now = now_ns();
      if (now < due->next_ns) {
        changed_.wait_until(lock, std::chrono::steady_clock::time_point(std::chrono::nanoseconds(due->next_ns)));
        continue;
      }
      // Ticks that were missed are not made up for: a burst of them would tell nothing new.
      due->longest_gap_ns = std::max(due->longest_gap_ns, now - due->next_ns);
      due->next_ns = now + due->interval_ns;
      ticking_ = due;
      lock.unlock();
      due->tick();
      lock.lock();
      getrusage(RUSAGE_THREAD, &due->after);
      ticking_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Client*> clients_;  // guarded by mutex_, as what is in them
  Client* ticking_ = nullptr;     // guarded by mutex_
  LastingThread thread_{[this] { serve(); }};
};

InstrumentThread& instrument_thread() {
  static auto& thread = *new InstrumentThread;
  return thread;
}

class ThreadTicker final : public Ticker {
 public:
  ThreadTicker(int interval_ms, std::function<void()> tick)
      : client_{.interval_ns = std::int64_t{interval_ms} * 1'000'000, .tick = std::move(tick)} {
    running_ = instrument_thread().there();
    if (running_) instrument_thread().add(client_);
  }
  ~ThreadTicker() override { stop(); }
  ThreadTicker(const ThreadTicker&) = delete;
  ThreadTicker& operator=(const ThreadTicker&) = delete;

  Report stop() override {
    if (!running_) return {};
    running_ = false;
    instrument_thread().remove(client_);
    const rusage& before = client_.before;
    const rusage& after = client_.after;
    return {.user_ms = to_ms(after.ru_utime) - to_ms(before.ru_utime),
            .system_ms = to_ms(after.ru_stime) - to_ms(before.ru_stime),
            .voluntary_switches = static_cast<std::uint64_t>(after.ru_nvcsw - before.ru_nvcsw),
            .involuntary_switches = static_cast<std::uint64_t>(after.ru_nivcsw - before.ru_nivcsw),
            .longest_gap_ns = client_.longest_gap_ns};
  }

 private:
  InstrumentThread::Client client_;
  bool running_ = false;
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

bool run_blocking(EventLoop& loop, std::function<void()> work, std::function<void()> done) {
  return native::UvEventLoop::of(loop).run_in_pool(std::move(work), std::move(done));
}

bool run_measuring(EventLoop& loop, std::function<void()> work, std::function<void()> done) {
  if (!measuring_thread().there()) {
    work();
    loop.post(std::move(done));
    return false;
  }
  measuring_thread().run([&loop, work = std::move(work), done = std::move(done)]() mutable {
    work();
    work = nullptr;  // what it captured ends before anybody is told that it is done
    loop.post(std::move(done));
  });
  return true;
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
