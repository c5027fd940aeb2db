#include "experiments/probes/waits.hpp"

#include <algorithm>
#include <atomic>

#include "platform/host.hpp"
#include "platform/system_info.hpp"

namespace trilane::lab {
namespace {

constexpr std::size_t kMostPoints = 4096;

double ms_between(std::int64_t begin_ns, std::int64_t end_ns) { return static_cast<double>(end_ns - begin_ns) / 1e6; }

struct Crowd {
  explicit Crowd(coro::Scheduler& scheduler) : ended(scheduler) {}
  coro::Event ended;
  unsigned left = 0;
};

/// One frame for each wait: wait_for() would be a second one.
coro::Detached wait_in_crowd(Crowd& crowd, coro::Scheduler& scheduler, const CancelToken& cancel,
                             std::int64_t wait_ns) {
  const std::int64_t until = now_ns() + wait_ns;
  for (std::int64_t left = wait_ns; left > 0 && !cancel.requested(); left = until - now_ns()) {
    co_await scheduler.delay(std::min(left, kWaitSliceNs));
  }
  if (--crowd.left == 0) crowd.ended.set();
}

/// The latest of the times that threads have told.
class Latest {
 public:
  void tell(std::int64_t ns) {
    // Relaxed: whoever reads it has joined the threads.
    std::int64_t seen = ns_.load(std::memory_order_relaxed);
    while (seen < ns && !ns_.compare_exchange_weak(seen, ns, std::memory_order_relaxed)) {
    }
  }
  std::int64_t ns() const { return ns_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> ns_{0};
};

}  // namespace

coro::Task<void> wait_for(coro::Scheduler& scheduler, const CancelToken& cancel, std::int64_t wait_ns) {
  const std::int64_t until = now_ns() + wait_ns;
  for (std::int64_t left = wait_ns; left > 0 && !cancel.requested(); left = until - now_ns()) {
    co_await scheduler.delay(std::min(left, kWaitSliceNs));
  }
}

void block_for(const CancelToken& cancel, std::int64_t wait_ns) {
  const std::int64_t until = now_ns() + wait_ns;
  for (std::int64_t left = wait_ns; left > 0 && !cancel.requested(); left = until - now_ns()) {
    sleep_ns(std::min(left, kWaitSliceNs));
  }
}

void UnderWay::change(int by) {
  complete_ = complete_ && points_.size() < kMostPoints;
  const double ms = ms_between(begin_ns_, now_ns());
  if (complete_) points_.push_back({ms, now_});
  now_ += by;
  if (complete_) points_.push_back({ms, now_});
  most_ = std::max(most_, now_);
}

void IdleThreads::stay() {
  {
    std::unique_lock lock(mutex_);
    ++inside_;
    arrived_.notify_one();
    opened_.wait(lock, [this] { return open_; });
  }
  if (then_) then_();
}

Status IdleThreads::add(unsigned count) {
  Status status;
  for (unsigned i = 0; i < count && status; ++i) {
    status = group_.start([this] { stay(); });
    if (status) ++created_;
  }
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return inside_ == created_; });
  return status;
}

void IdleThreads::finish() {
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  while (!group_.wait(kWaitSliceNs)) continue;
}

coro::Task<double> waits_on_loop(coro::Scheduler& scheduler, const CancelToken& cancel, unsigned count,
                                 std::int64_t wait_ns) {
  Crowd crowd(scheduler);
  crowd.left = count;
  const std::int64_t begin = now_ns();
  for (unsigned i = 0; i < count; ++i) wait_in_crowd(crowd, scheduler, cancel, wait_ns);
  co_await crowd.ended;
  co_return ms_between(begin, now_ns());
}

Result<ThreadWaits> waits_in_threads(const CancelToken& cancel, unsigned count, std::int64_t wait_ns, bool warm) {
  Latest over;
  const auto wait = [&] {
    block_for(cancel, wait_ns);
    over.tell(now_ns());
  };
  ThreadWaits out;
  std::int64_t begin = now_ns();
  if (!warm) {
    ThreadGroup group;
    for (unsigned i = 0; i < count; ++i) {
      if (Status started = group.start(wait); !started) return std::unexpected(started.error());
    }
  } else {
    const auto memory = [] { return process_memory(current_process_id()); };
    IdleThreads threads(wait);
    const auto before = memory();
    if (Status added = threads.add(count); !added) return std::unexpected(added.error());
    const auto after = memory();
    if (before && after) {
      out.bytes = std::max(0.0, static_cast<double>(*after) - static_cast<double>(*before)) / count;
    }
    begin = now_ns();
    threads.finish();
  }
  out.ms = ms_between(begin, over.ns());
  return out;
}

}  // namespace trilane::lab
