#include "models/run_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/check.hpp"
#include "platform/system_info.hpp"

namespace trilane {
namespace {

using nlohmann::json;

constexpr double kMaxTasks = 10'000'000;
constexpr std::size_t kMaxUrls = 10'000;
// Whole numbers up to here are exact in JSON's doubles.
constexpr double kMaxExact = 9'007'199'254'740'992;

constexpr ConfigField kFields[] = {
    {"tasks", 1, kMaxTasks, true, "number of tasks"},
    {"size", 1, 10'000'000'000'000, true, "amount of work of the whole run, in the workload's unit"},
    {"wait_ms", 0, 60'000, false, "how long a task waits, in ms"},
    {"workers", 1, 256, true, "threads or processes"},
    {"concurrency", 0, kMaxTasks, true, "most tasks in flight; 0: all in async, one a worker in threads and processes"},
    {"switch_interval_ms", 0.01, 1000, false, "how long a thread keeps the GIL when others want it, in ms"},
    {"repeat", 1, 1000, true, "measured repeats"},
    {"warmup", 0, 100, true, "runs before the measured ones"},
    {"seed", 0, kMaxExact, true, "seed of the work's random numbers"},
    {"cpu_share", 0, 1, false, "mixed: the part of the size that is computed; the rest of the wait is waited"},
    {"jitter_ms", 0, 60'000, false, "fetch: most that the server waits beyond wait_ms, in ms"},
    {"timeout_ms", 1, 600'000, true, "fetch: how long one request may take, in ms"},
    {"parse_factor", 1, 1000, true, "parse-and-save: how many times each page is parsed"},
    {"commit_batch", 1, 10'000, true, "parse-and-save: rows in one commit"},
};

std::string join(std::span<const std::string> names) { return fmt::format("{}", fmt::join(names, ", ")); }

std::unexpected<Error> unknown_name(std::string_view field, const std::string& value,
                                    std::span<const std::string> allowed) {
  return fail(fmt::format("{} is \"{}\": allowed are {}", field, value, join(allowed)), std::string(field));
}

// A number's text as people would write it: 5, not 5.0; 1e+300 stays short.
std::string number_text(double value) {
  if (std::floor(value) == value && std::fabs(value) < kMaxExact) return fmt::format("{:.0f}", value);
  return fmt::format("{}", value);
}

Result<double> check_number(const ConfigField& field, double value, double max) {
  const std::string range = number_text(field.min) + " to " + number_text(max);
  if (!std::isfinite(value) || value < field.min || value > max) {
    return fail(fmt::format("{} is {}: allowed is {}", field.name, number_text(value), range), std::string(field.name));
  }
  if (field.integer && std::floor(value) != value) {
    return fail(fmt::format("{} is {}: it must be a whole number from {}", field.name, number_text(value), range),
                std::string(field.name));
  }
  return value;
}

// Reads fields one by one and keeps the first error.
class Reader {
 public:
  explicit Reader(const json& source) : source_(source) {}

  template <class T>
  void number(std::string_view name, T& out, double max_override = 0) {
    known_.emplace_back(name);
    const json* value = find(name);
    if (value == nullptr) return;
    const ConfigField& field = config_field(name);
    if (!value->is_number()) return wrong_type(name, *value, "a number");
    const auto checked = check_number(field, value->get<double>(), max_override > 0 ? max_override : field.max);
    if (!checked) return fail_with(checked.error());
    out = static_cast<T>(*checked);
  }
  void flag(std::string_view name, bool& out) {
    known_.emplace_back(name);
    const json* value = find(name);
    if (value == nullptr) return;
    if (!value->is_boolean()) return wrong_type(name, *value, "true or false");
    out = value->get<bool>();
  }
  void text(std::string_view name, std::string& out) {
    known_.emplace_back(name);
    const json* value = find(name);
    if (value == nullptr) return;
    if (!value->is_string()) return wrong_type(name, *value, "text");
    out = value->get<std::string>();
  }
  void urls(std::string_view name, std::vector<std::string>& out) {
    known_.emplace_back(name);
    const json* value = find(name);
    if (value == nullptr) return;
    if (!value->is_array() || value->size() > kMaxUrls) {
      return wrong_type(name, *value, fmt::format("a list of at most {} addresses", kMaxUrls).c_str());
    }
    for (const json& one : *value) {
      if (!one.is_string()) return wrong_type(name, one, "an address");
      out.push_back(one.get<std::string>());
      check_url(name, out.back());
    }
  }
  void check_url(std::string_view name, const std::string& url) {
    if (url.starts_with("http://") || url.starts_with("https://")) return;
    fail_with({fmt::format("{} is \"{}\": an address begins with http:// or https://", name, url), std::string(name)});
  }

  void fail_with(Error error) {
    if (!error_) error_ = std::move(error);
  }
  std::optional<Error> finish() {
    for (const auto& [key, value] : source_.items()) {
      if (!error_ && std::ranges::find(known_, key) == known_.end()) {
        error_ = Error{fmt::format("there is no option {}: known are {}", key, join(known_)), key};
      }
    }
    return error_;
  }

 private:
  const json* find(std::string_view name) const {
    const auto found = source_.find(name);
    return found == source_.end() || found->is_null() ? nullptr : &*found;
  }
  void wrong_type(std::string_view name, const json& value, const char* wanted) {
    fail_with({fmt::format("{} is {}: it must be {}", name, value.dump(-1, ' ', false, json::error_handler_t::replace),
                           wanted),
               std::string(name)});
  }

  const json& source_;
  std::vector<std::string> known_;
  std::optional<Error> error_;
};

}  // namespace

std::span<const ConfigField> config_fields() { return kFields; }

const ConfigField& config_field(std::string_view name) {
  const auto* found = std::ranges::find(kFields, name, &ConfigField::name);
  TRILANE_CHECK(found != std::end(kFields));
  return *found;
}

std::optional<double> config_number(const RunConfig& config, std::string_view name) {
  if (std::ranges::find(kFields, name, &ConfigField::name) == std::end(kFields)) return std::nullopt;
  return to_json(config)[std::string(name)].get<double>();
}

Result<RunConfig> parse_config(const json& source) {
  if (!source.is_object()) return fail("the configuration must be an object of options");
  RunConfig config;
  Reader reader(source);
  reader.text("model", config.model);
  reader.text("workload", config.workload);
  if (std::ranges::find(kModelNames, config.model) == std::end(kModelNames)) {
    const std::vector<std::string> names(std::begin(kModelNames), std::end(kModelNames));
    reader.fail_with(unknown_name("model", config.model, names).error());
  }
  const WorkloadInfo* info = find_workload(config.workload);
  if (info == nullptr) {
    std::vector<std::string> names;
    for (const WorkloadInfo* known : workload_catalog()) names.emplace_back(known->name);
    reader.fail_with(unknown_name("workload", config.workload, names).error());
    info = workload_catalog().front();
  }
  config.tasks = info->default_tasks;
  config.size = info->default_size;
  config.wait_ms = info->default_wait_ms;
  config.workers = std::max(host_info().cores, 2U);
  reader.number("tasks", config.tasks);
  reader.number("size", config.size, static_cast<double>(info->size_unit.empty() ? 0 : info->max_size));
  if (info->size_unit.empty()) config.size = info->default_size;
  reader.number("wait_ms", config.wait_ms);
  reader.number("workers", config.workers);
  reader.number("concurrency", config.concurrency);
  reader.flag("gil", config.gil);
  reader.number("switch_interval_ms", config.switch_interval_ms);
  reader.number("repeat", config.repeat);
  reader.number("warmup", config.warmup);
  reader.number("seed", config.seed);
  reader.number("cpu_share", config.cpu_share);
  reader.flag("spawn_per_task", config.spawn_per_task);
  reader.flag("trace", config.trace);
  reader.number("jitter_ms", config.jitter_ms);
  reader.number("timeout_ms", config.timeout_ms);
  reader.number("parse_factor", config.parse_factor);
  reader.number("commit_batch", config.commit_batch);
  reader.flag("durable", config.durable);
  reader.flag("save_on_loop", config.save_on_loop);
  reader.text("server", config.server);
  if (!config.server.empty()) reader.check_url("server", config.server);
  reader.urls("urls", config.urls);
  std::string mode(kCounterModeNames[static_cast<std::size_t>(config.counter_mode)]);
  reader.text("counter_mode", mode);
  const auto* found = std::ranges::find(kCounterModeNames, mode);
  if (found == std::end(kCounterModeNames)) {
    const std::vector<std::string> names(std::begin(kCounterModeNames), std::end(kCounterModeNames));
    reader.fail_with(unknown_name("counter_mode", mode, names).error());
  } else {
    config.counter_mode = static_cast<CounterMode>(found - std::begin(kCounterModeNames));
  }
  if (config.gil && config.model != "threads") {
    reader.fail_with({fmt::format("gil is for the model threads, not {}", config.model), "gil"});
  }
  if (auto error = reader.finish()) return std::unexpected(std::move(*error));
  return config;
}

json to_json(const RunConfig& config) {
  return {{"model", config.model},
          {"workload", config.workload},
          {"tasks", config.tasks},
          {"size", config.size},
          {"wait_ms", config.wait_ms},
          {"workers", config.workers},
          {"concurrency", config.concurrency},
          {"gil", config.gil},
          {"switch_interval_ms", config.switch_interval_ms},
          {"repeat", config.repeat},
          {"warmup", config.warmup},
          {"seed", config.seed},
          {"cpu_share", config.cpu_share},
          {"counter_mode", kCounterModeNames[static_cast<std::size_t>(config.counter_mode)]},
          {"spawn_per_task", config.spawn_per_task},
          {"trace", config.trace},
          {"jitter_ms", config.jitter_ms},
          {"timeout_ms", config.timeout_ms},
          {"parse_factor", config.parse_factor},
          {"commit_batch", config.commit_batch},
          {"durable", config.durable},
          {"save_on_loop", config.save_on_loop},
          {"server", config.server},
          {"urls", config.urls}};
}

}  // namespace trilane
