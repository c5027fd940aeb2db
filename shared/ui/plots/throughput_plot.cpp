// Throughput over time, a line a model: live from the progress events, afterwards from the completions of the repeat
// that the race shows.
#include "ui/plots/chart.hpp"
#include "ui/plots/samples.hpp"

namespace trilane::ui {

Chart throughput_plot(const PlotSource& from) {
  Chart chart;
  chart.figure.y = {.label = both(T::throughput), .unit = "tasks/s", .log = false, .categories = {}};
  chart.hints.subtitle = both(T::throughput_sub);
  time_axis(chart, from);
  const double longest = from.longest_ms();
  for (const RunView& run : from.runs) {
    const bool done = run.result && run.phase == RunPhase::done;
    FigureSeries series =
        series_of(from, run, done ? final_rate(run.result->series, longest) : live_rate(run.progress, longest));
    // A trace that was opened tells spans and no completions: it has no line, so no name in the legend either.
    if (!series.points.empty() || run.phase != RunPhase::done) chart.figure.series.push_back(std::move(series));
  }
  return chart;
}

}  // namespace trilane::ui
