// Summary bars: one figure of every run, with its interval where there is one.
#include <algorithm>

#include "ui/plots/chart.hpp"
#include "ui/plots/split.hpp"
#include "ui/plots/ticks.hpp"

namespace trilane::ui {
namespace {

struct Value {
  std::optional<double> main, low, high;
};
Value value_of(const Summary& summary) { return {summary.median, summary.low, summary.high}; }
Value value_of(const std::optional<double>& value) { return {value, {}, {}}; }

/// The runs that have a result, each a group with its racer's name.
std::vector<const RunView*> results(const PlotSource& from, Figure& figure) {
  figure.kind = FigureKind::bars;
  std::vector<const RunView*> runs;
  for (const RunView& run : from.runs) {
    if (!run.result) continue;
    runs.push_back(&run);
    figure.x.categories.push_back(place_of(from, run));
  }
  return runs;
}

FigureSeries& series_for(Figure& figure, FigureSeries&& wanted) {
  const auto found = std::ranges::find(figure.series, wanted.id, &FigureSeries::id);
  if (found != figure.series.end()) return *found;
  figure.series.push_back(std::move(wanted));
  return figure.series.back();
}

template <class Of>
Chart bars(const PlotSource& from, BothTexts label, const char* unit, BothTexts subtitle, Of&& value_in) {
  Chart chart;
  Figure& figure = chart.figure;
  figure.y = {.label = std::move(label), .unit = unit, .log = false, .categories = {}};
  chart.hints.subtitle = std::move(subtitle);
  chart.hints.legend = false;  // the groups' names say all
  double group = 0;
  for (const RunView* run : results(from, figure)) {
    const Value value = value_in(*run->result);
    FigureSeries& series = series_for(figure, series_of(from, *run));
    if (value.main) series.points.push_back({.x = group, .y = *value.main, .low = value.low, .high = value.high});
    BothTexts note;
    if (value.low && value.high) {
      if (const auto interval = median_interval(run->result->wall_ms.samples)) {
        note = both(T::interval_coverage, {both_by([&](const Words& w) { return w.percent(interval->coverage); })});
      }
    }
    chart.hints.group_notes.push_back(std::move(note));
    ++group;
  }
  return chart;
}

BothTexts median_of(const PlotSource& from) {
  for (const RunView& run : from.runs) {
    if (run.result)
      return both(T::median_of, {both_by([&](const Words& w) { return w.counted(run.config.repeat, T::repeats); })});
  }
  return {};
}

}  // namespace

Chart makespan_bars(const PlotSource& from) {
  return bars(from, both(T::makespan), "ms", median_of(from), [](const RunResult& r) { return value_of(r.wall_ms); });
}

Chart throughput_bars(const PlotSource& from) {
  BothTexts sub = median_of(from);
  if (!sub.en.empty()) sub = {"tasks/s, " + sub.en, std::string(Words(Lang::ru).tasks_per_s_unit()) + ", " + sub.ru};
  return bars(from, both(T::throughput), "tasks/s", std::move(sub),
              [](const RunResult& r) { return value_of(r.throughput_per_s); });
}

Chart memory_bars(const PlotSource& from) {
  return bars(from, both(T::memory), "B", both(T::memory_sub),
              [](const RunResult& r) { return value_of(r.peak_rss_bytes); });
}

Chart worker_memory_bars(const PlotSource& from) {
  return bars(from, both(T::worker_memory), "B", both(T::worker_memory_sub),
              [](const RunResult& r) { return value_of(r.per_worker_bytes); });
}

Chart startup_bars(const PlotSource& from) {
  return bars(from, both(T::startup), "ms", both(T::startup_sub),
              [](const RunResult& r) { return value_of(r.startup_ms); });
}

Chart cpu_bars(const PlotSource& from) {
  return bars(from, both(T::cpu_time), "ms", both(T::cpu_time_sub), [](const RunResult& r) {
    if (!r.cpu_user_ms) return Value{};
    return Value{*r.cpu_user_ms + r.cpu_system_ms.value_or(0), {}, {}};
  });
}

Chart lock_bars(const PlotSource& from) {
  return bars(from, both(T::lock_wait), "ms", both(T::lock_wait_sub),
              [](const RunResult& r) { return value_of(r.lock_wait_ms); });
}

Chart latency_bars(const PlotSource& from) {
  Chart chart;
  Figure& figure = chart.figure;
  figure.y = {.label = both(T::latency), .unit = "ms", .log = false, .categories = {}};
  chart.hints.subtitle = both(T::latency_sub);
  chart.hints.bars = BarPlaces::layered;
  chart.hints.legend = false;
  double group = 0;
  for (const RunView* run : results(from, figure)) {
    if (const auto& latency = run->result->latency_ms) {
      // The tallest first: the others are drawn over it.
      for (const auto& [name, value, shade] : {std::tuple{"p99", latency->p99, SpanKind::wait},
                                               {"p95", latency->p95, SpanKind::save},
                                               {"p50", latency->p50, SpanKind::compute}}) {
        FigureSeries series = series_of(from, *run, {{.x = group, .y = value, .low = {}, .high = {}}});
        series.name = {name, name};
        figure.series.push_back(std::move(series));
        chart.hints.shades.push_back(shade);
      }
    }
    ++group;
  }
  return chart;
}

Chart split_bars(const PlotSource& from) {
  Chart chart;
  Figure& figure = chart.figure;
  figure.y = {.label = both(T::time_split), .unit = "ms", .log = false, .categories = {}};
  chart.hints.subtitle = both(T::time_split_sub);
  chart.hints.bars = BarPlaces::stacked;
  chart.hints.legend = false;
  double group = 0;
  double top = 0;
  for (const RunView* run : results(from, figure)) {
    double sum = 0;
    if (run->result->time_split) {
      for (const SplitPart& part : split_parts(*run->result->time_split)) {
        FigureSeries series = series_of(from, *run, {{.x = group, .y = part.ms, .low = {}, .high = {}}});
        series.name = both(span_text(part.kind));
        figure.series.push_back(std::move(series));
        chart.hints.shades.push_back(part.kind);
        sum += part.ms;
      }
    }
    top = std::max(top, sum);
    ++group;
  }
  if (top > 0) chart.hints.y_high = nice_ceiling(top * 1.08);
  return chart;
}

}  // namespace trilane::ui
