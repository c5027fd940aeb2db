// A sample of a new plot: how many tasks each run had.
#include "ui/plots/chart.hpp"
#include "ui/plots/samples.hpp"

namespace trilane::ui {

Chart tasks_plot(const PlotSource& from) {
  Chart chart;
  chart.figure.y = {.label = both(T::throughput), .unit = "tasks/s", .log = false, .categories = {}};
  chart.hints.subtitle = both(T::throughput_sub);
  for (const RunView& run : from.runs) {
    chart.figure.series.push_back(series_of(from, run, {{0, static_cast<double>(run.config.tasks), {}, {}}}));
  }
  return chart;
}

}  // namespace trilane::ui
