// Parallelism over time: how many workers computed at the same moment, of the repeat that the race shows. And how many
// tasks were under way then, which is what an event loop has many of.
#include <algorithm>

#include "ui/plots/chart.hpp"
#include "ui/plots/samples.hpp"

namespace trilane::ui {
namespace {

constexpr std::size_t kParts = 120;

/// As many parts as the longest run has in kParts, so that all lines are equally fine.
std::size_t parts_of(double length_ms, double longest_ms) {
  return std::max<std::size_t>(static_cast<std::size_t>(length_ms / std::max(longest_ms, 1e-9) * kParts), 1);
}

template <class Values>
Chart over_time(const PlotSource& from, Values&& values) {
  Chart chart;
  time_axis(chart, from);
  const double longest = from.longest_ms();
  for (const RunView& run : from.runs) {
    const double length = run.reached_ms(from.now_ns);
    FigureSeries series = series_of(from, run);
    if (length > 0 && run.span_count > 0)
      series.points = binned_line(values(run, length, parts_of(length, longest)), length);
    chart.figure.series.push_back(std::move(series));
    if (run.dropped_oldest > 0) chart.hints.notes = {both(T::plot_spans_dropped)};
  }
  return chart;
}

}  // namespace

Chart parallelism_plot(const PlotSource& from) {
  Chart chart = over_time(from, [](const RunView& run, double length_ms, std::size_t parts) {
    return lanes_computing(run, length_ms, parts);
  });
  chart.figure.y = {.label = both(T::parallelism), .unit = "", .log = false, .categories = {}};
  chart.hints.subtitle = both(T::parallelism_sub);
  return chart;
}

Chart in_flight_plot(const PlotSource& from) {
  Chart chart = over_time(from, [](const RunView& run, double length_ms, std::size_t parts) {
    return tasks_in_flight(run.task_begin_ns, run.task_end_ns, length_ms, parts);
  });
  chart.figure.y = {.label = both(T::tasks_in_flight), .unit = "", .log = false, .categories = {}};
  chart.hints.subtitle = both(T::tasks_in_flight_sub);
  return chart;
}

}  // namespace trilane::ui
