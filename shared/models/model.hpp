// A model executes a batch of tasks: sync, threads, processes, async. This is the interface they share, and what a run
// of one repeat leaves behind.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "base/histogram.hpp"
#include "base/notes.hpp"
#include "base/result.hpp"
#include "coro/scheduler.hpp"
#include "models/run_config.hpp"
#include "models/web_access.hpp"
#include "models/web_worker.hpp"
#include "platform/clock.hpp"
#include "platform/host.hpp"
#include "platform/system_info.hpp"
#include "trace/recorder.hpp"
#include "workloads/workload.hpp"

namespace trilane {

/// What became of one task. Written once, by the worker that ran it. Times are 0 when tracing is off.
struct TaskRecord {
  std::uint64_t value = 0;
  std::int64_t begin_ns = 0;  ///< On the parent's clock: first instruction of its script.
  std::int64_t end_ns = 0;    ///< Its end. Latency = end - begin.
};

/// Who worked on a lane.
struct LaneInfo {
  std::int64_t process_id = 0;
  std::int64_t thread_id = 0;  ///< 0 for a child process's only thread.
};

/// Tasks done on one lane, readable while it runs; a cache line each, so that counting is not itself a shared counter.
struct alignas(64) LaneProgress {
  std::atomic<std::uint64_t> done{0};
};

/// Begin and end of one repeat, and what this address space used between them. Taken by the thread that does the work
/// or hands it out, in every model: the way to that thread and back is in no figure.
class Measurement {
 public:
  void begin() {
    before_ = read_cpu_usage();
    begin_ns_.store(now_ns(), std::memory_order_release);
  }
  /// When the last task's result is there.
  void end() {
    end_ns_ = now_ns();
    after_ = read_usage();
  }
  /// Any thread; 0 before begin().
  std::int64_t begin_ns() const { return begin_ns_.load(std::memory_order_acquire); }
  std::int64_t end_ns() const { return end_ns_; }
  const Usage& before() const { return before_; }
  const Usage& after() const { return after_; }

 private:
  std::atomic<std::int64_t> begin_ns_{0};
  std::int64_t end_ns_ = 0;
  Usage before_, after_;
};

/// All that one repeat of a run needs and fills. Made by the runner; models write only what is said.
struct RunContext {
  const RunConfig& config;
  const Workload& workload;
  coro::Scheduler& scheduler;
  CancelToken& cancel;
  Recorder& recorder;

  std::vector<TaskRecord> tasks;       ///< config.tasks entries; each written by its worker.
  std::vector<LaneProgress> progress;  ///< One a lane.
  std::vector<LaneInfo> lanes;         ///< Written by the model.
  std::vector<std::uint8_t> picture;   ///< picture_side()² pixels, row by row; each task writes its own tile.
  /// One a task where the picture is watched, else empty: lane + 1 once the task's tile is in `picture` (released).
  /// Whoever shows it looks by himself: a worker waits for nobody.
  std::vector<std::atomic<std::uint16_t>> tile_done;
  /// Called by models that block the engine's own thread where tickers do not tick (Capabilities). May be empty.
  std::function<void()> pump;
  WebAccess web;            ///< For workloads that fetch.
  Measurement measurement;  ///< The model calls begin() and end().
};

/// A stretch for which an event loop could not turn, and whose it was.
struct LoopBlock {
  double ms = 0;
  std::uint32_t task = 0;
  std::uint32_t segment = 0;
  std::string what;  ///< The kernel's name, "critical section", "parse" or "commit".
};

/// The blocks of one run that were longer than kLongMs: how many, and the longest of them, longest first.
struct LoopBlocks {
  static constexpr double kLongMs = 50;
  static constexpr std::size_t kKept = 8;
  std::uint64_t count = 0;
  std::vector<LoopBlock> longest;
  void add(LoopBlock block);
};

/// How late an event loop ran timers that were due on a fixed schedule, in bounded memory. Samples that a blocked loop
/// missed count: each of them would have been late (coordinated omission).
class LoopLag {
 public:
  explicit LoopLag(std::int64_t begin_ns = 0) : begin_ns_(begin_ns) {}
  void add(std::int64_t due_ns, std::int64_t late_ns);
  const Histogram& all() const { return all_; }
  /// The greatest lag in each of at most kSlots equal stretches since the beginning, ms.
  const std::vector<double>& max_ms() const { return max_ms_; }
  double slot_ms() const { return static_cast<double>(slot_ns_) / 1e6; }

 private:
  static constexpr std::size_t kSlots = 240;
  std::int64_t begin_ns_;
  std::int64_t slot_ns_ = 5'000'000;
  Histogram all_;
  std::vector<double> max_ms_;
};

/// What a model measured of one repeat, besides the context's Measurement.
struct Outcome {
  std::int64_t startup_ns = 0;           ///< From the start of the run until every worker was ready. 0 without workers.
  std::int64_t lock_wait_ns = 0;         ///< Added up over all workers: mutex and GIL.
  LoopLag loop_lag;                      ///< async.
  LoopBlocks blocks;                     ///< async, with tracing.
  TaskErrors errors;                     ///< Of tasks that failed, while the others went on.
  std::optional<std::uint64_t> counted;  ///< counter: what the shared counter holds at the end.
  Usage children;                        ///< processes: added up over the children.
  std::optional<std::uint64_t> per_worker_bytes;  ///< Memory of one worker: mean over the workers.
  std::uint64_t dropped_spans = 0;                ///< In children; the parent's are counted by the recorder.
  std::vector<Note> notes;                        ///< What a reader of the numbers must know.
  /// What went wrong and was made good: every task is done, but the times are not only the model's.
  std::vector<Note> accidents;
  bool cancelled = false;
};

/// What kind of model it is, for whoever plans, shows and compares its runs: nobody asks for its name.
struct ModelTraits {
  bool workers = false;            ///< RunConfig::workers of them run the tasks, and take time to start.
  bool processes = false;          ///< They are processes of their own.
  bool loop = false;               ///< An event loop runs the tasks in turns, RunConfig::concurrency of them at once.
  std::size_t bytes_per_task = 0;  ///< About what each takes besides its TaskRecord.
};

/// Stateless; one object a model, in the catalogue. run() is a coroutine on the engine's loop.
class Model {
 public:
  virtual ~Model() = default;
  virtual std::string_view name() const = 0;
  virtual ModelTraits traits() const = 0;
  /// Can it run this here? The error says why not and what to do.
  virtual Status check(const RunConfig& config, const Capabilities& host) const = 0;
  /// Lanes it will use.
  virtual std::uint32_t lanes(const RunConfig& config) const = 0;
  /// Runs every task once. The context outlives the coroutine. An Error means no valid result (a child that died
  /// twice, threads that could not be made); a cancelled run returns an Outcome with `cancelled`.
  virtual coro::Task<Result<Outcome>> run(RunContext& context) const = 0;
};

/// Every model, in the order in which they are shown: sync, threads, processes, async.
std::span<const Model* const> model_catalog();
const Model* find_model(std::string_view name);
/// Of a run's model; all false for an unknown one.
ModelTraits traits_of(const RunConfig& config);
/// How many tasks of a run are under way at once, at most.
std::uint32_t tasks_in_flight(const RunConfig& config);

}  // namespace trilane
