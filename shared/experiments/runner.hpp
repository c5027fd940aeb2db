// Runs one configuration: warm-up, repeats, statistics; and sweeps over one variable.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "experiments/run_result.hpp"

namespace trilane {

/// What a run tells while it goes on. Calls come from the loop's thread or a ticker's thread, one at a time, never from
/// a worker's: whatever they take is not in what is measured, but for the processor's time, which is told apart.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  /// A repeat begins; `repeat` counts from 0, or is -1 for a warm-up. Its spans' time zero is now.
  virtual void on_repeat(int /*repeat*/) {}
  virtual void on_progress(std::uint64_t /*tasks_done*/, double /*elapsed_ms*/) {}
  /// Spans of the current repeat, times in ns since its start.
  virtual void on_spans(std::span<const Span> /*spans*/) {}
  /// A finished tile of the picture: its pixels row by row.
  virtual void on_tile(const Workload::Tile& /*tile*/, std::uint16_t /*lane*/,
                       std::span<const std::uint8_t> /*pixels*/) {}
};

/// Runs a resolved config. Must be awaited on the scheduler's loop. `observer` may be nullptr, and outlives the run.
/// A cancelled run is an Error with the message kCancelled.
coro::Task<Result<RunResult>> run_config(RunConfig config, coro::Scheduler& scheduler, CancelToken& cancel,
                                         RunObserver* observer);
inline constexpr const char* kCancelled = "stopped";

/// Can a resolved config be run here? run_config() asks the same, and gives the same error.
Status check_run(const RunConfig& config);

/// A sweep: the same base config over one variable, for several models.
struct SweepConfig {
  nlohmann::json base;           ///< The options that all runs share, as parse_config() reads them.
  std::string over = "workers";  ///< One of kSweepVariables.
  std::vector<double> values;
  std::vector<std::string> models;
};
inline constexpr std::string_view kSweepVariables[] = {"workers", "size", "tasks", "wait_ms", "concurrency"};

Result<SweepConfig> parse_sweep(const nlohmann::json& json);
/// The run configs of a sweep, in the order in which they are run: for each value every model, so that drift of the
/// machine's speed falls on all models alike. Errors name the value that is not allowed.
Result<std::vector<RunConfig>> expand_sweep(const SweepConfig& sweep);

/// Schema trilane.sweep/1: {"schema","over","values","models","host","runs":[trilane.run/1…]}
nlohmann::json sweep_to_json(const SweepConfig& sweep, std::span<const RunResult> runs);

}  // namespace trilane
