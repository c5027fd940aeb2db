// How long tasks took, of the repeat that the race shows: as a histogram and as a cumulative distribution. From the
// first instruction of a task's script to its end, like the latency that the results tell.
#include <algorithm>

#include "ui/plots/chart.hpp"
#include "ui/plots/samples.hpp"
#include "ui/plots/ticks.hpp"

namespace trilane::ui {
namespace {

constexpr std::size_t kBins = 40;
constexpr std::size_t kSteps = 400;
constexpr double kWide = 20;  // from here on a linear axis would show one of the models only

struct Latencies {
  FigureSeries series;
  std::vector<double> ms;
};

std::vector<Latencies> latencies(const PlotSource& from, double& least, double& greatest) {
  std::vector<Latencies> out;
  least = 1e300;
  greatest = 0;
  for (const RunView& run : from.runs) {
    // While it runs only the quick tasks have ended: their latencies would tell too good a tale.
    if (run.phase != RunPhase::done) continue;
    out.push_back({series_of(from, run), latencies_ms(run.task_begin_ns, run.task_end_ns)});
    for (const double ms : out.back().ms) {
      if (ms > 0) least = std::min(least, ms);
      greatest = std::max(greatest, ms);
    }
  }
  return out;
}

}  // namespace

Chart latency_histogram(const PlotSource& from) {
  Chart chart;
  Figure& figure = chart.figure;
  figure.kind = FigureKind::histogram;
  figure.x = {.label = both(T::latency), .unit = "ms", .log = false, .categories = {}};
  figure.y = {.label = both(T::axis_tasks), .unit = "", .log = false, .categories = {}};
  chart.hints.subtitle = both(T::latency_histogram_sub);
  double least = 0;
  double greatest = 0;
  const std::vector<Latencies> all = latencies(from, least, greatest);
  const double high = nice_ceiling(greatest);
  figure.bin_width = high / kBins;
  for (const Latencies& one : all) {
    if (one.ms.empty()) continue;
    figure.series.push_back(one.series);
    figure.series.back().points = histogram_of(one.ms, high, kBins);
  }
  chart.hints.x_low = 0;
  return chart;
}

Chart latency_cdf(const PlotSource& from) {
  Chart chart;
  Figure& figure = chart.figure;
  figure.x = {.label = both(T::latency), .unit = "ms", .log = false, .categories = {}};
  figure.y = {.label = both(T::axis_share), .unit = "%", .log = false, .categories = {}};
  chart.hints.subtitle = both(T::latency_cdf_sub);
  chart.hints.markers = false;
  double least = 0;
  double greatest = 0;
  for (const Latencies& one : latencies(from, least, greatest)) {
    if (one.ms.empty()) continue;
    std::vector<FigurePoint> line = cumulative_of(one.ms, kSteps);
    // Up from the ground: equal latencies are an upright line.
    line.insert(line.begin(), {.x = line.front().x, .y = 0, .low = {}, .high = {}});
    figure.series.push_back(one.series);
    figure.series.back().points = std::move(line);
  }
  figure.x.log = greatest > least * kWide;
  if (!figure.x.log) chart.hints.x_low = 0;
  chart.hints.y_high = 100;
  return chart;
}

}  // namespace trilane::ui
