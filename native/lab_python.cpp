#include "lab_python.hpp"

#include <algorithm>

#include "platform/system_info.hpp"

namespace trilane::native {
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

/// How much faster `many` workers are than one; null when either was not measured.
json speed_up(const std::vector<PythonRun>& runs, const std::string& flavour, const char* workload) {
  const RunResult* one = nullptr;
  const RunResult* many = nullptr;
  for (const PythonRun& run : runs) {
    if (run.flavour != flavour || run.result.config.workload != workload || !run.result.valid) continue;
    (run.result.config.workers == 1 ? one : many) = &run.result;
  }
  if (one == nullptr || many == nullptr || !one->wall_ms.median || !many->wall_ms.median) return nullptr;
  return *one->wall_ms.median / *many->wall_ms.median;
}

}  // namespace

bool has_python(const json& entry) { return entry.is_object() && entry.value("id", "") == "gil"; }

PythonBeside add_python(json& entry, const CancelToken& cancel, const PythonProgress& progress) {
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
  PythonBeside beside = run_python_beside(works, {}, cancel, progress);
  entry["python"] = json::array();
  for (const PythonRun& run : beside.runs) entry["python"].push_back(to_json(run));
  for (const char* flavour : {"threading", "multiprocessing"}) {
    const std::string name = std::string("python_") + flavour + "_speedup_";
    entry["numbers"][name + "compute"] = speed_up(beside.runs, flavour, "sum");
    entry["numbers"][name + "wait"] = speed_up(beside.runs, flavour, "sleep");
  }
  return beside;
}

}  // namespace trilane::native
