#include "experiments/lab_python.hpp"

#include <algorithm>
#include <string>

#include "platform/system_info.hpp"

namespace trilane::lab {
namespace {

using nlohmann::json;

RunConfig work(const char* workload, std::uint32_t workers, std::uint32_t tasks) {
  RunConfig config;
  config.workload = workload;
  config.workers = workers;
  config.tasks = tasks;
  config.repeat = 6;  // the fewest that give a 95 % interval
  config.warmup = 1;
  return config;
}

json median_of(const json& document) {
  const auto wall = document.find("wall_ms");
  return wall != document.end() && wall->is_object() ? wall->value("median", json()) : json();
}

/// How much faster many workers are than one; null when either was not measured.
json speed_up(std::span<const json> documents, std::string_view flavour, std::string_view workload) {
  json one, many;
  for (const json& document : documents) {
    if (document.value("flavour", "") != flavour || document.value("workload", "") != workload) continue;
    if (document.value("valid", false)) (document.value("workers", 0) == 1 ? one : many) = median_of(document);
  }
  if (!one.is_number() || !many.is_number() || many == 0) return nullptr;
  return one.get<double>() / many.get<double>();
}

}  // namespace

bool has_python(const json& entry) { return entry.is_object() && entry.value("id", "") == "gil"; }

std::vector<RunConfig> python_works(const json& entry) {
  const json numbers = entry.value("numbers", json::object());
  std::uint32_t workers = std::max(2U, host_info().cores);
  if (numbers.contains("workers") && numbers["workers"].is_number()) workers = numbers["workers"].get<std::uint32_t>();
  workers = std::clamp(workers, 2U, 64U);
  std::vector<RunConfig> works;
  for (const std::uint32_t each : {1U, workers}) {
    RunConfig sum = work("sum", each, 16);
    sum.size = 2'000'000;
    works.push_back(sum);
    RunConfig sleep = work("sleep", each, workers * 2);
    sleep.size = 1;
    sleep.wait_ms = 15;
    works.push_back(sleep);
  }
  return works;
}

void add_python(json& entry, std::span<const json> documents) {
  entry["python"] = documents;
  for (const char* flavour : {"threading", "multiprocessing"}) {
    const std::string name = std::string("python_") + flavour + "_speedup_";
    entry["numbers"][name + "compute"] = speed_up(documents, flavour, "sum");
    entry["numbers"][name + "wait"] = speed_up(documents, flavour, "sleep");
  }
}

}  // namespace trilane::lab
