#include "cli_list.hpp"

#include <fmt/format.h>

#include "cli_output.hpp"
#include "experiments/experiment.hpp"
#include "experiments/sheet.hpp"
#include "models/model.hpp"
#include "print_result.hpp"
#include "workloads/workload.hpp"

namespace trilane::native {
namespace {

using nlohmann::json;

json workloads_json() {
  json list = json::array();
  for (const WorkloadInfo* info : workload_catalog()) {
    list.push_back({{"name", info->name},
                    {"size_unit", info->size_unit.empty() ? json(nullptr) : json(info->size_unit)},
                    {"default_size", info->size_unit.empty() ? json(nullptr) : json(info->default_size)},
                    {"max_size", info->size_unit.empty() ? json(nullptr) : json(info->max_size)},
                    {"default_tasks", info->default_tasks},
                    {"default_wait_ms", info->waits ? json(info->default_wait_ms) : json(nullptr)},
                    {"uses_wait_ms", info->waits},
                    {"uses_cpu_share", info->has_cpu_share},
                    {"uses_counter_mode", info->counts},
                    {"fetches", info->fetches},
                    {"saves", info->saves}});
  }
  return list;
}

std::string workloads_table() {
  std::string text = fmt::format("{:<16}{:>8}  {:>14}  {:<24}{}\n", "workload", "tasks", "size", "unit", "options");
  for (const WorkloadInfo* info : workload_catalog()) {
    std::string options;
    if (info->waits) options += fmt::format(" --wait-ms {}", short_figure(info->default_wait_ms));
    if (info->has_cpu_share) options += " --cpu-share 0.5";
    if (info->counts) options += " --counter-mode split";
    if (info->fetches) options += " --jitter-ms 0 --timeout-ms 10000";
    if (info->saves) options += " --parse-factor 1 --commit-batch 1";
    text += fmt::format("{:<16}{:>8}  {:>14}  {:<24}{}", info->name, info->default_tasks,
                        info->size_unit.empty() ? "" : std::to_string(info->default_size), info->size_unit,
                        options.empty() ? "" : options.substr(1));
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text + "Numbers are the defaults.\n";
}

json models_json() {
  json list = json::array();
  for (const Model* model : model_catalog()) {
    RunConfig config;
    config.model = model->name();
    const Status possible = model->check(config, capabilities());
    list.push_back({{"name", model->name()},
                    {"available", possible.has_value()},
                    {"reason", possible ? json(nullptr) : json(possible.error().message)}});
  }
  return list;
}

std::string models_table() {
  std::string text;
  for (const json& model : models_json()) {
    text += model["name"].get<std::string>();
    if (!model["available"].get<bool>()) text += "  not available: " + model["reason"].get<std::string>();
    text += "\n";
  }
  return text;
}

json experiments_json() {
  json list = json::array();
  for (const Experiment* experiment : experiment_catalog()) list.push_back(experiment_to_json(*experiment));
  return list;
}

std::string experiments_table() {
  std::string text;
  for (const Experiment* experiment : experiment_catalog()) {
    text += fmt::format("{:<16}{:<14}{}\n", experiment->id, experiment->section, experiment->claim.en);
    if (const Status possible = experiment->check(capabilities()); !possible)
      text += fmt::format("{:<30}not here: {}\n", "", possible.error().message);
  }
  return text;
}

/// As README has it.
std::string sheet_table() {
  std::string text = "| the sheet says | tested by |\n|---|---|\n";
  for (const SheetSentence& one : sheet())
    text += fmt::format("| {} | {} |\n", one.text.en,
                        one.tested_by.empty() ? "not yet" : fmt::format("{}", fmt::join(one.tested_by, ", ")));
  return text;
}

}  // namespace

int list_main(const CliOptions& options) {
  const bool as_json = options.format == OutputFormat::json;
  const auto print = [](const json& document) { return print_result(document.dump(2) + "\n"); };
  if (options.list_what == "workloads")
    return as_json ? print({{"workloads", workloads_json()}}) : print_result(workloads_table());
  if (options.list_what == "models") return as_json ? print({{"models", models_json()}}) : print_result(models_table());
  if (options.list_what == "sheet") return as_json ? print({{"sheet", sheet_to_json()}}) : print_result(sheet_table());
  return as_json ? print({{"experiments", experiments_json()}}) : print_result(experiments_table());
}

}  // namespace trilane::native
