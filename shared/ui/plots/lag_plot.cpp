// The event loop's lag over the last repeat, and the limit from which a block is named.
#include <algorithm>

#include "models/model.hpp"
#include "ui/plots/chart.hpp"
#include "ui/plots/ticks.hpp"

namespace trilane::ui {

Chart lag_plot(const PlotSource& from) {
  Chart chart;
  Figure& figure = chart.figure;
  figure.kind = FigureKind::histogram;
  figure.x = {.label = both(T::axis_time), .unit = "ms", .log = false, .categories = {}};
  figure.y = {.label = both(T::loop_lag), .unit = "ms", .log = false, .categories = {}};
  chart.hints.subtitle = both(T::loop_lag_sub);
  const RunView* shown = nullptr;
  for (const RunView& run : from.runs) {
    if (run.result && !run.result->lag_series.max_ms.empty()) shown = &run;
  }
  if (shown == nullptr) return chart;
  const LagSeries& lag = shown->result->lag_series;
  figure.bin_width = lag.bin_ms;
  const double end = lag.bin_ms * static_cast<double>(lag.max_ms.size());
  FigureSeries usual = series_of(shown->racer);
  FigureSeries late = usual;
  usual.name = both(T::loop_lag);
  late.name = both(T::loop_lag_long, {both_by([](const Words& w) { return w.duration_ms(LoopBlocks::kLongMs); })});
  for (std::size_t i = 0; i < lag.max_ms.size(); ++i) {
    if (lag.max_ms[i] <= 0) continue;
    FigureSeries& series = lag.max_ms[i] > LoopBlocks::kLongMs ? late : usual;
    series.points.push_back({.x = static_cast<double>(i) * lag.bin_ms, .y = lag.max_ms[i], .low = {}, .high = {}});
  }
  const double top = nice_ceiling(std::max(*std::ranges::max_element(lag.max_ms) * 1.1, 1.0));
  const bool blocked = !late.points.empty();
  figure.series.push_back(std::move(usual));
  chart.hints.shades = {SpanKind::compute};
  if (blocked) {
    figure.series.push_back(std::move(late));
    chart.hints.shades.push_back(SpanKind::loop_lag);
  }
  chart.hints.x_low = 0;
  chart.hints.x_high = std::max(end, 1e-3);
  chart.hints.y_high = top;
  return chart;
}

}  // namespace trilane::ui
