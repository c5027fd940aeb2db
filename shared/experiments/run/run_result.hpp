// The result of a run (all repeats) and its JSON, schema trilane.run/1.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/notes.hpp"
#include "base/stats.hpp"
#include "models/model.hpp"

namespace trilane {

/// Completions of the last repeat in equal bins: throughput over time.
struct CompletionSeries {
  double bin_ms = 0;
  std::vector<std::uint32_t> done;
};

/// How late the event loop was over the last repeat: the greatest lag in each of equal bins, ms.
struct LagSeries {
  double bin_ms = 0;
  std::vector<double> max_ms;
};

/// Time of the last repeat by what it went for, added up over all tasks and workers, ms: "fetch", "parse", "wait"…
/// Kinds that overlap (waits on an event loop) add up to more than the makespan.
using TimeSplit = std::vector<std::pair<SpanKind, double>>;
/// The kind's name in JSON: "lock_wait".
std::string time_split_key(SpanKind kind);

/// What a run that saves found in its table afterwards.
struct SavedPages {
  std::uint64_t rows = 0;
  std::uint64_t pages = 0;  ///< Different ones.
  bool equal = false;       ///< Every page once, and each as its task computed it.
};

/// What else the processors that this program may use did around the measured repeats, as shares of their time.
struct MachineLoad {
  double others = 0;  ///< Given to other programs: what may have disturbed the run.
  double idle = 0;    ///< Given to nobody: while there is some, others took nothing away.
};

struct RunResult {
  RunConfig config;  ///< Resolved.
  Summary wall_ms;  ///< Makespan: from the request to the last task's result. Creating workers is in it, ending them is
                    ///< not.
  Summary throughput_per_s;  ///< Tasks per second of makespan.
  std::uint64_t checksum = 0;
  std::optional<Percentiles> latency_ms;      ///< Service time: a task's first instruction to its last; of all repeats.
  std::optional<Percentiles> since_start_ms;  ///< From the beginning of the run to a task's end: what a client sees.
  std::vector<Percentiles> latency_repeats, since_start_repeats;  ///< One a repeat; not in the document.
  std::optional<double> cpu_user_ms, cpu_system_ms;               ///< Median over repeats, children included.
  /// Greatest over repeats, without what the instrument holds; mean over workers.
  std::optional<double> peak_rss_bytes, per_worker_bytes;
  std::optional<double> switches_voluntary, switches_involuntary;
  std::optional<double> instrument_ms;         ///< CPU of the instrument, a repeat; in none of the other figures.
  std::optional<MachineLoad> machine;          ///< Nothing for runs of less than 100 ms of processors' time.
  std::optional<double> children_involuntary;  ///< Of switches_involuntary, those of the children.
  std::optional<double> startup_ms;
  std::optional<double> lock_wait_ms;
  std::optional<Percentiles> loop_lag_ms;
  std::optional<std::uint64_t> counter_expected, counter_observed;  ///< counter workload; observed of the last repeat.
  std::vector<double> counter_lost;                                 ///< One a repeat.
  CompletionSeries series;
  LagSeries lag_series;                 ///< async
  LoopBlocks blocks;                    ///< async: of all repeats.
  std::optional<TimeSplit> time_split;  ///< Nothing without tracing, and where spans were dropped.
  std::optional<SavedPages> saved;      ///< Workloads that save; of the last repeat.
  std::uint64_t failed_tasks = 0;       ///< Of all repeats.
  std::vector<LaneInfo> lanes;
  std::uint64_t dropped_spans = 0;
  bool valid = true;
  bool interrupted = false;  ///< Not valid because the program or the machine stood still meanwhile.
  std::vector<Note> notes, errors;
};

/// The document of `trilane run --json` and of the page's trilane.run(). A figure that was not measured is null.
nlohmann::json to_json(const RunResult& result);
/// As "notes" and "errors" of it: [{"code", "text": {"en", "ru"}}].
nlohmann::json notes_json(std::span<const Note> notes);
/// This machine, as `host` in every document.
nlohmann::json host_json();

}  // namespace trilane
