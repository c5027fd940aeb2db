#include "experiments/report/lab_python.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "experiments/figure.hpp"
#include "experiments/report/report_parts.hpp"
#include "experiments/words.hpp"
#include "platform/system_info.hpp"

namespace trilane::lab {
namespace {

using nlohmann::json;
using report::at;
using report::flag;
using report::number;
using report::text;

RunConfig work(const char* workload, std::uint32_t workers, std::uint32_t tasks) {
  RunConfig config;
  config.workload = workload;
  config.workers = workers;
  config.tasks = tasks;
  config.repeat = 6;  // the fewest that give a 95 % interval
  config.warmup = 1;
  return config;
}

/// How much faster many workers are than one; nothing when either was not measured.
std::optional<double> speed_up(std::span<const json> documents, std::string_view flavour, std::string_view workload) {
  std::optional<double> one, many;
  for (const json& document : documents) {
    if (text(document, "flavour") != flavour || text(document, "workload") != workload) continue;
    if (!flag(document, "valid")) continue;
    (number(document, "workers") == 1.0 ? one : many) = number(at(document, "wall_ms"), "median");
  }
  if (!one || !many || *many <= 0) return std::nullopt;
  return *one / *many;
}

/// The interpreter's own name of a flavour: "CPython 3.11.2 threading (GIL)".
std::string label_of(std::span<const json> documents, std::string_view flavour) {
  for (const json& document : documents) {
    if (text(document, "flavour") == flavour) return text(document, "label");
  }
  return {};
}

/// Python's bars beside the model's in the figure "speedup": its threads where they belong - with a GIL or without one
/// - and its processes, which share no GIL, where there is none. Single ratios of medians: no intervals.
void add_bars(json& entry, std::span<const json> documents) {
  json* drawn = nullptr;
  for (json& figure : entry["figures"]) {
    if (text(figure, "id") == "speedup") drawn = &figure;
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
    const auto add = [&](double x, const std::optional<double>& y) {
      if (y) bars.points.push_back({.x = x, .y = *y, .low = {}, .high = {}});
    };
    add(held ? kHeld : kFree, speed_up(documents, flavour, "sum"));
    if (flavour == "threading") add(kWaits, speed_up(documents, flavour, "sleep"));
    if (!bars.points.empty()) figure->series.push_back(std::move(bars));
  }
  *drawn = to_json(*figure);
}

}  // namespace

bool has_python(const json& entry) { return text(entry, "id") == "gil"; }

std::vector<RunConfig> python_works(const json& entry) {
  const double chosen = number(at(entry, "settings"), "workers").value_or(host_info().cores);
  const auto workers = static_cast<std::uint32_t>(std::clamp(chosen, 2.0, 64.0));
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
  for (const std::string flavour : {"threading", "multiprocessing"}) {
    const std::string label = label_of(documents, flavour);
    const auto add = [&](const char* workload, const BothTexts& what) {
      const auto value = speed_up(documents, flavour, workload);
      entry["numbers"].push_back({{"id", fmt::format("python.{}.{}", flavour, workload)},
                                  {"label", to_json(both("{}: {}", "{}: {}", label.empty() ? flavour : label, what))},
                                  {"value", value ? json(*value) : json(nullptr)},
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
