// Runs coroutines on one event loop: a ready queue and a timer wheel under them. The whole async model, and the
// engine's own control flow, stand on it. Everything is called on the loop's thread unless said otherwise.
//
// Who owns a coroutine: the one that awaits it (task.hpp), or a Scope (scope.hpp). An owner may end a coroutine
// wherever it waits: what it waits for is let go by the awaiters' destructors. The scheduler owns none.
#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "coro/list.hpp"
#include "coro/task.hpp"
#include "coro/timer_wheel.hpp"
#include "platform/clock.hpp"
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
  /// `visit(handle)`; true takes it out of the queue.
  template <class Visit>
  void take_if(Visit visit) {
    for (std::size_t at = head_; at != tail_; ++at) {
      std::coroutine_handle<>& handle = ring_[at & (ring_.size() - 1)];
      if (visit(handle)) handle = std::noop_coroutine();
    }
  }
  /// Place 0 is next.
  std::coroutine_handle<> at(std::size_t place) const { return ring_[(head_ + place) & (ring_.size() - 1)]; }

 private:
  void grow();
  std::vector<std::coroutine_handle<>> ring_ = std::vector<std::coroutine_handle<>>(64);
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

/// Lives in an awaiter: its coroutine, while that waits on the wheel.
struct Sleeper : TimerNode {
  std::coroutine_handle<> handle;
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
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  EventLoop& loop() { return loop_; }

  /// Makes a suspended coroutine run at the loop's next turn.
  void ready(std::coroutine_handle<> handle);
  /// Takes it back: the coroutine is about to be destroyed. Walks the queue.
  void forget(std::coroutine_handle<> handle);
  /// Makes `sleeper.handle` run at the first turn at or after the deadline (on now_ns()), in order of deadlines.
  void sleep(Sleeper& sleeper, std::int64_t deadline_ns);
  /// Makes a sleeper run at the loop's next turn instead.
  void wake(Sleeper& sleeper);
  /// `visit(handle)` for each coroutine that sleeps or is ready; true takes it out, and it is the caller's to resume
  /// or to destroy. Walks them all: for the end of a crowd whose frames know of no Scope.
  template <class Visit>
  void take_if(Visit visit) {
    wheel_.for_each([&](TimerNode& node) {
      if (visit(static_cast<Sleeper&>(node).handle)) node.unlink();
    });
    for (TimerList* list : {&due_, &running_}) {
      list->for_each([&](TimerNode& node) {
        if (visit(static_cast<Sleeper&>(node).handle)) node.unlink();
      });
    }
    ready_.take_if(visit);
  }

  class [[nodiscard]] Delay {
   public:
    Delay(Scheduler& scheduler, std::int64_t deadline_ns) : scheduler_(scheduler) {
      sleeper_.deadline_ns = deadline_ns;
    }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      sleeper_.handle = handle;
      scheduler_.sleep(sleeper_, sleeper_.deadline_ns);
    }
    std::int64_t await_resume() const noexcept { return sleeper_.deadline_ns; }

   private:
    Scheduler& scheduler_;
    Sleeper sleeper_;
  };
  /// `co_await scheduler.delay_until(ns)`: resumes at the first turn at or after that time. Gives the deadline: what is
  /// later than that is the loop's lag.
  Delay delay_until(std::int64_t deadline_ns) { return {*this, deadline_ns}; }
  /// The same, from now on.
  Delay delay(std::int64_t duration_ns) { return {*this, now_ns() + duration_ns}; }

  class [[nodiscard]] Yield {
   public:
    explicit Yield(Scheduler& scheduler) : scheduler_(scheduler) {}
    ~Yield() {
      if (waiting_) scheduler_.forget(waiting_);
    }
    Yield(const Yield&) = delete;
    Yield& operator=(const Yield&) = delete;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      waiting_ = handle;
      scheduler_.ready(handle);
    }
    void await_resume() noexcept { waiting_ = {}; }

   private:
    Scheduler& scheduler_;
    std::coroutine_handle<> waiting_;
  };
  /// `co_await scheduler.yield()`: everything that was ready runs first.
  Yield yield() { return Yield(*this); }

  class [[nodiscard]] Blocking {
   public:
    Blocking(Scheduler& scheduler, std::function<void()> work, bool measures);
    /// Waits for the work's end: it may use what the coroutine holds.
    ~Blocking();
    Blocking(const Blocking&) = delete;
    Blocking& operator=(const Blocking&) = delete;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle);
    void await_resume() noexcept;

   private:
    struct State;
    Scheduler& scheduler_;
    std::function<void()> work_;
    bool measures_;
    std::shared_ptr<State> state_;
  };
  /// `co_await scheduler.blocking(work)`: `work` runs where it may block (platform/host.hpp); resumes here after it.
  Blocking blocking(std::function<void()> work) { return {*this, std::move(work), false}; }
  /// The same on the thread that measures (run_measuring).
  Blocking measuring(std::function<void()> work) { return {*this, std::move(work), true}; }
  /// How often work has run on the loop's thread because there was no other: then nothing else could run meanwhile.
  std::uint64_t ran_on_loop() const { return ran_on_loop_; }

  std::int64_t on_turn(std::int64_t now_ns) override;

  /// One observer at a time; nullptr: none. It outlives its time.
  void observe(SchedulerObserver* observer) { observer_ = observer; }
  /// Who will be resumed, next first.
  std::vector<std::coroutine_handle<>> queued();

 private:
  void resume(std::coroutine_handle<> handle);

  EventLoop& loop_;
  TimerWheel wheel_;
  TimerList due_;      // run in the next turn
  TimerList running_;  // of this turn, not resumed yet
  ReadyQueue ready_;
  SchedulerObserver* observer_ = nullptr;
  std::size_t left_ = 0;  // of the ready queue, in this turn
  bool waking_ = false;   // in the turn's second part, the woken ones
  std::uint64_t ran_on_loop_ = 0;
  bool turning_ = false;
};

/// A coroutine that waits in the list of an Event or a Mutex, or for a callback. Base of awaiters that somebody else
/// makes ready: wherever it is then, its destructor takes it out.
class Waiter : public ListNode {
 public:
  explicit Waiter(Scheduler& scheduler) : scheduler_(scheduler) {}
  ~Waiter() {
    if (called_) scheduler_.forget(handle_);
  }
  /// Makes its coroutine ready; once for each suspension.
  void resume_later() {
    called_ = true;
    scheduler_.ready(handle_);
  }

 protected:
  void suspended(std::coroutine_handle<> handle) { handle_ = handle; }
  void resumed() { called_ = false; }
  /// Made ready, and not resumed yet.
  bool called() const { return called_; }
  Scheduler& scheduler_;

 private:
  std::coroutine_handle<> handle_;
  bool called_ = false;
};

/// A flag that coroutines wait for: `co_await event`; set() makes all of them ready. One-shot until reset(). It
/// outlives its waiters, or they are destroyed unresumed.
class Event {
 public:
  explicit Event(Scheduler& scheduler) : scheduler_(scheduler) {}
  void set() {
    set_ = true;
    while (!waiting_.empty()) waiting_.pop_front().resume_later();
  }
  void reset() { set_ = false; }
  bool is_set() const { return set_; }

  auto operator co_await() {
    class Awaiter : public Waiter {
     public:
      explicit Awaiter(Event& event) : Waiter(event.scheduler_), event_(event) {}
      bool await_ready() const noexcept { return event_.set_; }
      void await_suspend(std::coroutine_handle<> handle) {
        suspended(handle);
        event_.waiting_.push_back(*this);
      }
      void await_resume() noexcept { resumed(); }

     private:
      Event& event_;
    };
    return Awaiter(*this);
  }

 private:
  Scheduler& scheduler_;
  List<Waiter> waiting_;
  bool set_ = false;
};

/// One holder at a time; the others wait in order, and each gets the lock from the one before it: nobody barges in, and
/// an unlock resumes one coroutine, however many wait.
class Mutex {
 public:
  explicit Mutex(Scheduler& scheduler) : scheduler_(scheduler) {}

  class [[nodiscard]] Lock {
   public:
    explicit Lock(Mutex& mutex) : mutex_(&mutex) {}
    Lock(Lock&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock() {
      if (mutex_ != nullptr) mutex_->unlock();
    }

   private:
    Mutex* mutex_;
  };

  /// `const auto lock = co_await mutex.lock();` holds it to the end of the scope.
  auto lock() {
    class Awaiter : public Waiter {
     public:
      explicit Awaiter(Mutex& mutex) : Waiter(mutex.scheduler_), mutex_(mutex) {}
      ~Awaiter() {
        // Destroyed with the lock already handed to it: the next one's turn.
        if (called()) mutex_.unlock();
      }
      bool await_ready() noexcept { return !std::exchange(mutex_.locked_, true); }
      void await_suspend(std::coroutine_handle<> handle) {
        suspended(handle);
        mutex_.waiting_.push_back(*this);
      }
      Lock await_resume() noexcept {
        resumed();
        return Lock(mutex_);
      }

     private:
      Mutex& mutex_;
    };
    return Awaiter(*this);
  }

 private:
  void unlock() {
    if (waiting_.empty()) {
      locked_ = false;
    } else {
      waiting_.pop_front().resume_later();
    }
  }

  Scheduler& scheduler_;
  List<Waiter> waiting_;
  bool locked_ = false;
};

/// `co_await from_callback<T>(scheduler, start)`: `start(done)` begins something that calls `done(T)` once, on the
/// loop's thread, at once or later. Gives the T. When the coroutine is destroyed before, `done` does nothing.
template <class T, class Start>
class [[nodiscard]] Callback : public Waiter {
 public:
  Callback(Scheduler& scheduler, Start start) : Waiter(scheduler), start_(std::move(start)) {}
  ~Callback() {
    if (place_) *place_ = nullptr;
  }
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    suspended(handle);
    place_ = std::make_shared<Callback*>(this);
    start_([place = place_](T value) {
      Callback* self = *place;
      if (self == nullptr) return;
      self->value_.emplace(std::move(value));
      self->resume_later();
    });
  }
  T await_resume() {
    resumed();
    return std::move(*value_);
  }

 private:
  Start start_;
  std::shared_ptr<Callback*> place_;
  std::optional<T> value_;
};
template <class T, class Start>
Callback<T, Start> from_callback(Scheduler& scheduler, Start start) {
  return {scheduler, std::move(start)};
}

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
