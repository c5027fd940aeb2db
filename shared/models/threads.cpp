// threads: K threads of one process take tasks from one queue; with `gil` one real lock lets one of them run at a time.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "models/model.hpp"
#include "models/picture.hpp"
#include "models/task_queue.hpp"
#include "models/task_runner.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

// About 10 us of tasks at a time: the queue's counter is then out of the picture, and no tail grows from it.
constexpr std::int64_t kChunkNs = 10'000;
constexpr std::uint64_t kMaxChunk = 256;

// Starting a thread fails when the system has no more of them. Where exceptions are not caught (the page) the pool's
// size was checked before.
Status start_thread(std::thread& slot, std::function<void()> body, std::uint32_t number) {
  try {
    slot = std::thread(std::move(body));
  } catch (const std::system_error& error) {
    return fail("thread " + std::to_string(number + 1) + " could not be created (" + error.code().message() +
                    "): choose fewer workers",
                "workers");
  }
  return {};
}

// With a limit on the tasks in flight: who has a permit may take tasks. Thread-safe.
class Permits {
 public:
  explicit Permits(std::uint32_t count) : free_(count) {}

  bool try_take() {
    const std::lock_guard lock(mutex_);
    if (free_ == 0) return false;
    --free_;
    return true;
  }
  void take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return free_ != 0; });
    --free_;
  }
  void give_back() {
    const std::lock_guard lock(mutex_);
    ++free_;
    returned_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable returned_;
  std::uint32_t free_;
};

struct ThreadsRun {
  explicit ThreadsRun(RunContext& run_context)
      : context(run_context),
        queue(run_context.config.tasks, run_context.config.workers),
        counter(run_context.config.counter_mode, run_context.config.workers),
        gil(run_context.config.switch_interval_ms),
        limited(run_context.config.busy_workers() < run_context.config.workers),
        permits(run_context.config.busy_workers()),
        ready_ns(run_context.config.workers),
        lock_wait_ns(run_context.config.workers),
        errors(run_context.config.workers) {}

  RunContext& context;
  TaskQueue queue;
  SharedCounter counter;
  Gil gil;
  bool limited;                            // fewer tasks in flight than workers
  Permits permits;                         // a pool's, when limited
  std::vector<std::int64_t> ready_ns;      // when each worker's first instruction ran
  std::vector<std::int64_t> lock_wait_ns;  // of each worker
  std::vector<TaskErrors> errors;          // of each worker
  CancelToken failed;                      // a thread could not be made: the others stop too

  TaskRunner make_runner(std::uint16_t lane) {
    return TaskRunner(
        {.workload = context.workload,
         .cancel = context.cancel,
         .counter = counter,
         .ring = context.recorder.lane(lane),
         .lane = lane,
         .gil = context.config.gil ? &gil : nullptr,
         .web = &context.web,
         .at_checkpoint = {},
         .on_tile = [this, lane](std::uint32_t task, auto pixels) { place_tile(context, task, lane, pixels); }});
  }

  void begin_lane(TaskRunner& runner, std::uint16_t lane, std::int64_t requested_ns, std::uint32_t task) {
    const std::int64_t now = now_ns();
    if (ready_ns[lane] == 0) ready_ns[lane] = now;
    context.lanes[lane] = {current_process_id(), current_thread_id()};
    // Where clocks are coarse, two threads' may be a step apart.
    runner.record(SpanKind::create, requested_ns, std::max(now, requested_ns), task, 0, 0);
    runner.enter();
  }

  void end_lane(TaskRunner& runner, std::uint16_t lane) {
    if (!stopping()) runner.flush();
    runner.leave();
    errors[lane].add(runner.errors());
    lock_wait_ns[lane] += runner.lock_wait_ns();
  }

  // Those with a permit wait for the GIL: nobody may wait for a permit with the GIL in hand. A stop ends the tasks in
  // flight, and their permits then pass from hand to hand until every worker has seen it.
  void take_permit(TaskRunner& runner) {
    if (!limited || permits.try_take()) return;
    runner.leave();
    permits.take();
    runner.enter();
  }

  // A pool's worker: takes tasks until there are none.
  void work(std::uint16_t lane, std::int64_t requested_ns) {
    TaskRunner runner = make_runner(lane);
    begin_lane(runner, lane, requested_ns, kNoTask);
    ChunkSizer chunk(kChunkNs, kMaxChunk);
    std::uint64_t done = 0;
    take_permit(runner);
    while (work_on_chunk(runner, lane, chunk, done)) {
      if (limited) permits.give_back();
      take_permit(runner);
    }
    end_lane(runner, lane);  // it may save rows: still in flight
    if (limited) permits.give_back();
  }

  // False when there is nothing more to do.
  bool work_on_chunk(TaskRunner& runner, std::uint16_t lane, ChunkSizer& chunk, std::uint64_t& done) {
    const Range range = queue.take(chunk.size());
    const std::int64_t begin = runner.timed() ? runner.last_ns() : now_ns();
    for (std::uint64_t i = range.first; i != range.last; ++i) {
      const auto task = static_cast<std::uint32_t>(i);
      if (stopping() || !runner.run_blocking(task, context.tasks[task])) return false;
      context.progress[lane].done.store(++done, std::memory_order_relaxed);
    }
    if (range.first == range.last) return false;
    chunk.took((runner.timed() ? runner.last_ns() : now_ns()) - begin, range.last - range.first);
    return true;
  }

  bool stopping() const { return context.cancel.requested() || failed.requested(); }
};

Status run_pool(ThreadsRun& run) {
  std::vector<std::thread> threads(run.context.config.workers);
  Status status;
  for (std::uint32_t i = 0; i < threads.size() && status; ++i) {
    status =
        start_thread(threads[i], [&run, i, begin = now_ns()] { run.work(static_cast<std::uint16_t>(i), begin); }, i);
  }
  if (!status) run.failed.request();
  for (std::thread& thread : threads) {
    if (thread.joinable()) thread.join();
  }
  return status;
}

// A new thread for every task; no more of them at a time than tasks may be in flight, each on the lane of the one that
// ended before it.
Status run_thread_per_task(ThreadsRun& run) {
  const RunConfig& config = run.context.config;
  std::vector<std::thread> threads(config.workers);
  std::vector<std::uint16_t> free_lanes;
  for (std::uint32_t i = config.busy_workers(); i != 0; --i) free_lanes.push_back(static_cast<std::uint16_t>(i - 1));
  std::mutex mutex;
  std::condition_variable lane_freed;
  Status status;
  for (std::uint32_t task = 0; task < config.tasks && status && !run.stopping(); ++task) {
    std::unique_lock lock(mutex);
    lane_freed.wait(lock, [&] { return !free_lanes.empty(); });
    const std::uint16_t lane = free_lanes.back();
    free_lanes.pop_back();
    lock.unlock();
    if (threads[lane].joinable()) threads[lane].join();
    status = start_thread(
        threads[lane],
        [&, task, lane, begin = now_ns()] {
          TaskRunner runner = run.make_runner(lane);
          run.begin_lane(runner, lane, begin, task);
          if (runner.run_blocking(task, run.context.tasks[task])) {
            auto& done = run.context.progress[lane].done;
            done.store(done.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
          }
          run.end_lane(runner, lane);
          // Notified under the mutex: the waiting thread may end the run, and the variable with it, right after.
          const std::lock_guard guard(mutex);
          free_lanes.push_back(lane);
          lane_freed.notify_one();
        },
        lane);
  }
  for (std::thread& thread : threads) {
    if (thread.joinable()) thread.join();
  }
  return status;
}

Result<Outcome> run_threads(RunContext& context) {
  context.measurement.begin();
  const std::int64_t begin = context.measurement.begin_ns();
  ThreadsRun run(context);
  if (Status status = context.config.spawn_per_task ? run_thread_per_task(run) : run_pool(run); !status) {
    return std::unexpected(status.error());
  }
  Outcome outcome;
  context.measurement.end();
  for (const std::int64_t ready : run.ready_ns) outcome.startup_ns = std::max(outcome.startup_ns, ready - begin);
  for (const std::int64_t waited : run.lock_wait_ns) outcome.lock_wait_ns += waited;
  for (const TaskErrors& errors : run.errors) outcome.errors.add(errors);
  outcome.counted = run.counter.value();
  outcome.cancelled = context.cancel.requested();
  if (context.config.gil) outcome.notes.push_back(notes::gil_is_model());
  return outcome;
}

class Threads final : public Model {
 public:
  std::string_view name() const override { return "threads"; }
  ModelTraits traits() const override { return {.workers = true}; }

  Status check(const RunConfig& config, const Capabilities& host) const override {
    if (!host.threads) return fail(host.threads_missing_because, "model");
    if (config.workers > host.max_threads) {
      return fail("workers is " + std::to_string(config.workers) + ": at most " + std::to_string(host.max_threads) +
                      " threads are possible here",
                  "workers");
    }
    return {};
  }

  std::uint32_t lanes(const RunConfig& config) const override { return config.workers; }

  coro::Task<Result<Outcome>> run(RunContext& context) const override {
    Result<Outcome> result;
    co_await context.scheduler.measuring([&] { result = run_threads(context); });
    co_return result;
  }
};

}  // namespace

const Model& threads_model() {
  static const Threads model;
  return model;
}

}  // namespace trilane
