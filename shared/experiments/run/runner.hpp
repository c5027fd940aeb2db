// Runs one configuration: warm-up, repeats, statistics; several that alternate; and sweeps over one variable.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "experiments/run/run_result.hpp"

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

class Collector;
class WebRun;

/// Room for what instruments carry, used again by all repeats of runs that alternate.
struct DrainBuffer {
  std::vector<Span> spans;
  std::size_t most = 0;  ///< Spans in it at one time: so much of it has been touched.
};

/// A resolved config under measurement, repeat by repeat. On the scheduler's loop; everything it is given outlives it.
/// After an Error nothing more can be asked of it.
class MeasuredRun {
 public:
  MeasuredRun(RunConfig config, coro::Scheduler& scheduler, CancelToken& cancel, DrainBuffer& buffer);
  ~MeasuredRun();
  MeasuredRun(const MeasuredRun&) = delete;
  MeasuredRun& operator=(const MeasuredRun&) = delete;

  /// First of all: can it be run here, and what it needs (the latency server).
  coro::Task<Status> begin();
  /// Is the next repeat a warm-up?
  bool warming_up() const { return next_ < 0; }
  bool has_next() const { return next_ < static_cast<int>(config_.repeat); }
  /// The next one. `observer` may be nullptr. A stop is an Error with the message kCancelled.
  coro::Task<Status> repeat(RunObserver* observer);
  /// After the last.
  RunResult finish();

 private:
  const RunConfig config_;
  coro::Scheduler& scheduler_;
  CancelToken& cancel_;
  const Model& model_;
  const std::unique_ptr<Workload> workload_;
  const std::unique_ptr<Collector> collector_;
  const std::unique_ptr<WebRun> web_;  // of a workload that fetches
  DrainBuffer& buffer_;
  class Rings;
  std::unique_ptr<Rings> rings_;  // from repeat to repeat; after begin()
  int next_;                      // from 0; below it warm-ups
};

/// Runs a resolved config. Must be awaited on the scheduler's loop. `observer` may be nullptr, and outlives the run.
/// A cancelled run is an Error with the message kCancelled.
coro::Task<Result<RunResult>> run_config(RunConfig config, coro::Scheduler& scheduler, CancelToken& cancel,
                                         RunObserver* observer);
inline constexpr const char* kCancelled = "stopped";

/// What a series tells. Loop's thread.
class SeriesObserver {
 public:
  virtual ~SeriesObserver() = default;
  /// What follows is of this run, until the next turn. The observer of its repeats, or nullptr.
  virtual RunObserver* on_turn(std::size_t index) = 0;
  /// Each run ends once, in any order.
  virtual void on_end(std::size_t index, Result<RunResult> result) = 0;
};

/// Runs several resolved configs that are to be compared: all are warmed up, then each round makes one repeat of each,
/// in random order, so that the machine's drift falls on all alike. One that fails ends alone; a stop ends all, and is
/// the only Error.
coro::Task<Status> run_series(std::vector<RunConfig> configs, coro::Scheduler& scheduler, CancelToken& cancel,
                              SeriesObserver& observer);

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
/// The run configs of a sweep: for each value every model; those of one value are measured as one series. Errors name
/// the value that is not allowed.
Result<std::vector<RunConfig>> expand_sweep(const SweepConfig& sweep);

/// Schema trilane.sweep/1: {"schema","over","values","models","host","runs":[trilane.run/1…]}
nlohmann::json sweep_to_json(const SweepConfig& sweep, std::span<const RunResult> runs);

}  // namespace trilane
