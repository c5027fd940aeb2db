#include "experiments/lab_python.hpp"

#include <algorithm>
#include <string>

#include "experiments/figure.hpp"
#include "experiments/words.hpp"
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

/// The interpreter's own name of a flavour: "CPython 3.11.2 threading (GIL)".
std::string label_of(std::span<const json> documents, std::string_view flavour) {
  for (const json& document : documents) {
    if (document.value("flavour", "") == flavour) return document.value("label", std::string(flavour));
  }
  return {};
}

/// Python's bars beside the model's in the figure "speedup": its threads where they belong - with a GIL or without one
/// - and its processes, which share no GIL, where there is none. Single ratios of medians: no intervals.
void add_bars(json& entry, std::span<const json> documents) {
  json* drawn = nullptr;
  for (json& figure : entry["figures"]) {
    if (figure.value("id", "") == "speedup") drawn = &figure;
  }
  if (drawn == nullptr) return;
  auto figure = figure_from_json(*drawn);
  if (!figure) return;
  constexpr double kFree = 0, kHeld = 1, kWaits = 2;  // gil.cpp's categories
  for (const std::string flavour : {"threading", "multiprocessing"}) {
    const std::string label = label_of(documents, flavour);
    if (label.empty()) continue;
    FigureSeries bars{.id = "python-" + flavour, .name = {label, label}, .style = SeriesStyle::measured, .points = {}};
    const bool held = flavour == "threading" && !label.contains("free-threaded");
    const auto add = [&](double x, const json& y) {
      if (y.is_number()) bars.points.push_back({.x = x, .y = y.get<double>(), .low = {}, .high = {}});
    };
    add(held ? kHeld : kFree, speed_up(documents, flavour, "sum"));
    if (flavour == "threading") add(kWaits, speed_up(documents, flavour, "sleep"));
    if (!bars.points.empty()) figure->series.push_back(std::move(bars));
  }
  *drawn = to_json(*figure);
}

}  // namespace

bool has_python(const json& entry) { return entry.is_object() && entry.value("id", "") == "gil"; }

std::vector<RunConfig> python_works(const json& entry) {
  const json settings = entry.value("settings", json::object());
  std::uint32_t workers = std::max(2U, host_info().cores);
  if (settings.contains("workers") && settings["workers"].is_number())
    workers = settings["workers"].get<std::uint32_t>();
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

void add_python(json& entry, std::span<const json> documents, std::span<const std::string> remarks) {
  entry["python"] = documents;
  for (const char* flavour : {"threading", "multiprocessing"}) {
    const auto add = [&](const char* workload, const BothTexts& what) {
      const std::string label = label_of(documents, flavour);
      entry["numbers"].push_back({{"id", fmt::format("python.{}.{}", flavour, workload)},
                                  {"label", to_json(both("{}: {}", "{}: {}", label.empty() ? flavour : label, what))},
                                  {"value", speed_up(documents, flavour, workload)},
                                  {"low", nullptr},
                                  {"high", nullptr},
                                  {"unit", "×"},
                                  {"role", "supporting"},
                                  {"hue", ""}});
    };
    add("sum", {"speed-up, computing", "ускорение вычислений"});
    add("sleep", {"speed-up, waiting", "ускорение ожидания"});
  }
  add_bars(entry, documents);
  if (!remarks.empty()) entry["python_notes"] = remarks;
}

}  // namespace trilane::lab
