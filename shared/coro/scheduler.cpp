#include "coro/scheduler.hpp"

#include <utility>

#include "platform/clock.hpp"
#include "platform/host.hpp"

namespace trilane::coro {

void ReadyQueue::grow() {
  std::vector<std::coroutine_handle<>> bigger(ring_.size() * 2);
  const std::size_t count = size();
  for (std::size_t i = 0; i < count; ++i) bigger[i] = ring_[(head_ + i) & (ring_.size() - 1)];
  ring_ = std::move(bigger);
  head_ = 0;
  tail_ = count;
}

Scheduler::Scheduler(EventLoop& loop) : loop_(loop), wheel_(now_ns()) { loop_.set_handler(this); }

Scheduler::~Scheduler() {
  for (TimerNode* node = wheel_.take_all(); node != nullptr;) {
    TimerNode* next = node->next;  // the node lives in the frame
    node->handle.destroy();
    node = next;
  }
}

void Scheduler::ready(std::coroutine_handle<> handle) {
  ready_.push(handle);
  if (observer_ != nullptr) observer_->on_ready(handle);
  // Inside a turn the loop asks anyway; a wake-up for each coroutine would be a system call for each.
  if (!turning_) loop_.wake();
}

void Scheduler::sleep(TimerNode& node, std::int64_t duration_ns) {
  wheel_.insert(node, now_ns() + duration_ns);
  if (observer_ != nullptr) observer_->on_sleep(node.handle, wheel_.tick_time_ns(node));
  if (!turning_) loop_.wake();
}

void Scheduler::wake_sleepers() {
  for (TimerNode* node = wheel_.take_all(); node != nullptr;) {
    TimerNode* next = node->next;  // before the push: the node lives in the frame that may end
    ready_.push(node->handle);
    if (observer_ != nullptr) observer_->on_ready(node->handle);
    node = next;
  }
  if (!turning_) loop_.wake();
}

void Scheduler::resume(std::coroutine_handle<> handle) {
  if (observer_ != nullptr) observer_->on_resume(handle);
  handle.resume();
  if (observer_ != nullptr) observer_->on_return(handle);
}

std::vector<std::coroutine_handle<>> Scheduler::queued() const {
  std::vector<std::coroutine_handle<>> out;
  for (std::size_t place = 0; place < left_; ++place) out.push_back(ready_.at(place));
  for (const TimerNode* node = expired_; node != nullptr; node = node->next) out.push_back(node->handle);
  for (std::size_t place = left_; place < ready_.size(); ++place) out.push_back(ready_.at(place));
  return out;
}

std::int64_t Scheduler::on_turn(std::int64_t now) {
  turning_ = true;
  // Only what is ready now: coroutines that yield for ever must not keep I/O from its turn.
  left_ = ready_.size();
  expired_ = wheel_.expire(now);
  if (observer_ != nullptr) {
    for (const TimerNode* node = expired_; node != nullptr; node = node->next) observer_->on_timer(node->handle);
  }
  while (left_ != 0) {
    --left_;
    resume(ready_.pop());
  }
  // From their own list, not through the queue: a million that wake together would make it grow by 8 MB.
  while (expired_ != nullptr) {
    const TimerNode* node = expired_;
    expired_ = node->next;  // before the node's frame may end
    resume(node->handle);
  }
  turning_ = false;
  if (!ready_.empty()) return now;
  return wheel_.empty() ? kNever : wheel_.next_deadline_ns();
}

void Scheduler::run_off_loop(std::function<void()> work, std::coroutine_handle<> handle) {
  run_blocking(loop_, std::move(work), [this, handle] { ready(handle); });
}

void Event::set() {
  set_ = true;
  for (const auto handle : std::exchange(waiting_, {})) scheduler_.ready(handle);
}

}  // namespace trilane::coro
