// Runs coroutines on one event loop: a ready queue and a timer wheel under them. The whole async model, and the
// engine's own control flow, stand on it. Everything is called on the loop's thread unless said otherwise.
#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "coro/task.hpp"
#include "coro/timer_wheel.hpp"
#include "platform/event_loop.hpp"

namespace trilane::coro {

/// First in, first out; grows, never shrinks; no allocation while warm.
class ReadyQueue {
 public:
  bool empty() const { return head_ == tail_; }
  std::size_t size() const { return tail_ - head_; }
  void push(std::coroutine_handle<> handle) {
    if (tail_ - head_ == ring_.size()) grow();
    ring_[tail_++ & (ring_.size() - 1)] = handle;
  }
  std::coroutine_handle<> pop() { return ring_[head_++ & (ring_.size() - 1)]; }
  /// Place 0 is next.
  std::coroutine_handle<> at(std::size_t place) const { return ring_[(head_ + place) & (ring_.size() - 1)]; }

 private:
  void grow();
  std::vector<std::coroutine_handle<>> ring_ = std::vector<std::coroutine_handle<>>(64);
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

/// Is told what a scheduler does with its coroutines while it does it, for experiments that show it. Must not change
/// anything of the scheduler.
class SchedulerObserver {
 public:
  virtual ~SchedulerObserver() = default;
  /// It went into the ready queue.
  virtual void on_ready(std::coroutine_handle<> handle) = 0;
  /// It sleeps on a timer that is due at `due_ns`, on now_ns().
  virtual void on_sleep(std::coroutine_handle<> handle, std::int64_t due_ns) = 0;
  /// Its timer has fired: it goes behind those that are ready now, before those that become so later.
  virtual void on_timer(std::coroutine_handle<> handle) = 0;
  virtual void on_resume(std::coroutine_handle<> handle) = 0;
  /// It gave the thread back. It may have ended: then the handle is a number and nothing else.
  virtual void on_return(std::coroutine_handle<> handle) = 0;
};

class Scheduler final : public LoopHandler {
 public:
  /// Becomes the loop's handler. The loop outlives it and must not turn after its end.
  explicit Scheduler(EventLoop& loop);
  /// Destroys the coroutines that still sleep: nobody else could. What their locals refer to must still be there.
  ~Scheduler() override;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  EventLoop& loop() { return loop_; }

  /// Makes a suspended coroutine run at the loop's next turn.
  void ready(std::coroutine_handle<> handle);
  /// Wakes every sleeper at once, long before its time: how a cancelled run ends. Sleepers look at their CancelToken.
  void wake_sleepers();
  std::uint64_t sleepers() const { return wheel_.size(); }

  /// `co_await scheduler.delay(ns)`: resumes at least `ns` later, on a 1 ms tick; or earlier after wake_sleepers().
  /// Gives the time in ns at which it was due: what is later than that is the loop's lag.
  auto delay(std::int64_t duration_ns) {
    struct Awaiter {
      Scheduler& scheduler;
      std::int64_t duration_ns;
      TimerNode node;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) {
        node.handle = handle;
        scheduler.sleep(node, duration_ns);
      }
      std::int64_t await_resume() const noexcept { return scheduler.wheel_.tick_time_ns(node); }
    };
    return Awaiter{*this, duration_ns, {}};
  }

  /// `co_await scheduler.yield()`: everything that was ready runs first.
  auto yield() {
    struct Awaiter {
      Scheduler& scheduler;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) const { scheduler.ready(handle); }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

  /// `co_await scheduler.blocking(work)`: `work` runs where it may block (platform/host.hpp); resumes here after it.
  auto blocking(std::function<void()> work) {
    struct Awaiter {
      Scheduler& scheduler;
      std::function<void()> work;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) { scheduler.run_off_loop(std::move(work), handle); }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this, std::move(work)};
  }

  void sleep(TimerNode& node, std::int64_t duration_ns);
  std::int64_t on_turn(std::int64_t now_ns) override;

  /// One observer at a time; nullptr: none. It outlives its time.
  void observe(SchedulerObserver* observer) { observer_ = observer; }
  /// Who will be resumed, next first.
  std::vector<std::coroutine_handle<>> queued() const;

 private:
  void resume(std::coroutine_handle<> handle);
  void run_off_loop(std::function<void()> work, std::coroutine_handle<> handle);

  EventLoop& loop_;
  TimerWheel wheel_;
  ReadyQueue ready_;
  std::size_t left_ = 0;          // of the ready queue, in this turn
  TimerNode* expired_ = nullptr;  // to be resumed in this turn, after those
  SchedulerObserver* observer_ = nullptr;
  bool turning_ = false;
};

/// A flag that coroutines wait for: `co_await event`; set() makes all of them ready. One-shot until reset().
class Event {
 public:
  explicit Event(Scheduler& scheduler) : scheduler_(scheduler) {}
  void set();
  void reset() { set_ = false; }
  bool is_set() const { return set_; }
  auto operator co_await() {
    struct Awaiter {
      Event& event;
      bool await_ready() const noexcept { return event.set_; }
      void await_suspend(std::coroutine_handle<> handle) { event.waiting_.push_back(handle); }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

 private:
  Scheduler& scheduler_;
  std::vector<std::coroutine_handle<>> waiting_;
  bool set_ = false;
};

/// Native only (EventLoop::run_until): turns the loop until the task has returned, and gives its value.
template <class T>
T block_on(Scheduler& scheduler, Task<T> task) {
  std::optional<T> result;
  [](Task<T> inner, std::optional<T>& out) -> Detached { out.emplace(co_await std::move(inner)); }(std::move(task),
                                                                                                   result);
  scheduler.loop().run_until([&] { return result.has_value(); });
  return std::move(*result);
}

}  // namespace trilane::coro
