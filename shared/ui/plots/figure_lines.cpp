// A figure's series over x: measurements with their intervals, fits and predictions dashed; and histograms.
#include <algorithm>
#include <cmath>

#include "ui/lab_predict.hpp"
#include "ui/plots/figure.hpp"
#include "ui/plots/plot.hpp"

namespace trilane::ui::figure_parts {
namespace {

Axis axis_of(const Words& w, const FigureAxis& from, const FigureRange& range, std::vector<double> ticks) {
  Axis axis{.low = range.low,
            .high = range.high,
            .logarithmic = range.logarithmic,
            .base2 = false,
            .ticks = std::move(ticks),
            .label = {}};
  axis.label = [&w, &from, high = range.high](double value, double step) {
    return figure_tick(w, from.unit, value, high, step);
  };
  return axis;
}

/// The interval of a fit or an extrapolation, behind its line.
void draw_band(const Frame& frame, const Plot& plot, const std::vector<FigurePoint>& points, ImU32 color) {
  for (std::size_t i = 1; i < points.size(); ++i) {
    const FigurePoint& a = points[i - 1];
    const FigurePoint& b = points[i];
    if (!a.low || !a.high || !b.low || !b.high) continue;
    frame.list.AddQuadFilled({plot.x_of(a.x), plot.y_of(*a.low)}, {plot.x_of(a.x), plot.y_of(*a.high)},
                             {plot.x_of(b.x), plot.y_of(*b.high)}, {plot.x_of(b.x), plot.y_of(*b.low)},
                             fade(color, 0.16F));
  }
}

void draw_series(const Frame& frame, const Plot& plot, std::size_t index, const FigureRange& x, bool log_y) {
  const FigureSeries& series = frame.figure.series[index];
  const ImU32 color = frame.colors[index];
  const bool measured = series.style == SeriesStyle::measured;
  std::vector<FigurePoint> points = thinned(series.points, x, static_cast<int>(plot.area().w));
  // What an axis has no place for is not drawn anywhere.
  std::erase_if(points, [&](const FigurePoint& p) {
    return !std::isfinite(p.y) || (log_y && !(p.y > 0)) || (x.logarithmic && !(p.x > 0));
  });
  std::vector<ImVec2> line;
  for (const FigurePoint& p : points) line.push_back({plot.x_of(p.x), plot.y_of(p.y)});
  if (!measured) draw_band(frame, plot, points, color);
  plot.line(line, measured || series.style == SeriesStyle::predicted ? color : fade(color, 0.75F), !measured,
            measured ? 2.0F : 1.6F);
  if (!measured || points.size() > 64) return;
  const float bottom = plot.area().bottom();
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].low && points[i].high)
      plot.error_bar(line[i].x, std::min(plot.y_of(*points[i].low), bottom), plot.y_of(*points[i].high), color);
    plot.marker(line[i], color, false);
  }
}

void lines_tip(const Frame& frame, const Plot& plot, const FigureRange& x_range) {
  const trilane::Figure& figure = frame.figure;
  const Words& w = frame.look.words;
  const Rect& area = plot.area();
  // What was measured is read, not what lies between; curves are read at the same place.
  const double pointed = plot.x_at(ImGui::GetIO().MousePos.x);
  const double x = nearest_x(figure, frame.hidden, x_range, pointed).value_or(pointed);
  const float px = plot.x_of(x);
  frame.list.AddLine({px, area.y}, {px, area.bottom()}, fade(frame.look.colors->muted, 0.5F));
  begin_tip(frame.look);
  tip_line(frame.look, in(w, figure.x.label) + ": " + with_unit(w, x, figure.x.unit), "");
  for (std::size_t i = 0; i < figure.series.size(); ++i) {
    if (frame.hidden[i]) continue;
    const FigureSeries& series = figure.series[i];
    if (series.style == SeriesStyle::measured) {
      const auto at = std::ranges::find(series.points, x, &FigurePoint::x);
      if (at == series.points.end()) continue;
      tip_line(frame.look, in(w, series.name), figure_value(w, figure.y.unit, *at), frame.colors[i]);
    } else if (const auto y = line_at(series.points, x)) {
      tip_line(frame.look, in(w, series.name), with_unit(w, *y, figure.y.unit), frame.colors[i]);
    }
  }
  end_tip();
}

}  // namespace

void draw_lines(const Frame& frame, const Rect& rect) {
  const trilane::Figure& figure = frame.figure;
  const Words& w = frame.look.words;
  const FigureRange x = figure_x_range(figure);
  const FigureRange y = figure_y_range(figure);
  const Plot plot(frame.look, frame.list, rect, axis_of(w, figure.x, x, figure_x_ticks(figure)),
                  axis_of(w, figure.y, y, figure_y_ticks(y)));
  // Measurements lie over fits, so that a fit never hides one.
  for (const bool measured : {false, true}) {
    for (std::size_t i = 0; i < figure.series.size(); ++i) {
      if (!frame.hidden[i] && (figure.series[i].style == SeriesStyle::measured) == measured)
        draw_series(frame, plot, i, x, y.logarithmic);
    }
  }
  if (pointer_in(plot.area())) lines_tip(frame, plot, x);
}

void draw_histogram(const Frame& frame, const Rect& rect) {
  const trilane::Figure& figure = frame.figure;
  const Words& w = frame.look.words;
  const FigureRange x = figure_x_range(figure);
  const FigureRange y = figure_y_range(figure);
  const Plot plot(frame.look, frame.list, rect, axis_of(w, figure.x, x, {}), axis_of(w, figure.y, y, {}));
  const float base = plot.area().bottom();
  for (std::size_t i = 0; i < figure.series.size(); ++i) {
    if (frame.hidden[i]) continue;
    for (const FigurePoint& p : figure.series[i].points) {
      if (!(p.y > 0)) continue;
      const float x0 = plot.x_of(p.x);
      const float x1 = std::max(plot.x_of(p.x + figure.bin_width) - 1, x0 + 1);
      const float top = std::min(plot.y_of(p.y), base - 1);
      frame.list.AddRectFilled({x0, top}, {x1, base}, fade(frame.colors[i], 0.4F));
      frame.list.AddLine({x0, top}, {x1, top}, frame.colors[i], 1.6F);
    }
  }
  if (!pointer_in(plot.area())) return;
  const double pointed = plot.x_at(ImGui::GetIO().MousePos.x);
  bool titled = false;
  for (std::size_t i = 0; i < figure.series.size(); ++i) {
    if (frame.hidden[i]) continue;
    const FigureSeries& series = figure.series[i];
    const auto bin = std::ranges::find_if(
        series.points, [&](const FigurePoint& p) { return pointed >= p.x && pointed < p.x + figure.bin_width; });
    if (bin == series.points.end()) continue;
    if (!titled) {
      begin_tip(frame.look);
      tip_line(frame.look,
               in(w, figure.x.label) + ": " + with_unit(w, bin->x, figure.x.unit) + " – " +
                   with_unit(w, bin->x + figure.bin_width, figure.x.unit),
               "");
      titled = true;
    }
    const std::string name = in(w, figure.series.size() > 1 ? series.name : figure.y.label);
    tip_line(frame.look, name, with_unit(w, bin->y, figure.y.unit), frame.colors[i]);
  }
  if (titled) end_tip();
}

}  // namespace trilane::ui::figure_parts
