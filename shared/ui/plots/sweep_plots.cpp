// The sweep: speed-up, efficiency, throughput, makespan and memory against the swept variable, with intervals, the
// ideal line, and Amdahl's law and the USL fitted.
#include <algorithm>
#include <cmath>

#include "base/fit.hpp"
#include "ui/plots/chart.hpp"

namespace trilane::ui {
namespace {

constexpr int kCurveSteps = 48;

T over_text(std::string_view over, const T (&texts)[5]) {
  return texts[over == "size" ? 1 : over == "tasks" ? 2 : over == "wait_ms" ? 3 : over == "concurrency" ? 4 : 0];
}
constexpr T kNames[5] = {T::over_workers, T::over_size, T::over_tasks, T::over_wait, T::over_concurrency};
constexpr T kGenitives[5] = {T::over_workers_genitive, T::over_size_genitive, T::over_tasks_genitive,
                             T::over_wait_genitive, T::over_concurrency_genitive};

/// What the axis is for: the current sweep, or a pinned one where there is none.
const SweepView& axis_sweep(const PlotSource& from) {
  if (!from.sweep.empty() || from.sweep.running) return from.sweep;
  for (const Pin& pin : from.pins) {
    if (pin.shown && !pin.sweep.empty()) return pin.sweep;
  }
  return from.sweep;
}

/// Of every point of a sweep: an imported one tells no others.
std::vector<double> values_of(const SweepView& sweep) {
  std::vector<double> out;
  for (const auto& points : sweep.points) {
    for (const SweepView::Point& point : points) out.push_back(point.value);
  }
  return out;
}

/// The current sweep and the pinned ones over the same variable.
std::vector<std::pair<const SweepView*, const Pin*>> sweeps_of(const PlotSource& from) {
  std::vector<std::pair<const SweepView*, const Pin*>> out{{&from.sweep, nullptr}};
  for (const Pin& pin : from.pins) {
    if (pin.shown && !pin.sweep.empty() && pin.sweep.over == axis_sweep(from).over) out.emplace_back(&pin.sweep, &pin);
  }
  return out;
}

/// A chart with the axis of the swept variable.
Chart against(const PlotSource& from, T sub, BothTexts label, const char* unit) {
  Chart chart;
  const SweepView& axis = axis_sweep(from);
  const std::string_view over = axis.over;
  const bool waits = over == "wait_ms";
  bool positive = true;
  for (const double value : values_of(axis)) positive = positive && value > 0;
  chart.figure.x = {
      .label = both(over_text(over, kNames)), .unit = waits ? "ms" : "", .log = positive, .categories = {}};
  chart.figure.y = {.label = std::move(label), .unit = unit, .log = false, .categories = {}};
  chart.hints.subtitle = both(sub, {both(over_text(over, kGenitives))});
  return chart;
}

FigurePoint scaled(double x, const Summary& summary, double by) {
  FigurePoint point{.x = x, .y = *summary.median * by, .low = {}, .high = {}};
  if (summary.low && summary.high) {
    point.low = *summary.low * by;
    point.high = *summary.high * by;
  }
  return point;
}

/// Against workers, speed-up is what it is in books: relative to the racer's own first point, which was measured in the
/// same job. Against anything else: relative to sync at the same value, if there is sync.
std::optional<double> reference_rate(const SweepView& sweep, double value, const std::vector<SweepView::Point>& own) {
  if (sweep.over != "workers") {
    for (const auto& sync : sweep.points[index_of(Racer::sync)]) {
      if (sync.value == value) return sync.result.throughput_per_s.median;
    }
  }
  return own.front().result.throughput_per_s.median;
}

std::string parameter(const Words& w, const char* name, const FitParameter& p) {
  const auto share = [&](double value) { return w.percent(value, value < 0.1 ? 1 : 0); };
  std::string out = std::string(name) + " = " + share(p.value);
  if (p.low && p.high) out += " (" + share(*p.low) + " – " + share(*p.high) + ")";
  return out;
}

/// A fitted law as a curve from one worker to the last. `of(p)`: the speed-up; each is divided by p for efficiency.
template <class Of>
std::vector<FigurePoint> curve(double last, bool per_worker, Of&& of) {
  std::vector<FigurePoint> out;
  for (int i = 0; i <= kCurveSteps; ++i) {
    const double p = std::pow(last, static_cast<double>(i) / kCurveSteps);
    FigurePoint point = of(p);
    point.x = p;
    const double by = per_worker ? 1 / p : 1;
    point.y *= by;
    if (point.low) *point.low *= by;
    if (point.high) *point.high *= by;
    out.push_back(point);
  }
  return out;
}

/// Amdahl's law is about the racer's own one-worker run, and says nothing beyond the cores; the fit is still shown. Of
/// a pin it is Amdahl's only: two curves more for each would hide what is measured.
void add_fits(Chart& chart, Racer racer, const std::vector<SweepView::Point>& points, bool per_worker, const Pin* pin) {
  std::vector<ScalingPoint> measured;
  double last = 1;
  for (const SweepView::Point& point : points) {
    const Summary& rate = point.result.throughput_per_s;
    if (rate.median) measured.push_back({point.value, *rate.median, rate.samples});
    last = std::max(last, point.value);
  }
  if (measured.size() < 3 || !(last > 1)) return;
  const auto add = [&](const BothTexts& law, std::vector<FigurePoint> points_of_curve) {
    FigureSeries series = series_of(racer, std::move(points_of_curve), pin);
    series.name = {series.name.en + " – " + law.en, series.name.ru + " – " + law.ru};
    series.style = SeriesStyle::fit;
    chart.hints.notes.push_back(series.name);
    chart.figure.series.push_back(std::move(series));
  };
  if (const auto fit = fit_amdahl_law(measured)) {
    const auto law = [](double s, double p) { return 1 / (s + (1 - s) / p); };
    add(both(T::fit_amdahl, {both_by([&](const Words& w) { return parameter(w, "s", fit->serial); })}),
        curve(last, per_worker, [&](double p) {
          FigurePoint point{.x = p, .y = fit->speedup(p), .low = {}, .high = {}};
          if (fit->serial.low && fit->serial.high) {
            point.low = law(*fit->serial.high, p);
            point.high = law(*fit->serial.low, p);
          }
          return point;
        }));
  }
  if (const auto fit = pin == nullptr ? fit_usl(measured) : std::nullopt) {
    add(both(T::fit_usl, {both_by([&](const Words& w) { return parameter(w, "a", fit->contention); }),
                          both_by([&](const Words& w) { return parameter(w, "b", fit->coherence); })}),
        curve(last, per_worker,
              [&](double p) { return FigurePoint{.x = p, .y = fit->speedup(p), .low = {}, .high = {}}; }));
  }
}

/// As fast as the cores allow, with nothing lost.
void add_ideal(Chart& chart, const PlotSource& from, bool per_worker) {
  const double cores = std::max(2U, from.cores);
  double last = 1;
  for (const double value : values_of(axis_sweep(from))) last = std::max(last, value);
  FigureSeries ideal{.id = "ideal", .name = both(T::ideal), .style = SeriesStyle::limit, .points = {}};
  ideal.points = curve(last, per_worker,
                       [&](double p) { return FigurePoint{.x = p, .y = std::min(p, cores), .low = {}, .high = {}}; });
  chart.figure.series.push_back(std::move(ideal));
}

Chart scaling(const PlotSource& from, T sub, T label, const char* unit, bool per_worker) {
  Chart chart = against(from, sub, both(label), unit);
  const bool workers = axis_sweep(from).over == "workers";
  const double percent = per_worker ? 100 : 1;
  const auto sweeps = sweeps_of(from);
  for (std::size_t n = 0; n < sweeps.size() * kRacers; ++n) {
    const auto& [sweep, pin] = sweeps[n / kRacers];
    const auto racer = static_cast<Racer>(n % kRacers);
    const auto& points = sweep->points[index_of(racer)];
    const bool one_worker = racer == Racer::sync || racer == Racer::async;
    if (per_worker && one_worker) continue;
    FigureSeries series = series_of(racer, {}, pin);
    for (const SweepView::Point& point : points) {
      const auto reference = reference_rate(*sweep, point.value, points);
      if (!point.result.throughput_per_s.median || !reference || *reference <= 0) continue;
      const double by = per_worker ? 1.0 / std::max(point.result.config.workers, 1U) : 1;
      series.points.push_back(scaled(point.value, point.result.throughput_per_s, by / *reference));
    }
    if (!series.points.empty()) chart.figure.series.push_back(std::move(series));
  }
  if (chart.figure.series.empty()) return chart;
  if (workers) {
    for (const auto& [sweep, pin] : sweeps) {
      for (const Racer racer : {Racer::threads, Racer::threads_gil, Racer::processes})
        add_fits(chart, racer, sweep->points[index_of(racer)], per_worker, pin);
    }
    add_ideal(chart, from, per_worker);
  }
  for (FigureSeries& series : chart.figure.series) {
    for (FigurePoint& point : series.points) {
      point.y *= percent;
      if (point.low) *point.low *= percent;
      if (point.high) *point.high *= percent;
    }
  }
  return chart;
}

template <class Of>
Chart plain(const PlotSource& from, T sub, T label, const char* unit, Of&& of) {
  Chart chart = against(from, sub, both(label), unit);
  const auto sweeps = sweeps_of(from);
  for (std::size_t n = 0; n < sweeps.size() * kRacers; ++n) {
    const auto& [sweep, pin] = sweeps[n / kRacers];
    FigureSeries series = series_of(static_cast<Racer>(n % kRacers), {}, pin);
    for (const SweepView::Point& point : sweep->points[n % kRacers]) {
      const Summary summary = of(point.result);
      if (summary.median) series.points.push_back(scaled(point.value, summary, 1));
    }
    if (!series.points.empty()) chart.figure.series.push_back(std::move(series));
  }
  return chart;
}

}  // namespace

Chart speedup_plot(const PlotSource& from) { return scaling(from, T::speedup_sub, T::speedup, "x", false); }
Chart efficiency_plot(const PlotSource& from) { return scaling(from, T::efficiency_sub, T::efficiency, "%", true); }

Chart throughput_sweep(const PlotSource& from) {
  return plain(from, T::throughput_sweep_sub, T::throughput, "tasks/s",
               [](const RunResult& r) { return r.throughput_per_s; });
}

Chart makespan_sweep(const PlotSource& from) {
  return plain(from, T::makespan_sweep_sub, T::makespan, "ms", [](const RunResult& r) { return r.wall_ms; });
}

Chart memory_sweep(const PlotSource& from) {
  return plain(from, T::memory_sweep_sub, T::memory, "B", [](const RunResult& r) {
    Summary summary;
    summary.median = r.peak_rss_bytes;
    return summary;
  });
}

}  // namespace trilane::ui
