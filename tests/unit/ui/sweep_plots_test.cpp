// The sweep's plots: what is fitted, and to what.
#include <gtest/gtest.h>

#include <algorithm>

#include "ui/pins.hpp"
#include "ui/plots/chart.hpp"

namespace trilane::ui {

Chart speedup_plot(const PlotSource& from);  // ui/plots/catalog.def

namespace {

/// Threads with one, two and four workers, of which `serial` cannot be shared.
SweepView sweep_with(double serial) {
  SweepView sweep;
  sweep.over = "workers";
  for (const unsigned workers : {1U, 2U, 4U}) {
    SweepView::Point point{.value = static_cast<double>(workers), .result = {}};
    const double rate = 100 / (serial + (1 - serial) / workers);
    point.result.config.workers = workers;
    point.result.throughput_per_s = summarize({rate * 0.999, rate, rate * 1.001, rate, rate, rate});
    sweep.points[index_of(Racer::threads)].push_back(std::move(point));
    sweep.values.push_back(workers);
  }
  return sweep;
}

std::vector<std::string> fits_of(const Chart& chart) {
  std::vector<std::string> names;
  for (const FigureSeries& series : chart.figure.series) {
    if (series.style == SeriesStyle::fit) names.push_back(series.name.en);
  }
  return names;
}

TEST(SweepPlots, APinHasItsOwnFitBesideTheCurrentOne) {
  const SweepView current = sweep_with(0.1);
  std::vector<Pin> pins(1);
  pins[0].id = 1;
  pins[0].shown = true;
  pins[0].sweep = sweep_with(0.5);
  const std::vector<RunView> runs;
  const std::vector<std::string> alone = fits_of(speedup_plot({.runs = runs, .sweep = current, .cores = 4}));
  const std::vector<std::string> names =
      fits_of(speedup_plot({.runs = runs, .sweep = current, .pins = pins, .cores = 4}));
  ASSERT_EQ(names.size(), alone.size() + 1);
  EXPECT_NE(alone.front().find("s = 10"), std::string::npos) << alone.front();
  const auto pinned = std::ranges::find_if(names, [](const std::string& name) { return name.starts_with("A · "); });
  ASSERT_NE(pinned, names.end());
  EXPECT_NE(pinned->find("s = 50"), std::string::npos) << *pinned;
  pins[0].shown = false;
  EXPECT_EQ(fits_of(speedup_plot({.runs = runs, .sweep = current, .pins = pins, .cores = 4})), alone);
}

}  // namespace
}  // namespace trilane::ui
