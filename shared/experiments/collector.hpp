// Collects over the repeats of a run what becomes its RunResult. One thread.
#pragma once

#include <vector>

#include "experiments/run_result.hpp"
#include "models/model.hpp"

namespace trilane {

/// Time by span kind, ns, added up over the spans of one repeat.
struct KindTimes {
  std::int64_t ns[kSpanKinds] = {};
  void add(std::span<const Span> spans);
};

class Collector {
 public:
  explicit Collector(const RunConfig& config) { result_.config = config; }

  void add_note(std::string note) { result_.notes.push_back(std::move(note)); }
  /// `before` and `after` are this address space's; children are added where their share is known.
  void add_usage(const Usage& before, const Usage& after, const Outcome& outcome, bool has_children);
  /// Nothing of a warm-up is measured, but what happened in it, as a child's death, is told.
  void add_warm_up(Outcome& outcome);
  /// A measured repeat. `saved`: what a workload that saves left in its table.
  void add(const RunContext& context, Outcome& outcome, std::int64_t begin_ns, const KindTimes& times,
           const std::optional<SavedPages>& saved);
  RunResult finish(bool has_workers, bool has_loop);

  /// The checksum of one repeat's tasks.
  static std::uint64_t checksum_of(const RunContext& context);

 private:
  void add_times(const RunContext& context, std::int64_t begin_ns);
  void add_checksum(const RunContext& context);
  void add_counter(const Outcome& outcome);
  void add_lag(const Outcome& outcome, std::int64_t begin_ns);
  void add_split(const RunContext& context, const Outcome& outcome, const KindTimes& times);
  void add_saved(const SavedPages& saved);
  void add_error(std::string error);
  void add_loop_notes();

  void add_warm_up_notes();

  RunResult result_;
  std::vector<std::string> warm_up_notes_;
  std::vector<double> wall_, throughput_, user_, system_, voluntary_, involuntary_, children_involuntary_, startup_,
      lock_wait_, latency_, lag_, per_worker_;
  double latency_max_ = 0;
  TaskErrors task_errors_;
  bool checksum_known_ = false;
  bool below_clock_step_ = false;  // of a coarse clock: what it shows of such a run is no measurement
};

}  // namespace trilane
