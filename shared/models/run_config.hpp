// What a run is asked to do, and the one table that says which values are allowed: the command line, the JS API, URL
// parameters and the window's fields all read it, so that a limit is written once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "workloads/workload.hpp"

namespace trilane {

/// Of model_catalog(), in its order. Names alone, for those who run no model: with the models themselves a front end
/// would link, and a page load, all that they are made of.
inline constexpr std::string_view kModelNames[] = {
#define MODEL(name, function) name,
#include "models/catalog.def"
#undef MODEL
};

struct RunConfig {
  std::string model = "threads";
  std::string workload = "primes";
  std::uint32_t tasks = 1;
  std::uint64_t size = 0;  ///< In the workload's own unit.
  double wait_ms = 0;
  std::uint32_t workers = 1;      ///< Threads or processes; sync and async always use 1.
  std::uint32_t concurrency = 0;  ///< Most tasks in flight, in any model; 0: as many as it can.
  bool gil = false;               ///< threads: one real lock models CPython's GIL.
  double switch_interval_ms = 5;  ///< CPython's default, sys.getswitchinterval().
  std::uint32_t repeat = 6;
  std::uint32_t warmup = 1;  ///< Runs before the measured ones, not reported.
  std::uint64_t seed = 1;
  double cpu_share = 0.5;
  CounterMode counter_mode = CounterMode::split;
  bool spawn_per_task = false;  ///< threads, processes: a new worker for every task, not a pool.
  bool trace = true;            ///< Record spans and per-task times.

  // Workloads that fetch.
  double jitter_ms = 0;               ///< Most that the server waits beyond wait_ms.
  std::uint32_t timeout_ms = 10'000;  ///< Of one request.
  std::string server;                 ///< Base URL of a latency server; empty: one of our own is started for the run.
  std::vector<std::string> urls;      ///< Fetched instead of the lab's pages (native only).
  // Workloads that save.
  std::uint32_t parse_factor = 1;  ///< How many times each page is parsed.
  std::uint32_t commit_batch = 1;  ///< Rows in one commit.
  bool durable = false;            ///< Every commit waits for the disk.
  bool save_on_loop = false;       ///< async: commit on the event loop, the common mistake, instead of on a thread.

  WorkloadParams params() const {
    return {tasks, size, wait_ms, cpu_share, seed, counter_mode, jitter_ms, parse_factor};
  }
  /// How many of the workers may have a task at once. For threads and processes.
  std::uint32_t busy_workers() const { return concurrency == 0 ? workers : std::min(concurrency, workers); }
  bool operator==(const RunConfig&) const = default;
};

/// One numeric option: its JSON name (underscores; the command line writes dashes), bounds and meaning.
struct ConfigField {
  std::string_view name;
  double min;
  double max;
  bool integer;
  std::string_view help;  ///< English, for `trilane help` and error messages.
};
/// All numeric options. The largest `size` also depends on the workload (WorkloadInfo::max_size).
std::span<const ConfigField> config_fields();
const ConfigField& config_field(std::string_view name);
/// What a config has for one of config_fields(); nothing when the name is of none.
std::optional<double> config_number(const RunConfig& config, std::string_view name);

/// Reads and completes a config. Unknown keys, wrong types, unknown names and numbers outside their bounds (NaN is) are
/// errors that name the field, the value and what is allowed. Absent fields get the workload's defaults, absent workers
/// the machine's cores: what comes back can be run as it is.
Result<RunConfig> parse_config(const nlohmann::json& json);
nlohmann::json to_json(const RunConfig& config);

}  // namespace trilane
