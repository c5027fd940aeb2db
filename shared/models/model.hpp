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
#include "base/result.hpp"
#include "coro/scheduler.hpp"
#include "models/run_config.hpp"
#include "models/web_access.hpp"
#include "models/web_worker.hpp"
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
  /// Called by the model, on any worker's thread, when a task's tile is in `picture`. May be empty.
  std::function<void(std::uint32_t task, std::uint16_t lane)> on_tile;
  /// Called by models that block the engine's own thread where tickers do not tick (Capabilities). May be empty.
  std::function<void()> pump;
  WebAccess web;  ///< For workloads that fetch.
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

/// How late the event loop ran a timer that was due at this time.
struct LagSample {
  std::int64_t due_ns = 0;
  double ms = 0;
};

/// What a model measured of one repeat. The runner adds wall time, CPU time and memory of its own address space.
struct Outcome {
  std::int64_t finished_ns = 0;          ///< When the last task's result was there, on now_ns().
  std::int64_t startup_ns = 0;           ///< From the start of the run until every worker was ready. 0 without workers.
  std::int64_t lock_wait_ns = 0;         ///< Added up over all workers: mutex and GIL.
  std::vector<LagSample> loop_lag;       ///< async: one sample every few ms.
  LoopBlocks blocks;                     ///< async, with tracing.
  TaskErrors errors;                     ///< Of tasks that failed, while the others went on.
  std::optional<std::uint64_t> counted;  ///< counter: what the shared counter holds at the end.
  Usage children;                        ///< processes: added up over the children.
  std::optional<std::uint64_t> per_worker_bytes;  ///< Memory of one worker: mean over the workers.
  std::uint64_t dropped_spans = 0;                ///< In children; the parent's are counted by the recorder.
  std::vector<std::string> notes;                 ///< What a reader of the numbers must know, English.
  /// What went wrong and was made good, English: every task is done, but the times are not only the model's.
  std::vector<std::string> accidents;
  bool cancelled = false;
};

/// Stateless; one object a model, in the catalogue. run() is a coroutine on the engine's loop.
class Model {
 public:
  virtual ~Model() = default;
  virtual std::string_view name() const = 0;
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

}  // namespace trilane
