// async: every task is a coroutine on one event loop, on one thread. A wait suspends it; computing blocks the loop, and
// with it every other task: that is the lesson.
#include <algorithm>

#include "coro/frame_pool.hpp"
#include "coro/scope.hpp"
#include "models/async_web.hpp"
#include "models/model.hpp"
#include "models/picture.hpp"
#include "models/task_runner.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

constexpr std::int64_t kLagProbeNs = 5'000'000;
constexpr std::int64_t kCancelPollNs = 20'000'000;
constexpr std::int64_t kDrawnLagNs = 50'000'000;  // longer lags become spans
constexpr std::uint32_t kStartsPerTurn = 4096;    // a million coroutines are not made in one turn of the loop

class AsyncRun {
 public:
  explicit AsyncRun(RunContext& context)
      : context_(context),
        limit_(context.config.concurrency == 0 ? context.config.tasks : context.config.concurrency),
        counter_(context.config.counter_mode, 1),
        runner_({.workload = context.workload,
                 .cancel = context.cancel,
                 .counter = counter_,
                 .ring = context.recorder.lane(0),
                 .lane = 0,
                 .web = &context.web,
                 .at_checkpoint = context.pump,
                 .on_tile = [&context](std::uint32_t task, auto pixels) { place_tile(context, task, 0, pixels); }}),
        web_(context, runner_, outcome_.blocks),
        fetches_(find_workload(context.config.workload)->fetches),
        task_ended_(context.scheduler),
        web_tasks_(context.scheduler),
        helpers_(context.scheduler) {}

  ~AsyncRun() {
    // Nothing is left after a run; when the engine goes down in the middle of one, its tasks end where they wait.
    for (const auto task : take_waiting()) task.destroy();
  }
  AsyncRun(const AsyncRun&) = delete;
  AsyncRun& operator=(const AsyncRun&) = delete;

  coro::Task<Result<Outcome>> run() {
    context_.lanes[0] = {current_process_id(), current_thread_id()};
    if (context_.lanes.size() > 1) context_.lanes[1] = {current_process_id(), 0};
    if (fetches_) {
      if (Status opened = web_.open(); !opened) co_return std::unexpected(opened.error());
    }
    helpers_.start(probe_lag());
    helpers_.start(watch_cancel());
    context_.measurement.begin();
    outcome_.loop_lag = LoopLag(context_.measurement.begin_ns());
    for (std::uint32_t task = 0; task < context_.config.tasks && !context_.cancel.requested();) {
      if (running_ == limit_) {
        co_await next_end();
        continue;
      }
      ++running_;
      if (fetches_) {
        web_tasks_.start(run_web_task(task++));
      } else {
        run_task(*this, task++);
      }
      if (task % kStartsPerTurn == 0) co_await context_.scheduler.yield();
    }
    while (running_ != 0) co_await next_end();
    if (fetches_) co_await web_.flush();
    context_.measurement.end();
    sample_lag(context_.measurement.end_ns());  // when the loop was blocked to the very end, nothing else tells of it
    helpers_.cancel();
    co_await helpers_.ended();
    outcome_.lock_wait_ns = runner_.lock_wait_ns();
    outcome_.counted = counter_.value();
    outcome_.errors = web_.errors();
    if (auto note = web_.blocked_timeouts_note()) outcome_.notes.push_back(std::move(*note));
    outcome_.cancelled = context_.cancel.requested();
    co_return std::move(outcome_);
  }

 private:
  static constexpr std::int64_t kYield = -1;

  /// Where the tasks' frames live: a frame's address leads to its run, so that a sleeping task need not keep it.
  struct Frames : coro::FramePool {
    explicit Frames(AsyncRun& owner) : run(owner) {}
    AsyncRun& run;
  };

  // A wait or a yield in one awaiter, of which each frame has one. Until the sleeper is on the wheel its deadline may
  // be kYield.
  struct Suspension : coro::Sleeper {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> task) {
      coro::Scheduler& scheduler = static_cast<Frames&>(coro::FramePool::of(task.address())).run.context_.scheduler;
      if (deadline_ns == kYield) {
        scheduler.ready(task);
      } else {
        handle = task;
        scheduler.sleep(*this, deadline_ns);
      }
    }
    void await_resume() const noexcept {}
  };

  // One task's coroutine: starts at once, frees itself; its frame is what a sleeping task costs.
  struct TaskCoroutine {
    struct promise_type {
      static void* operator new(std::size_t size, AsyncRun& run, std::uint32_t) { return run.frames_.allocate(size); }
      static void operator delete(void* frame, std::size_t) { coro::FramePool::free(frame); }
      TaskCoroutine get_return_object() const { return {}; }
      std::suspend_never initial_suspend() const noexcept { return {}; }
      std::suspend_never final_suspend() const noexcept { return {}; }
      void return_void() const {}
      [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
  };

  // What need not outlive a suspension stays in advance(), and times and value in the task's record.
  static TaskCoroutine run_task(AsyncRun& run, std::uint32_t task) {
    std::uint32_t index = 0;
    for (Suspension suspension; run.advance(task, index, suspension.deadline_ns);) co_await suspension;
    run.end_task();
  }

  // A task that fetches: its frame is larger, and there are not a million of them.
  coro::Task<void> run_web_task(std::uint32_t task) {
    co_await web_.run(task);
    end_task();
  }

  // Runs the script until it has to wait or yields (`until_ns` is then the deadline, or kYield), or ends: then false.
  // While the task runs, its record's end_ns holds when it was suspended.
  bool advance(std::uint32_t task, std::uint32_t& index, std::int64_t& until_ns) {
    TaskRecord& record = context_.tasks[task];
    Segment segment;
    if (runner_.timed()) {
      const std::int64_t now = now_ns();
      if (index == 0) {
        record.begin_ns = now;
      } else if (context_.workload.segment(task, index - 1, segment) && segment.kind == SegmentKind::wait) {
        runner_.record(SpanKind::wait, record.end_ns, now, task, index - 1, 0);
      }
      runner_.set_last_ns(now);
    }
    const bool fresh = index == 0;
    for (; context_.workload.segment(task, index, segment); ++index) {
      if (context_.cancel.requested()) return false;
      if (segment.kind == SegmentKind::wait || segment.kind == SegmentKind::yield) {
        ++index;
        record.end_ns = runner_.timed() ? runner_.last_ns() : now_ns();
        until_ns = segment.kind == SegmentKind::wait ? record.end_ns + segment.wait_ns : kYield;
        return true;
      }
      const std::int64_t begin = runner_.last_ns();
      if (!runner_.run_segment(task, index, segment, record.value)) return false;
      note_block(task, index, segment, runner_.last_ns() - begin);
    }
    if (context_.cancel.requested()) return false;
    if (fresh && index == 0 && runner_.timed()) {
      runner_.set_last_ns(now_ns());
      runner_.record(SpanKind::compute, record.begin_ns, runner_.last_ns(), task, 0, 0);
    }
    record.end_ns = runner_.last_ns();
    context_.progress[0].done.store(++done_, std::memory_order_relaxed);
    return false;
  }

  void note_block(std::uint32_t task, std::uint32_t index, const Segment& segment, std::int64_t duration_ns) {
    const double ms = static_cast<double>(duration_ns) / 1e6;
    if (ms <= LoopBlocks::kLongMs) return;
    outcome_.blocks.add(
        {ms, task, index,
         segment.kind == SegmentKind::compute ? std::string(segment.kernel->name) : "critical section"});
  }

  void end_task() {
    --running_;
    task_ended_.set();
  }

  coro::Event& next_end() {
    task_ended_.reset();
    return task_ended_;
  }

  // On a fixed schedule: a loop that was blocked for 100 ms was late for every sample that was due meanwhile, not for
  // one (coordinated omission).
  void sample_lag(std::int64_t now) {
    if (now - lag_due_ns_ > kDrawnLagNs) runner_.record(SpanKind::loop_lag, lag_due_ns_, now, kNoTask, 0, 0);
    for (; lag_due_ns_ <= now; lag_due_ns_ += kLagProbeNs) {
      outcome_.loop_lag.add(lag_due_ns_, now - lag_due_ns_);
    }
  }

  // How late the loop runs a timer. A pure wait must not be delayed by it: one timer in 5 ms.
  coro::Task<void> probe_lag() {
    lag_due_ns_ = now_ns() + kLagProbeNs;
    while (true) {
      const bool over = !co_await helpers_.delay_until(lag_due_ns_);
      if (over) co_return;
      sample_lag(now_ns());
    }
  }

  // A cancel wakes this run's sleepers: they see it and end.
  coro::Task<void> watch_cancel() {
    while (true) {
      const bool over = !co_await helpers_.delay(kCancelPollNs);
      if (over) co_return;
      if (!context_.cancel.requested()) continue;
      for (const auto task : take_waiting()) context_.scheduler.ready(task);
      web_.cancel();
      co_return;
    }
  }

  std::vector<std::coroutine_handle<>> take_waiting() {
    std::vector<std::coroutine_handle<>> tasks;
    context_.scheduler.take_if([&](std::coroutine_handle<> handle) {
      if (!frames_.contains(handle.address())) return false;
      tasks.push_back(handle);
      return true;
    });
    return tasks;
  }

  RunContext& context_;
  Frames frames_{*this};
  std::uint32_t limit_;
  SharedCounter counter_;
  TaskRunner runner_;
  Outcome outcome_;
  AsyncWeb web_;
  bool fetches_;
  coro::Event task_ended_;
  std::uint64_t done_ = 0;
  std::uint32_t running_ = 0;
  std::int64_t lag_due_ns_ = 0;
  coro::Scope web_tasks_;
  coro::Scope helpers_;
};

class Async final : public Model {
 public:
  std::string_view name() const override { return "async"; }
  ModelTraits traits() const override { return {.loop = true, .bytes_per_task = 128}; }
  Status check(const RunConfig&, const Capabilities&) const override { return {}; }
  std::uint32_t lanes(const RunConfig& config) const override { return AsyncWeb::has_database_lane(config) ? 2 : 1; }

  coro::Task<Result<Outcome>> run(RunContext& context) const override {
    AsyncRun run(context);
    co_return co_await run.run();
  }
};

}  // namespace

const Model& async_model() {
  static const Async model;
  return model;
}

}  // namespace trilane
