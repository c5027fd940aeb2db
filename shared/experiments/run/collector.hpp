// Collects over the repeats of a run what becomes its RunResult. One thread.
#pragma once

#include <optional>
#include <vector>

#include "experiments/run/run_result.hpp"
#include "models/model.hpp"
#include "platform/host.hpp"
#include "platform/system_info.hpp"

namespace trilane {

/// Time by span kind, ns, added up over the spans of one repeat.
struct KindTimes {
  std::int64_t ns[kSpanKinds] = {};
  void add(std::span<const Span> spans);
};

/// What is going on around a run, to be compared at its beginning and at its end.
struct Surroundings {
  std::optional<ProcessorTimes> processors;
  std::int64_t now_ns = 0;
  std::int64_t suspended_ns = 0;
};
Surroundings look_around();

class Collector {
 public:
  explicit Collector(const RunConfig& config) { result_.config = config; }

  void add_note(Note note) { add_once(result_.notes, std::move(note)); }
  /// The measurement is this address space's; children are added where their share is known. What the instrument took
  /// is subtracted: `ticked` of the processor, `held_bytes` of the memory.
  void add_usage(const Measurement& measurement, const Outcome& outcome, const Ticker::Report& ticked,
                 std::size_t held_bytes, bool has_children);
  /// After add_usage() of the same repeat.
  void add_surroundings(const Surroundings& before, const Surroundings& after);
  /// Nothing of a warm-up is measured, but what happened in it, as a child's death, is told.
  void add_warm_up(Outcome& outcome);
  /// A measured repeat. `saved`: what a workload that saves left in its table.
  void add(const RunContext& context, Outcome& outcome, const KindTimes& times, const std::optional<SavedPages>& saved);
  RunResult finish(bool has_workers, bool has_loop);

  /// The checksum of one repeat's tasks.
  static std::uint64_t checksum_of(const RunContext& context);

 private:
  void add_times(const RunContext& context);
  void add_checksum(const RunContext& context);
  void add_counter(const Outcome& outcome);
  void add_lag(const Outcome& outcome);
  void add_split(const RunContext& context, const Outcome& outcome, const KindTimes& times);
  void add_saved(const SavedPages& saved);
  void add_error(Note error);
  void add_loop_notes();

  void add_warm_up_notes();

  RunResult result_;
  std::vector<Note> warm_up_notes_;
  std::vector<double> wall_, throughput_, user_, system_, voluntary_, involuntary_, children_involuntary_, startup_,
      lock_wait_, instrument_, per_worker_;
  Histogram latency_, since_start_, lag_;
  double others_ms_ = 0, idle_ms_ = 0, processors_ms_ = 0;  // of the processors' time around the measured repeats
  TaskErrors task_errors_;
  bool checksum_known_ = false;
  bool below_clock_step_ = false;  // of a coarse clock: what it shows of such a run is no measurement
};

}  // namespace trilane
