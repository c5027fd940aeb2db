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
  // Inside a turn the loop asks anyway; a wake-up for each coroutine would be a system call for each.
  if (!turning_) loop_.wake();
}

void Scheduler::forget(std::coroutine_handle<> handle) {
  ready_.take_if([handle](std::coroutine_handle<> queued) { return queued == handle; });
}

void Scheduler::sleep(Sleeper& sleeper, std::int64_t deadline_ns) {
  wheel_.insert(sleeper, deadline_ns);
  if (!turning_) loop_.wake();
}

void Scheduler::wake(Sleeper& sleeper) {
  sleeper.unlink();
  due_.push_back(sleeper);
  if (!turning_) loop_.wake();
}

std::int64_t Scheduler::on_turn(std::int64_t now) {
  turning_ = true;
  wheel_.expire(now, due_);
  // Only what is ready now: coroutines that yield for ever must not keep I/O from its turn.
  for (std::size_t left = ready_.size(); left != 0; --left) ready_.pop().resume();
  // From their own list, not through the queue: a million that wake together would make it grow by 8 MB.
  running_.take_all(due_);
  int woken = 0;
  for (; !running_.empty(); ++woken) static_cast<Sleeper&>(running_.pop_front()).handle.resume();
  turning_ = false;
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
