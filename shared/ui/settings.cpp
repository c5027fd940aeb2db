#include "ui/settings.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <type_traits>

namespace trilane::ui {
namespace {

using nlohmann::json;

constexpr double kCoalesceSeconds = 1.0;
constexpr std::size_t kMaxUndo = 200;
constexpr std::string_view kModelNames[kRacers] = {"sync", "threads", "threads", "processes", "async"};

const WorkloadInfo& info_of(const Settings& settings) {
  const WorkloadInfo* info = find_workload(settings.workload);
  return info != nullptr ? *info : *workload_catalog().front();
}

/// Calls `use` with the member of that name.
template <class Anyone, class Use>
void with_number(Anyone& settings, std::string_view field, Use use) {
  if (field == "tasks") return use(settings.tasks);
  if (field == "size") return use(settings.size);
  if (field == "workers") return use(settings.workers);
  if (field == "wait_ms") return use(settings.wait_ms);
  if (field == "jitter_ms") return use(settings.jitter_ms);
  if (field == "cpu_share") return use(settings.cpu_share);
  if (field == "parse_factor") return use(settings.parse_factor);
  if (field == "commit_batch") return use(settings.commit_batch);
  if (field == "concurrency") return use(settings.concurrency);
  if (field == "timeout_ms") return use(settings.timeout_ms);
  if (field == "switch_interval_ms") return use(settings.switch_interval_ms);
  if (field == "repeat") return use(settings.repeat);
  if (field == "seed") return use(settings.seed);
}

template <class Anyone, class Use>
void with_flag(Anyone& settings, std::string_view field, Use use) {
  if (field == "spawn_per_task") return use(settings.spawn_per_task);
  if (field == "durable") return use(settings.durable);
  if (field == "save_on_loop") return use(settings.save_on_loop);
  if (field == "with_python") return use(settings.with_python);
}

/// A number from a number or from text that is one; nothing otherwise.
std::optional<double> number_of(const json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return std::nullopt;
  return number;
}

std::optional<bool> bool_of(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>() != 0;
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty() || text == "1" || text == "true") return true;
  if (text == "0" || text == "false") return false;
  return std::nullopt;
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

json field_json(const Settings& settings, std::string_view field) {
  const double value = field_value(settings, field);
  if (field_bounds(settings, field).integer) return static_cast<std::uint64_t>(value);
  return value;
}

/// Racers from ["sync", …], "sync,threads" or {"sync": true}.
bool set_racers(Settings& settings, const json& value, ApplyReport& report) {
  std::vector<std::string> names;
  if (value.is_array()) {
    for (const json& one : value) names.push_back(text_of(one));
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t comma = std::min(text.find(',', at), text.size());
      names.push_back(text.substr(at, comma - at));
      at = comma + 1;
    }
  } else {
    return false;
  }
  std::array<bool, kRacers> racers{};
  for (const std::string& name : names) {
    const auto found = std::ranges::find(kRacerKeys, name == "threads+gil" ? "threads_gil" : std::string_view(name));
    if (found == std::end(kRacerKeys)) {
      report.clamped.push_back({"racers", name, nullptr});
    } else {
      racers[static_cast<std::size_t>(found - std::begin(kRacerKeys))] = true;
    }
  }
  if (std::ranges::none_of(racers, [](bool on) { return on; }) && !names.empty()) return false;
  settings.racers = racers;
  return true;
}

bool set_choice(std::string& target, const json& value, std::span<const std::string_view> allowed) {
  const std::string name = text_of(value);
  if (std::ranges::find(allowed, name) == allowed.end()) return false;
  target = name;
  return true;
}

constexpr std::string_view kSweepOver[] = {"workers", "size", "tasks", "wait_ms", "concurrency"};

}  // namespace

Racer racer_of(const RunConfig& config) {
  if (config.model == "threads") return config.gil ? Racer::threads_gil : Racer::threads;
  if (config.model == "processes") return Racer::processes;
  return config.model == "async" ? Racer::async : Racer::sync;
}

std::string_view model_name(Racer racer) { return kModelNames[index_of(racer)]; }

T racer_text(Racer racer) {
  constexpr T ids[kRacers] = {T::model_sync, T::model_threads, T::model_gil, T::model_processes, T::model_async};
  return ids[index_of(racer)];
}

T racer_short_text(Racer racer) {
  constexpr T ids[kRacers] = {T::short_sync, T::short_threads, T::short_gil, T::short_processes, T::short_async};
  return ids[index_of(racer)];
}

T counter_mode_text(CounterMode mode) {
  constexpr T ids[] = {T::mode_split, T::mode_mutex, T::mode_atomic, T::mode_local, T::mode_call};
  return ids[static_cast<int>(mode)];
}

Settings default_settings(std::string_view workload, std::uint32_t workers) {
  Settings settings;
  const WorkloadInfo* info = find_workload(workload);
  if (info == nullptr) info = workload_catalog().front();
  settings.workload = info->name;
  settings.tasks = info->default_tasks;
  settings.size = info->default_size;
  settings.wait_ms = info->default_wait_ms;
  settings.workers = workers;
  return settings;
}

Bounds field_bounds(const Settings& settings, std::string_view field) {
  Bounds bounds{0, 1e9, true};
  for (const ConfigField& one : config_fields()) {
    if (one.name == field) bounds = {one.min, one.max, one.integer};
  }
  if (field == "size") {
    const WorkloadInfo& info = info_of(settings);
    if (info.max_size > 0) bounds.max = std::min(bounds.max, static_cast<double>(info.max_size));
    bounds.min = std::max(bounds.min, 1.0);  // 0 means "the default" to the engine; the field shows real numbers
  }
  if (field == "tasks" || field == "workers") bounds.min = std::max(bounds.min, 1.0);
  return bounds;
}

double field_value(const Settings& settings, std::string_view field) {
  double value = 0;
  with_number(settings, field, [&](const auto& member) { value = static_cast<double>(member); });
  return value;
}

bool flag_value(const Settings& settings, std::string_view field) {
  bool value = false;
  with_flag(settings, field, [&](bool member) { value = member; });
  return value;
}

void set_flag(Settings& settings, std::string_view field, bool on) {
  with_flag(settings, field, [on](bool& member) { member = on; });
}

bool set_field(Settings& settings, std::string_view field, double value, ApplyReport* report) {
  const Bounds bounds = field_bounds(settings, field);
  double used = std::isnan(value) ? bounds.min : std::clamp(value, bounds.min, bounds.max);
  if (bounds.integer) used = std::round(used);
  with_number(settings, field,
              [used](auto& member) { member = static_cast<std::remove_reference_t<decltype(member)>>(used); });
  if (used == value) return true;
  if (report != nullptr) {
    // JSON has no NaN and no infinity: they are told as text.
    json given = std::isfinite(value) ? json(value)
                                      : json(std::isnan(value) ? "NaN"
                                             : value > 0       ? "Infinity"
                                                               : "-Infinity");
    report->clamped.push_back({std::string(field), std::move(given), field_json(settings, field)});
  }
  return false;
}

bool field_matters(const Settings& settings, std::string_view field) {
  const WorkloadInfo& info = info_of(settings);
  const bool threads = settings.races(Racer::threads) || settings.races(Racer::threads_gil);
  if (field == "size") return !info.size_unit.empty();
  if (field == "workers" || field == "spawn_per_task") return threads || settings.races(Racer::processes);
  if (field == "wait_ms") return info.waits;
  if (field == "cpu_share") return info.has_cpu_share;
  if (field == "counter_mode") return info.counts;
  if (field == "concurrency")
    return info.waits && (threads || settings.races(Racer::processes) || settings.races(Racer::async));
  if (field == "jitter_ms" || field == "timeout_ms") return info.fetches;
  if (field == "parse_factor" || field == "commit_batch" || field == "durable") return info.saves;
  if (field == "save_on_loop") return info.saves && settings.races(Racer::async);
  if (field == "with_python")
    return settings.workload == "sum" || settings.workload == "sleep" || settings.workload == "fetch";
  if (field == "switch_interval_ms") return settings.races(Racer::threads_gil);
  return true;
}

json to_json(const Settings& settings) {
  json racers = json::array();
  for (int i = 0; i < kRacers; ++i) {
    if (settings.racers[static_cast<std::size_t>(i)]) racers.push_back(kRacerKeys[i]);
  }
  json out = {{"workload", settings.workload},
              {"racers", std::move(racers)},
              {"counter_mode", settings.counter_mode},
              {"sweep_over", settings.sweep_over}};
  for (const std::string_view field : kNumericFields) out[std::string(field)] = field_json(settings, field);
  for (const std::string_view field : kFlagFields) out[std::string(field)] = flag_value(settings, field);
  return out;
}

json to_json(const ViewSettings& view) {
  return {{"lang", view.lang == Lang::ru ? "ru" : "en"}, {"theme", view.dark ? "dark" : "light"}, {"tint", view.tint}};
}

ApplyReport apply(Settings& settings, ViewSettings& view, const json& patch) {
  ApplyReport report;
  if (!patch.is_object()) return report;
  const auto refuse = [&](const std::string& field, const json& value, json used) {
    report.clamped.push_back({field, value, std::move(used)});
  };
  if (const auto it = patch.find("workload"); it != patch.end()) {
    const std::string name = text_of(*it);
    if (find_workload(name) == nullptr) {
      refuse("workload", *it, settings.workload);
    } else if (name != settings.workload) {
      const Settings defaults = default_settings(name, settings.workers);
      settings.workload = name;
      settings.tasks = defaults.tasks;
      settings.size = defaults.size;
      settings.wait_ms = defaults.wait_ms;
    }
  }
  for (const auto& [key, value] : patch.items()) {
    if (key == "workload" || key == "gil") continue;
    if (key == "racers" || key == "models") {
      if (!set_racers(settings, value, report)) refuse(key, value, to_json(settings)["racers"]);
    } else if (key == "model") {
      const auto found = std::ranges::find(kModelNames, text_of(value));
      if (found == std::end(kModelNames)) {
        refuse(key, value, to_json(settings)["racers"]);
      } else {
        auto racer = static_cast<std::size_t>(found - std::begin(kModelNames));
        const bool gil = patch.contains("gil") && bool_of(patch["gil"]).value_or(false);
        if (racer == 1 && gil) racer = 2;
        settings.racers = {};
        settings.racers[racer] = true;
      }
    } else if (key == "counter_mode") {
      if (!set_choice(settings.counter_mode, value, kCounterModeNames)) refuse(key, value, settings.counter_mode);
    } else if (key == "sweep_over") {
      if (!set_choice(settings.sweep_over, value, kSweepOver)) refuse(key, value, settings.sweep_over);
    } else if (key == "tint") {
      if (const auto flag = bool_of(value)) {
        view.tint = *flag;
      } else {
        refuse(key, value, view.tint);
      }
    } else if (std::ranges::find(kFlagFields, std::string_view(key)) != std::end(kFlagFields)) {
      if (const auto flag = bool_of(value)) {
        set_flag(settings, key, *flag);
      } else {
        refuse(key, value, flag_value(settings, key));
      }
    } else if (key == "lang") {
      std::string lang = view.lang == Lang::ru ? "ru" : "en";
      constexpr std::string_view kLangs[] = {"en", "ru"};
      if (!set_choice(lang, value, kLangs)) refuse(key, value, lang);
      view.lang = lang == "ru" ? Lang::ru : Lang::en;
    } else if (key == "theme") {
      std::string theme = view.dark ? "dark" : "light";
      constexpr std::string_view kThemes[] = {"dark", "light"};
      if (!set_choice(theme, value, kThemes)) refuse(key, value, theme);
      view.dark = theme == "dark";
    } else if (std::ranges::find(kNumericFields, std::string_view(key)) != std::end(kNumericFields)) {
      const auto number = number_of(value);
      if (number) {
        set_field(settings, key, *number, &report);
      } else {
        refuse(key, value, field_json(settings, key));
      }
    } else {
      report.unknown.push_back(key);
    }
  }
  return report;
}

RunConfig run_config_of(const Settings& settings, Racer racer) {
  RunConfig config;
  config.model = model_name(racer);
  config.workload = settings.workload;
  config.tasks = settings.tasks;
  config.size = settings.size;
  config.wait_ms = settings.wait_ms;
  config.workers = settings.workers;
  // Where it is not shown it limits nothing.
  if (field_matters(settings, "concurrency")) config.concurrency = settings.concurrency;
  config.gil = racer == Racer::threads_gil;
  config.switch_interval_ms = settings.switch_interval_ms;
  config.repeat = settings.repeat;
  config.seed = settings.seed;
  config.cpu_share = settings.cpu_share;
  const auto mode = std::ranges::find(kCounterModeNames, settings.counter_mode);
  if (mode != std::end(kCounterModeNames)) {
    config.counter_mode = static_cast<CounterMode>(mode - std::begin(kCounterModeNames));
  }
  config.spawn_per_task = settings.spawn_per_task;
  config.jitter_ms = settings.jitter_ms;
  config.timeout_ms = settings.timeout_ms;
  config.parse_factor = settings.parse_factor;
  config.commit_batch = settings.commit_batch;
  config.durable = settings.durable;
  config.save_on_loop = settings.save_on_loop;
  return config;
}

std::vector<double> sweep_values(const Settings& settings, unsigned cores, unsigned max_workers) {
  std::vector<double> values;
  if (settings.sweep_over == "workers") {
    const unsigned last = std::max(1U, std::min(2 * cores, max_workers));
    for (unsigned n = 1; n < last; n *= 2) values.push_back(n);
    values.push_back(last);
    return values;
  }
  if (settings.sweep_over == "concurrency") {
    // From one at a time to all at once.
    for (double n = 1; n < settings.tasks; n *= n < 4 ? 4 : 3) values.push_back(std::round(n));
    values.push_back(settings.tasks);
    return values;
  }
  // Around the chosen value, from a tenth to the value itself, so that a sweep takes little longer than the race.
  const Bounds bounds = field_bounds(settings, settings.sweep_over);
  const double value = std::max(field_value(settings, settings.sweep_over), 1.0);
  for (const double factor : {0.03, 0.1, 0.3, 0.6, 1.0}) {
    double one = std::clamp(value * factor, std::max(bounds.min, 1.0), bounds.max);
    if (bounds.integer) one = std::round(one);
    if (values.empty() || one > values.back()) values.push_back(one);
  }
  return values;
}

void UndoStack::record(const Settings& before, std::string_view field, double now_s) {
  const bool same_drag = !stack_.empty() && field == last_field_ && now_s - last_s_ < kCoalesceSeconds;
  last_field_ = field;
  last_s_ = now_s;
  if (same_drag) return;
  stack_.push_back(before);
  if (stack_.size() > kMaxUndo) stack_.erase(stack_.begin());
}

Settings UndoStack::pop() {
  Settings settings = std::move(stack_.back());
  stack_.pop_back();
  last_field_.clear();
  return settings;
}

}  // namespace trilane::ui
