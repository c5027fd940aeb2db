#include <fmt/format.h>

#include <algorithm>

#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxRuns = 500;

std::string quoted_list(std::span<const std::string_view> names) { return fmt::format("{}", fmt::join(names, ", ")); }

}  // namespace

Result<SweepConfig> parse_sweep(const json& source) {
  if (!source.is_object()) return fail("the sweep must be an object of options");
  SweepConfig sweep;
  sweep.base = source;
  for (const char* own : {"over", "values", "models", "model"}) sweep.base.erase(own);
  if (source.contains("over")) {
    if (!source["over"].is_string()) return fail("over must be one of " + quoted_list(kSweepVariables), "over");
    sweep.over = source["over"].get<std::string>();
    std::ranges::replace(sweep.over, '-', '_');
  }
  if (std::ranges::find(kSweepVariables, sweep.over) == std::end(kSweepVariables)) {
    return fail(fmt::format("over is \"{}\": allowed are {}", sweep.over, quoted_list(kSweepVariables)), "over");
  }
  const auto values = source.find("values");
  if (values == source.end() || !values->is_array() || values->empty()) {
    return fail("values must be a list of at least one number", "values");
  }
  for (const json& value : *values) {
    if (!value.is_number()) return fail("values must be numbers, not " + value.dump(), "values");
    sweep.values.push_back(value.get<double>());
  }
  const auto models = source.find("models");
  if (models == source.end()) {
    sweep.models = {"sync", "threads", "processes", "async"};
  } else {
    if (!models->is_array() || models->empty()) return fail("models must be a list of at least one model", "models");
    for (const json& model : *models) {
      if (!model.is_string()) return fail("models must be names, not " + model.dump(), "models");
      sweep.models.push_back(model.get<std::string>());
    }
  }
  if (sweep.values.size() * sweep.models.size() > kMaxRuns) {
    return fail(fmt::format("values has {} entries: with {} models at most {} are allowed", sweep.values.size(),
                            sweep.models.size(), kMaxRuns / sweep.models.size()),
                "values");
  }
  // All runs are checked before the first starts.
  if (auto runs = expand_sweep(sweep); !runs) return std::unexpected(runs.error());
  return sweep;
}

Result<std::vector<RunConfig>> expand_sweep(const SweepConfig& sweep) {
  std::vector<RunConfig> runs;
  for (const double value : sweep.values) {
    for (const std::string& model : sweep.models) {
      json config = sweep.base;
      config[sweep.over] = value;
      config["model"] = model;
      if (model != "threads") config.erase("gil");
      auto run = parse_config(config);
      if (!run) {
        Error error = run.error();
        // The user knows these under the sweep's names.
        if (error.field == "model") error.field = "models";
        if (error.field == sweep.over) {
          error.field = "values";
          error.message = "values: " + error.message;
        }
        return std::unexpected(error);
      }
      runs.push_back(std::move(*run));
    }
  }
  return runs;
}

json sweep_to_json(const SweepConfig& sweep, std::span<const RunResult> results) {
  json runs = json::array();
  for (const RunResult& result : results) runs.push_back(to_json(result));
  return {{"schema", "trilane.sweep/1"}, {"over", sweep.over},  {"values", sweep.values},
          {"models", sweep.models},      {"host", host_json()}, {"runs", std::move(runs)}};
}

}  // namespace trilane
