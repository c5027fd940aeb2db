// Runs task scripts on one worker: what sync, threads, children and the event loop have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/cancel.hpp"
#include "models/gil.hpp"
#include "models/model.hpp"
#include "models/shared_counter.hpp"

namespace trilane {

/// What a worker works with. Everything outlives the TaskRunner.
struct WorkerEnvironment {
  const Workload& workload;
  const CancelToken& cancel;
  SharedCounter& counter;
  LaneRing* ring = nullptr;  ///< nullptr: tracing off; then no clock is read either.
  std::uint16_t lane = 0;
  Gil* gil = nullptr;  ///< Held while computing, released while waiting.
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
  bool run_blocking(std::uint32_t task, TaskRecord& record);

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
  /// Between chunks: cancel, GIL, hooks. Ends the running compute span and starts another when the GIL was given away.
  bool checkpoint(std::uint32_t task, std::uint32_t index);
  void take_gil(std::uint32_t task, std::uint32_t index);

  WorkerEnvironment env_;
  std::vector<std::uint32_t> scratch_;
  std::vector<std::uint8_t> picture_;
  std::int64_t last_ns_ = 0;
  std::int64_t lock_wait_ns_ = 0;
};

}  // namespace trilane
