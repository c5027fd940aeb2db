// The sweep: speed-up or throughput against the swept variable, with intervals, the ideal line and Amdahl's law fitted.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "base/fit.hpp"
#include "ui/plots/plot.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

struct Point {
  double x;
  double y, low, high;
};
struct Series {
  Racer racer = Racer::sync;
  std::vector<Point> points;
  std::optional<AmdahlScaling> fit;
  const Pin* pin = nullptr;
};

/// What the axis is for: the current sweep, or a pinned one where there is none.
const SweepView& axis_sweep(const Session& session) {
  if (!session.sweep_view().empty() || session.sweep_view().running) return session.sweep_view();
  for (const Pin& pin : session.pins()) {
    if (pin.shown && !pin.sweep.empty()) return pin.sweep;
  }
  return session.sweep_view();
}

/// Against workers, speed-up is what it is in books: relative to the racer's own first point, which was measured in the
/// same job. Against anything else: relative to sync at the same value, if there is sync.
std::optional<double> reference_rate(const SweepView& sweep, const SweepView::Point& point,
                                     const std::vector<SweepView::Point>& own) {
  if (sweep.over != "workers") {
    for (const auto& sync : sweep.points[index_of(Racer::sync)]) {
      if (sync.value == point.value) return sync.result.throughput_per_s.median;
    }
  }
  return own.front().result.throughput_per_s.median;
}

Series series_of(const SweepView& sweep, Racer racer, SweepFigure figure) {
  const bool speedup = figure == SweepFigure::speedup;
  Series out{.racer = racer, .points = {}, .fit = {}, .pin = nullptr};
  const auto& all = sweep.points[index_of(racer)];
  for (const auto& point : all) {
    const Summary& rate = figure == SweepFigure::makespan ? point.result.wall_ms : point.result.throughput_per_s;
    if (!rate.median) continue;
    double divisor = 1;
    if (speedup) {
      const auto reference = reference_rate(sweep, point, all);
      if (!reference || *reference <= 0) continue;
      divisor = *reference;
    }
    out.points.push_back({point.value, *rate.median / divisor, rate.low.value_or(*rate.median) / divisor,
                          rate.high.value_or(*rate.median) / divisor});
  }
  if (speedup && sweep.over == "workers" && out.points.size() >= 3 && racer != Racer::sync && racer != Racer::async) {
    // Amdahl's law is about the racer's own one-worker run, and says nothing beyond the cores; the fit is still shown.
    std::vector<ScalingPoint> measured;
    for (const Point& point : out.points) measured.push_back({point.x, point.y, {}});
    out.fit = fit_amdahl_law(measured);
  }
  return out;
}

T over_genitive(std::string_view over) {
  if (over == "size") return T::over_size_genitive;
  if (over == "tasks") return T::over_tasks_genitive;
  if (over == "concurrency") return T::over_concurrency_genitive;
  return over == "wait_ms" ? T::over_wait_genitive : T::over_workers_genitive;
}

std::string value_label(const Words& w, std::string_view over, double value) {
  return over == "wait_ms" ? w.duration_ms(value) : w.compact(value);
}

constexpr T kSweepTitles[] = {T::speedup, T::throughput_against, T::makespan};
constexpr T kSweepSubs[] = {T::speedup_sub, T::throughput_sweep_sub, T::makespan_sweep_sub};

std::string shown_value(const Words& w, SweepFigure figure, double value) {
  if (figure == SweepFigure::speedup) return w.times(value);
  return figure == SweepFigure::throughput ? w.per_second(value) : w.duration_ms(value);
}

std::string short_value(const Words& w, SweepFigure figure, double value) {
  if (figure == SweepFigure::speedup) return w.number(value, 3);
  return figure == SweepFigure::throughput ? w.compact(value) : w.duration_ms(value);
}

void sweep_tip(Ui& ui, const Plot& plot, const std::vector<Series>& all, std::string_view over, float px) {
  const Words& w = ui.words();
  double nearest = 0;
  float distance = 1e9F;
  for (const Series& series : all) {
    for (const Point& point : series.points) {
      const float d = std::fabs(plot.x_of(point.x) - px);
      if (d < distance) {
        distance = d;
        nearest = point.x;
      }
    }
  }
  begin_tip(ui.look);
  const T what = over == "size"          ? T::by_size
                 : over == "tasks"       ? T::by_tasks
                 : over == "wait_ms"     ? T::by_wait
                 : over == "concurrency" ? T::by_concurrency
                                         : T::by_workers;
  tip_line(ui.look, value_label(w, over, nearest) + " " + w(what), "");
  for (const Series& series : all) {
    for (const Point& point : series.points) {
      if (point.x != nearest || ui.hidden[index_of(series.racer)]) continue;
      const std::string value = shown_value(w, ui.sweep_figure, point.y);
      const std::string low = short_value(w, ui.sweep_figure, point.low);
      const std::string high = short_value(w, ui.sweep_figure, point.high);
      const std::string letter = series.pin != nullptr ? std::string(1, series.pin->letter()) + " · " : "";
      tip_line(ui.look, letter + ui.name_of(series.racer), value + "  (" + low + " – " + high + ")",
               ui.color_of(series.racer));
    }
  }
  end_tip();
}

void draw_amdahl(Ui& ui, const Plot& plot, const Series& series, double last) {
  std::vector<ImVec2> points;
  const double s = series.fit->serial.value;
  const double scale = series.points.front().y;
  for (int i = 0; i <= 48; ++i) {
    const double p = 1 + (last - 1) * i / 48;
    points.push_back({plot.x_of(p), plot.y_of(scale / (s + (1 - s) / p))});
  }
  plot.line(points, fade(ui.color_of(series.racer), 0.65F), true, 1.4F);
}

}  // namespace

void sweep_card(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  const SweepView& sweep = axis_sweep(ui.session);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const std::string over = w(over_genitive(sweep.over.empty() ? ui.session.settings().sweep_over : sweep.over));
  const int figure = static_cast<int>(ui.sweep_figure);
  const int next = (figure + 1) % static_cast<int>(SweepFigure::count);
  std::string sub = sweep.running ? w(T::progress_sweep, {std::to_string(sweep.done), std::to_string(sweep.total)})
                                  : w(kSweepSubs[figure], {over});
  const float size = ui.look.touch ? 36.0F : 24.0F;
  const Rect inside = card(ui.look, list, rect, w(kSweepTitles[figure]), sub, {}, size);
  if (flip_button(ui, rect, "flip", w(kSweepTitles[next]))) ui.sweep_figure = static_cast<SweepFigure>(next);
  if (inside.h < 60) return;
  std::vector<Series> all;
  double low_x = 1e300;
  double high_x = 0;
  double high_y = 0;
  std::vector<double> values;
  std::vector<std::pair<const SweepView*, const Pin*>> sweeps{{&ui.session.sweep_view(), nullptr}};
  for (const Pin& pin : ui.session.pins()) {
    if (pin.shown && !pin.sweep.empty() && pin.sweep.over == sweep.over) sweeps.emplace_back(&pin.sweep, &pin);
  }
  for (std::size_t n = 0; n < sweeps.size() * kRacers; ++n) {
    const auto& [from, pin] = sweeps[n / kRacers];
    Series series = series_of(*from, static_cast<Racer>(n % kRacers), ui.sweep_figure);
    if (series.points.empty()) continue;
    series.pin = pin;
    if (pin != nullptr) series.fit.reset();  // one fitted curve a racer is enough
    for (const Point& point : series.points) {
      low_x = std::min(low_x, point.x);
      high_x = std::max(high_x, point.x);
      high_y = std::max(high_y, point.high);
      if (std::ranges::find(values, point.x) == values.end()) values.push_back(point.x);
    }
    all.push_back(std::move(series));
  }
  if (all.empty()) {
    empty_state(ui.look, list, inside, sweep.running ? w(T::status_running) : "",
                sweep.running ? sub : w(T::sweep_empty));
    return;
  }
  std::ranges::sort(values);
  const bool by_workers = sweep.over == "workers";
  const bool speedup = ui.sweep_figure == SweepFigure::speedup;
  Axis x{.low = low_x,
         .high = std::max(high_x, low_x * 1.01),
         .logarithmic = true,
         .base2 = by_workers,
         .ticks = values,
         .label = {}};
  x.label = [&](double v, double) { return value_label(w, sweep.over, v); };
  if (x.low <= 0) x.logarithmic = false;
  Axis y{.low = 0, .high = nice_ceiling(std::max(high_y * 1.1, speedup ? 1.5 : 0.0)), .ticks = {}, .label = {}};
  y.label = [&](double v, double) { return speedup ? w.number(v, 2) + "×" : w.compact(v); };
  const Plot plot(ui.look, list, {inside.x + 12, inside.y + 12, inside.w - 28, inside.h - 20}, x, y);
  if (speedup && by_workers) {
    const double cores = std::max(2U, ui.session.host().cores);
    std::vector<ImVec2> ideal;
    for (double p = low_x; p <= high_x * 1.0001; p *= 1.05)
      ideal.push_back({plot.x_of(p), plot.y_of(std::min(p, cores))});
    plot.line(ideal, c.faint, true, 1.2F);
    // The name stands over the knee, where measured points seldom are.
    const float knee = plot.x_of(std::min(cores, high_x));
    const float width = text_size(ui.look.fonts.small, w(T::ideal)).x;
    plot.label({std::min(knee + 6, plot.area().right() - width), plot.y_of(std::min(cores, high_x)) - 17}, c.faint,
               w(T::ideal));
  }
  const Series* best_fit = nullptr;
  for (const Series& series : all) {
    if (ui.hidden[index_of(series.racer)]) continue;
    const ImU32 color = ui.color_of(series.racer);
    std::vector<ImVec2> points;
    for (const Point& point : series.points) points.push_back({plot.x_of(point.x), plot.y_of(point.y)});
    if (series.fit) draw_amdahl(ui, plot, series, high_x);
    plot.line(points, color, series.pin != nullptr, series.pin != nullptr ? 1.2F : 1.8F);
    for (std::size_t i = 0; i < points.size(); ++i) {
      plot.error_bar(points[i].x, plot.y_of(series.points[i].low), plot.y_of(series.points[i].high), color);
      plot.marker(points[i], color, series.pin != nullptr || series.racer == Racer::threads_gil);
    }
    if (series.fit && (best_fit == nullptr || series.points.back().y > best_fit->points.back().y)) best_fit = &series;
  }
  if (best_fit != nullptr) {
    const std::string text =
        w(T::amdahl, {w.percent(best_fit->fit->serial.value, best_fit->fit->serial.value < 0.1 ? 1 : 0)});
    plot.label({plot.area().x + 8, plot.area().y}, ui.color_of(best_fit->racer), text);
  }
  float px = 0;
  if (plot.hovered(px)) sweep_tip(ui, plot, all, sweep.over, px);
}

}  // namespace trilane::ui
