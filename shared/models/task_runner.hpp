// Runs task scripts on one worker: what sync, threads, children and the event loop have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/cancel.hpp"
#include "models/gil.hpp"
#include "models/model.hpp"
#include "models/shared_counter.hpp"
#include "models/web_worker.hpp"

namespace trilane {

/// What a worker works with. Everything outlives the TaskRunner.
struct WorkerEnvironment {
  const Workload& workload;
  const CancelToken& cancel;
  SharedCounter& counter;
  LaneRing* ring = nullptr;  ///< nullptr: tracing off; then no clock is read either.
  std::uint16_t lane = 0;
  Gil* gil = nullptr;              ///< Held while computing and parsing, released while waiting, fetching and saving.
  const WebAccess* web = nullptr;  ///< For workloads that fetch.
  /// Called every 20-100 us of computing and every 100 ms of waiting (heartbeats, progress). May be empty.
  std::function<void()> at_checkpoint;
  /// Takes a finished tile (pixels row by row). May be empty.
  std::function<void(std::uint32_t task, std::span<const std::uint8_t> pixels)> on_tile;
};

/// One worker's thread only.
class TaskRunner {
 public:
  explicit TaskRunner(WorkerEnvironment environment) : env_(std::move(environment)) {}

  /// With a GIL: before the first task, and after the last.
  void enter();
  void leave();

  /// Runs a whole script, waiting where it waits. False when cancelled on the way (the record is then incomplete).
  /// A task that fails is noted in errors() and ends with the value 0: the others go on.
  bool run_blocking(std::uint32_t task, TaskRecord& record);

  /// After the last task, or the last of a job: commits the rows that wait for a full batch.
  void flush();
  const TaskErrors& errors() const { return errors_; }

  /// Runs one compute or critical segment, recording its spans, and adds its result to `value`. False when cancelled.
  bool run_segment(std::uint32_t task, std::uint32_t index, const Segment& segment, std::uint64_t& value);

  /// When the last span ended: two adjoining spans share one reading of the clock.
  std::int64_t last_ns() const { return last_ns_; }
  void set_last_ns(std::int64_t now) { last_ns_ = now; }
  void record(SpanKind kind, std::int64_t begin, std::int64_t end, std::uint32_t task, std::uint32_t segment,
              std::uint64_t arg);
  std::int64_t lock_wait_ns() const { return lock_wait_ns_; }
  bool timed() const { return env_.ring != nullptr; }

 private:
  bool compute(std::uint32_t task, std::uint32_t index, const Segment& segment, std::uint64_t& value);
  bool critical(std::uint32_t task, std::uint32_t index, const Segment& segment, std::uint64_t& value);
  bool wait(std::uint32_t task, std::uint32_t index, std::int64_t duration_ns);
  // Fetch, parse or save. Returns why it failed; what it returns when cancelled means nothing.
  Status web_segment(std::uint32_t task, std::uint32_t index, const Segment& segment, std::uint64_t& value);
  WebWorker& web();
  /// Runs what needs no GIL, with its span.
  template <class Work>
  Status without_gil(SpanKind kind, std::uint32_t task, std::uint32_t index, Work work);
  /// Between chunks: cancel, GIL, hooks. Ends the running compute span and starts another when the GIL was given away.
  bool checkpoint(std::uint32_t task, std::uint32_t index);
  void take_gil(std::uint32_t task, std::uint32_t index);
  /// Gives the GIL away, and takes it again, when another thread has asked for it. The running span ends there.
  void give_gil_if_asked(std::uint32_t task, std::uint32_t index);

  WorkerEnvironment env_;
  std::vector<std::uint32_t> scratch_;
  std::vector<std::uint8_t> picture_;
  std::int64_t last_ns_ = 0;
  std::int64_t lock_wait_ns_ = 0;
  std::unique_ptr<WebWorker> web_;
  PageInWork page_;
  TaskErrors errors_;
  std::uint32_t save_segment_ = 0;
  SpanKind busy_kind_ = SpanKind::compute;  // of the span that a checkpoint may cut
};

}  // namespace trilane
