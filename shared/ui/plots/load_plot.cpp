// A heat map of the workers: how much of each slice of time each of them computed.
#include <algorithm>

#include "ui/plots/chart.hpp"
#include "ui/plots/samples.hpp"

namespace trilane::ui {
namespace {

constexpr std::size_t kSlices = 32;
constexpr std::size_t kMostRows = 24;

}  // namespace

Chart load_plot(const PlotSource& from) {
  Chart chart;
  Figure& figure = chart.figure;
  figure.kind = FigureKind::heatmap;
  figure.value_unit = "%";
  figure.x.label = both(T::axis_time);
  figure.y.label = both(T::axis_worker);
  chart.hints.subtitle = both(T::load_map_sub);
  chart.hints.intensity = true;
  const double longest = from.longest_ms();
  if (!(longest > 0)) return chart;
  const double slice = longest / kSlices;
  for (const RunView& run : from.runs) {
    const double length = run.reached_ms(from.now_ns);
    // Slices that begin before the run's end.
    const auto slices = std::min(static_cast<std::size_t>(length / slice) + 1, kSlices);
    const auto model = static_cast<std::uint32_t>(figure.series.size());
    bool any = false;
    for (std::size_t lane = 0; lane < run.lanes.size() && figure.y.categories.size() < kMostRows; ++lane) {
      if (run.lanes[lane].main.spans().empty()) continue;
      const auto row = static_cast<std::uint32_t>(figure.y.categories.size());
      BothTexts name = place_of(from, run);
      if (run.lanes.size() > 1) {
        name.en += " " + std::to_string(lane + 1);
        name.ru += " " + std::to_string(lane + 1);
      }
      figure.y.categories.push_back(std::move(name));
      const std::vector<double> shares =
          lane_computing(run.lanes[lane].main, slice * static_cast<double>(slices), slices);
      for (std::size_t i = 0; i < slices; ++i) {
        HeatCell cell{.column = static_cast<std::uint32_t>(i), .row = row, .winner = model, .values = {}};
        cell.values.resize(model + std::size_t{1});
        cell.values[model] = std::min(shares[i], 1.0) * 100;
        figure.cells.push_back(std::move(cell));
      }
      any = true;
    }
    if (any) figure.series.push_back(series_of(from, run));
  }
  if (figure.cells.empty()) return chart;
  for (std::size_t i = 0; i < kSlices; ++i) {
    const double at = slice * static_cast<double>(i);
    figure.x.categories.push_back(
        both_by([&](const Words& w) { return i == 0 ? std::string("0") : w.duration_ms(at); }));
  }
  return chart;
}

}  // namespace trilane::ui
