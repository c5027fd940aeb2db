#include "platform/event_loop.hpp"

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/check.hpp"
#include "event_loop_uv.hpp"
#include "platform/clock.hpp"

namespace trilane {

std::unique_ptr<EventLoop> EventLoop::create() { return std::make_unique<native::UvEventLoop>(); }

}  // namespace trilane

namespace trilane::native {
namespace {

constexpr int kFilesOfLoop = 8;  // as many as libuv opens for one, and some

void require(int status) {
  if (status == 0) return;
  // Before anything has begun: nobody could be told of it in a better way.
  std::fprintf(stderr, "trilane: cannot make an event loop: %s\n", uv_strerror(status));
  std::_Exit(1);
}

/// libuv aborts without a word when it cannot open its files: ask first.
void require_files() {
  int files[kFilesOfLoop];
  int opened = 0;
  while (opened < kFilesOfLoop && (files[opened] = eventfd(0, EFD_CLOEXEC)) >= 0) ++opened;
  const int why = opened < kFilesOfLoop ? uv_translate_sys_error(errno) : 0;
  while (opened > 0) close(files[--opened]);
  require(why);
}

template <class Handle>
UvEventLoop& self(Handle* handle) {
  return *static_cast<UvEventLoop*>(handle->data);
}

void nothing(uv_idle_t*) {}

/// libuv makes its pool at the first use, and aborts without a word when it cannot: ask first.
bool pool_can_be_made() {
  constexpr int kPoolThreads = 4;  // as many as it makes
  std::vector<std::thread> threads;
  bool can = true;
  std::mutex gate;
  {
    const std::lock_guard all_at_once(gate);
    for (int i = 0; i < kPoolThreads && can; ++i) {
      try {
        threads.emplace_back([&gate] { const std::lock_guard wait(gate); });
      } catch (const std::system_error&) {
        can = false;
      }
    }
  }
  for (std::thread& thread : threads) thread.join();
  return can;
}

}  // namespace

UvEventLoop::UvEventLoop() {
  require_files();
  require(uv_loop_init(&loop_));
  require(uv_async_init(&loop_, &async_, [](uv_async_t*) { /* it ends the poll; on_check does the rest */ }));
  require(uv_prepare_init(&loop_, &prepare_));
  require(uv_check_init(&loop_, &check_));
  timer_fd_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  require(timer_fd_ < 0 ? uv_translate_sys_error(errno) : 0);
  require(uv_poll_init(&loop_, &timer_, timer_fd_));
  require(uv_idle_init(&loop_, &idle_));
  prepare_.data = check_.data = timer_.data = this;
  uv_prepare_start(&prepare_, [](uv_prepare_t* handle) { self(handle).on_prepare(); });
  uv_check_start(&check_, [](uv_check_t* handle) { self(handle).on_check(); });
  uv_poll_start(&timer_, UV_READABLE, [](uv_poll_t* handle, int, int) {
    // Read, so that it does not end the next poll too; that it was due on_check sees from the clock.
    std::uint64_t count;
    (void)!read(self(handle).timer_fd_, &count, sizeof count);
    self(handle).armed_ns_ = LoopHandler::kNever;
  });
}

UvEventLoop::~UvEventLoop() {
  handler_ = nullptr;
  for (uv_handle_t* handle : {reinterpret_cast<uv_handle_t*>(&async_), reinterpret_cast<uv_handle_t*>(&prepare_),
                              reinterpret_cast<uv_handle_t*>(&check_), reinterpret_cast<uv_handle_t*>(&timer_),
                              reinterpret_cast<uv_handle_t*>(&idle_)})
    uv_close(handle, nullptr);
  uv_run(&loop_, UV_RUN_DEFAULT);
  close(timer_fd_);
  TRILANE_CHECK(uv_loop_close(&loop_) == 0);
}

void UvEventLoop::set_handler(LoopHandler* handler) {
  TRILANE_CHECK(on_loop_thread());
  handler_ = handler;
  next_ns_ = LoopHandler::kNever;
  wake();
}

void UvEventLoop::wake() {
  // Release: what the caller did before is seen by the turn that takes the flag (acquire in on_check). Only the call
  // that sets the flag pays for a system call; and none is needed on the loop's own thread, which is not in the poll.
  if (!wake_.exchange(true, std::memory_order_release) && !on_loop_thread()) uv_async_send(&async_);
}

void UvEventLoop::post(std::function<void()> callback) {
  bool first;
  {
    const std::lock_guard lock(posted_mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(callback));
  }
  if (first && !on_loop_thread()) uv_async_send(&async_);
}

bool UvEventLoop::has_posted() {
  const std::lock_guard lock(posted_mutex_);
  return !posted_.empty();
}

void UvEventLoop::run_until(const std::function<bool()>& done) {
  TRILANE_CHECK(on_loop_thread() && !turning_);
  while (!done()) uv_run(&loop_, UV_RUN_ONCE);
}

void UvEventLoop::turn_without_waiting() {
  TRILANE_CHECK(on_loop_thread() && !turning_);
  uv_run(&loop_, UV_RUN_NOWAIT);
}

bool UvEventLoop::has_work() {
  on_prepare();
  return uv_backend_timeout(&loop_) == 0;
}

void UvEventLoop::on_prepare() {
  const bool now_wanted = wake_.load(std::memory_order_relaxed) || has_posted();
  if (now_wanted || next_ns_ <= now_ns()) {
    uv_idle_start(&idle_, nothing);
  } else {
    uv_idle_stop(&idle_);
    arm();
  }
}

void UvEventLoop::arm() {
  if (armed_ns_ == next_ns_) return;
  itimerspec at{};  // zero: never
  if (next_ns_ != LoopHandler::kNever) {
    at.it_value = {static_cast<time_t>(next_ns_ / 1'000'000'000), static_cast<long>(next_ns_ % 1'000'000'000)};
  }
  TRILANE_CHECK(timerfd_settime(timer_fd_, TFD_TIMER_ABSTIME, &at, nullptr) == 0);
  armed_ns_ = next_ns_;
}

void UvEventLoop::on_check() {
  turning_ = true;
  {
    const std::lock_guard lock(posted_mutex_);
    std::swap(posted_, running_);
  }
  // What these post runs in the next turn, after I/O had its chance.
  for (auto& callback : running_) callback();
  running_.clear();
  const bool woken = wake_.load(std::memory_order_relaxed) && wake_.exchange(false, std::memory_order_acquire);
  if (handler_ != nullptr) {
    const std::int64_t now = now_ns();
    if (woken || next_ns_ <= now) next_ns_ = handler_->on_turn(now);
  }
  turning_ = false;
}

bool UvEventLoop::run_in_pool(std::function<void()> work, std::function<void()> done) {
  struct Request {
    uv_work_t uv{};
    std::function<void()> work, done;
  };
  static const bool has_pool = pool_can_be_made();
  if (!has_pool) {
    work();
    post(std::move(done));
    return false;
  }
  auto* request = new Request{.work = std::move(work), .done = std::move(done)};
  request->uv.data = request;
  const int queued = uv_queue_work(
      &loop_, &request->uv,
      [](uv_work_t* uv) {
        auto& self = *static_cast<Request*>(uv->data);
        self.work();
        self.work = nullptr;  // what it captured ends before anybody is told that it is done
      },
      [](uv_work_t* uv, int) {
        const std::unique_ptr<Request> self(static_cast<Request*>(uv->data));
        self->done();
      });
  TRILANE_CHECK(queued == 0);
  return true;
}

}  // namespace trilane::native
