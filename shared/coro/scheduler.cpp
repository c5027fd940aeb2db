#include "coro/scheduler.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "platform/clock.hpp"
#include "platform/host.hpp"

namespace trilane::coro {
namespace {

// Where so many wake in one turn, the next turn for timers waits a little, as the kernel lets a thread's own sleeps:
// a turn for each of a million sleepers would cost more than they do.
constexpr int kCrowd = 64;
constexpr std::int64_t kCrowdSlackNs = 50'000;

}  // namespace

void ReadyQueue::grow() {
  std::vector<std::coroutine_handle<>> bigger(ring_.size() * 2);
  const std::size_t count = size();
  for (std::size_t i = 0; i < count; ++i) bigger[i] = ring_[(head_ + i) & (ring_.size() - 1)];
  ring_ = std::move(bigger);
  head_ = 0;
  tail_ = count;
}

Scheduler::Scheduler(EventLoop& loop) : loop_(loop), wheel_(now_ns()) { loop_.set_handler(this); }

void Scheduler::ready(std::coroutine_handle<> handle) {
  ready_.push(handle);
  if (observer_ != nullptr) observer_->on_ready(handle);
  // Inside a turn the loop asks anyway; a wake-up for each coroutine would be a system call for each.
  if (!turning_) loop_.wake();
}

void Scheduler::forget(std::coroutine_handle<> handle) {
  ready_.take_if([handle](std::coroutine_handle<> queued) { return queued == handle; });
}

void Scheduler::sleep(Sleeper& sleeper, std::int64_t deadline_ns) {
  wheel_.insert(sleeper, deadline_ns);
  if (observer_ != nullptr) observer_->on_sleep(sleeper.handle, deadline_ns);
  if (!turning_) loop_.wake();
}

void Scheduler::wake(Sleeper& sleeper) {
  sleeper.unlink();
  due_.push_back(sleeper);
  if (observer_ != nullptr) observer_->on_timer(sleeper.handle);
  if (!turning_) loop_.wake();
}

void Scheduler::resume(std::coroutine_handle<> handle) {
  if (observer_ != nullptr) observer_->on_resume(handle);
  handle.resume();
  if (observer_ != nullptr) observer_->on_return(handle);
}

std::vector<std::coroutine_handle<>> Scheduler::queued() {
  std::vector<std::coroutine_handle<>> out;
  const auto ready = [&](std::size_t from, std::size_t to) {
    for (; from < to; ++from) out.push_back(ready_.at(from));
  };
  const auto woken = [&](TimerList& list) {
    list.for_each([&](TimerNode& node) { out.push_back(static_cast<Sleeper&>(node).handle); });
  };
  // In a turn: what was ready at its beginning, then whose timers had fired, and in the next turn the same again.
  const std::size_t now = turning_ ? left_ : ready_.size();
  ready(0, now);
  woken(running_);
  if (!waking_) woken(due_);
  ready(now, ready_.size());
  if (waking_) woken(due_);
  return out;
}

std::int64_t Scheduler::on_turn(std::int64_t now) {
  turning_ = true;
  TimerList fired;
  wheel_.expire(now, fired);
  std::vector<std::coroutine_handle<>> told;
  if (observer_ != nullptr) {
    fired.for_each([&told](TimerNode& node) { told.push_back(static_cast<Sleeper&>(node).handle); });
  }
  due_.take_all(fired);
  // Only what is ready now: coroutines that yield for ever must not keep I/O from its turn.
  left_ = ready_.size();
  for (const auto handle : told) observer_->on_timer(handle);
  while (left_ != 0) {
    --left_;
    resume(ready_.pop());
  }
  // From their own list, not through the queue: a million that wake together would make it grow by 8 MB.
  running_.take_all(due_);
  waking_ = true;
  int woken = 0;
  for (; !running_.empty(); ++woken) resume(static_cast<Sleeper&>(running_.pop_front()).handle);
  waking_ = turning_ = false;
  if (!ready_.empty() || !due_.empty()) return now;
  const std::int64_t next = wheel_.next_deadline_ns();
  return woken < kCrowd || next == kNever ? next : std::max(next, now_ns() + kCrowdSlackNs);
}

/// Shared with the thread that works, which may be done before or after the coroutine is gone.
struct Scheduler::Blocking::State {
  std::coroutine_handle<> handle;  // loop thread; none once resumed or destroyed
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;  // guarded by mutex
};

Scheduler::Blocking::Blocking(Scheduler& scheduler, std::function<void()> work, bool measures)
    : scheduler_(scheduler), work_(std::move(work)), measures_(measures) {}

Scheduler::Blocking::~Blocking() {
  if (!state_ || !state_->handle) return;
  scheduler_.forget(std::exchange(state_->handle, {}));
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return state_->ended; });
}

void Scheduler::Blocking::await_resume() noexcept { state_->handle = {}; }

void Scheduler::Blocking::await_suspend(std::coroutine_handle<> handle) {
  state_ = std::make_shared<State>();
  state_->handle = handle;
  const bool elsewhere = (measures_ ? run_measuring : run_blocking)(
      scheduler_.loop_,
      [state = state_, work = std::move(work_)] {
        work();
        const std::lock_guard lock(state->mutex);
        state->ended = true;
        state->changed.notify_all();
      },
      [state = state_, &scheduler = scheduler_] {
        if (state->handle) scheduler.ready(state->handle);
      });
  if (!elsewhere) ++scheduler_.ran_on_loop_;
}

}  // namespace trilane::coro
