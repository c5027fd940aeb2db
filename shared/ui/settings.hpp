// What the user has chosen: workload, racers, numbers. Pure: no ImGui, no engine; any thread. Limits come from the one
// table in models/run_config.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "models/run_config.hpp"
#include "ui/texts.hpp"

namespace trilane::ui {

/// Who takes part in a race: the four models, and threads once more with the GIL. One hue each, everywhere.
enum class Racer : std::uint8_t { sync, threads, threads_gil, processes, async };
inline constexpr int kRacers = 5;
inline constexpr std::string_view kRacerKeys[kRacers] = {"sync", "threads", "threads_gil", "processes", "async"};

constexpr int index_of(Racer racer) { return static_cast<int>(racer); }
Racer racer_of(const RunConfig& config);
/// The model's name for the engine.
std::string_view model_name(Racer racer);
T racer_text(Racer racer);
T racer_short_text(Racer racer);

/// How workers add to the counter, in a word.
T counter_mode_text(CounterMode mode);

struct Settings {
  std::string workload = "primes";
  std::array<bool, kRacers> racers = {true, true, true, true, true};
  std::uint32_t tasks = 32;
  std::uint64_t size = 0;
  double wait_ms = 0;
  std::uint32_t workers = 4;
  std::uint32_t concurrency = 0;
  double switch_interval_ms = 5;
  double cpu_share = 0.5;
  double jitter_ms = 0;
  std::uint32_t timeout_ms = 10'000;
  std::uint32_t parse_factor = 1;
  std::uint32_t commit_batch = 1;
  bool durable = false;
  bool save_on_loop = false;
  std::string counter_mode = "split";
  std::uint32_t repeat = RunConfig{}.repeat;
  std::uint64_t seed = 1;
  bool spawn_per_task = false;
  bool with_python = false;  ///< The same in CPython beside it, where there is one.
  std::string sweep_over = "workers";

  bool operator==(const Settings&) const = default;
  bool races(Racer racer) const { return racers[static_cast<std::size_t>(racer)]; }
};

/// How it is shown; not undone, not part of a link.
struct ViewSettings {
  Lang lang = Lang::en;
  bool dark = true;
  bool tint = true;  ///< Picture tinted by worker.
};

/// One value that could not be used as given.
struct Clamped {
  std::string field;
  nlohmann::json value;  ///< As given.
  nlohmann::json used;
};

struct ApplyReport {
  std::vector<Clamped> clamped;
  std::vector<std::string> unknown;  ///< Keys that are no setting.
};

/// The defaults of a workload; `workers` is the machine's cores.
Settings default_settings(std::string_view workload, std::uint32_t workers);

/// A numeric option's bounds for these settings: config_fields(), narrowed by the workload's largest size.
struct Bounds {
  double min = 0;
  double max = 0;
  bool integer = true;
};
Bounds field_bounds(const Settings& settings, std::string_view field);
double field_value(const Settings& settings, std::string_view field);
/// Sets a numeric field, clamped to its bounds; says what was clamped. NaN counts as below everything.
bool set_field(Settings& settings, std::string_view field, double value, ApplyReport* report);
/// The numeric fields, in the order of the panel.
inline constexpr std::string_view kNumericFields[] = {
    "tasks",        "size",         "workers",     "wait_ms",    "jitter_ms",          "cpu_share",
    "parse_factor", "commit_batch", "concurrency", "timeout_ms", "switch_interval_ms", "repeat",
    "seed"};
/// Those that are on or off.
inline constexpr std::string_view kFlagFields[] = {"spawn_per_task", "durable", "save_on_loop", "with_python"};
bool flag_value(const Settings& settings, std::string_view field);
void set_flag(Settings& settings, std::string_view field, bool on);

/// Does this field change anything for the chosen workload and models? Only these are shown.
bool field_matters(const Settings& settings, std::string_view field);

nlohmann::json to_json(const Settings& settings);
nlohmann::json to_json(const ViewSettings& view);
/// Takes over what `patch` holds: the keys of to_json(), and of a run config ("model", "gil"). Numbers may come as
/// text, as URL parameters do. Choosing another workload first loads that workload's defaults.
ApplyReport apply(Settings& settings, ViewSettings& view, const nlohmann::json& patch);

/// The run that a racer is asked for.
RunConfig run_config_of(const Settings& settings, Racer racer);

/// The values of a sweep: 1, 2, 4… for workers (up to max_workers), powers and thirds of ten otherwise.
std::vector<double> sweep_values(const Settings& settings, unsigned cores, unsigned max_workers);

/// Settings before each change. Changes of one field in quick succession (a slider's drag) count as one.
class UndoStack {
 public:
  void record(const Settings& before, std::string_view field, double now_s);
  bool empty() const { return stack_.empty(); }
  Settings pop();

 private:
  std::vector<Settings> stack_;
  std::string last_field_;
  double last_s_ = -1e9;
};

}  // namespace trilane::ui
