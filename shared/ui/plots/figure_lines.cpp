// A figure's series over x: measurements with their intervals, fits and predictions dashed; and histograms.
#include <algorithm>
#include <cmath>

#include "ui/gl/plot_lines.hpp"
#include "ui/lab/predict.hpp"
#include "ui/plots/figure.hpp"

namespace trilane::ui::figure_parts {
namespace {

constexpr std::size_t kMostMarkers = 64;

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

/// Fits of one racer are told apart by their dashes: the first one's are long.
Plot::Dash dash_of(const Frame& frame, std::size_t index, std::size_t points) {
  const FigureSeries& series = frame.figure.series[index];
  if (series.style == SeriesStyle::measured) {
    // Two blues: without markers it is the dashes that tell threads with the GIL from those without.
    const bool gil = series.id == kRacerKeys[index_of(Racer::threads_gil)];
    if (is_pinned(series)) return Plot::Dash::dashes;
    return gil && (!frame.hints.markers || points > kMostMarkers) ? Plot::Dash::dashes : Plot::Dash::none;
  }
  if (series.style == SeriesStyle::model) return Plot::Dash::dots;
  if (series.style != SeriesStyle::fit) return Plot::Dash::dashes;
  for (std::size_t i = 0; i < index; ++i) {
    const FigureSeries& other = frame.figure.series[i];
    if (other.style == SeriesStyle::fit && !series.id.empty() && other.id == series.id) return Plot::Dash::dots;
  }
  return Plot::Dash::dashes;
}

/// Of a series what the window needs, and where that is on the screen.
struct Line {
  std::vector<FigurePoint> points;
  std::vector<ImVec2> at;
};

Line line_of(const FigureSeries& series, const Plot& plot, const Ranges& ranges) {
  Line out{thinned(series.points, ranges.x, static_cast<int>(plot.area().w)), {}};
  // What an axis has no place for is not drawn anywhere.
  std::erase_if(out.points, [&](const FigurePoint& p) {
    return !std::isfinite(p.y) || (ranges.y.logarithmic && !(p.y > 0)) || (ranges.x.logarithmic && !(p.x > 0));
  });
  for (const FigurePoint& p : out.points) out.at.push_back({plot.x_of(p.x), plot.y_of(p.y)});
  return out;
}

float width_of(const FigureSeries& series) {
  if (series.style != SeriesStyle::measured) return 1.6F;
  return is_pinned(series) ? 1.2F : 2.0F;
}

bool is_long(const FigureSeries& series) {
  return series.style == SeriesStyle::measured && series.points.size() > kMostMarkers;
}

void add_line(std::vector<gl::PlotPoint>& points, const Line& line, ImU32 color, float width, bool dashed) {
  float along = 0;
  for (std::size_t i = 0; i < line.at.size(); ++i) {
    const ImVec2 at = line.at[i];
    if (i > 0) along += std::hypot(at.x - line.at[i - 1].x, at.y - line.at[i - 1].y);
    points.push_back({.x = at.x,
                      .y = at.y,
                      .along = along,
                      .color = color,
                      .width_16ths = static_cast<std::uint8_t>(std::lround(width * 16)),
                      .dash = static_cast<std::uint8_t>(dashed ? Plot::kDash : 0),
                      .period = static_cast<std::uint8_t>(dashed ? Plot::kDash + Plot::kDashGap : 0),
                      .last = 0});
  }
  if (!line.at.empty()) points.back().last = 1;
}

/// Long measured lines by the graphics card, where there is one: all of the figure's at once, below what is marked.
bool draw_long_lines(const Frame& frame, const Plot& plot, const Ranges& ranges) {
  if (frame.look.plot_lines == nullptr) return false;
  std::vector<gl::PlotPoint> points;
  for (std::size_t i = 0; i < frame.figure.series.size(); ++i) {
    const FigureSeries& series = frame.figure.series[i];
    if (frame.hidden[i] || !is_long(series)) continue;
    const Line line = line_of(series, plot, ranges);
    const bool dashed = dash_of(frame, i, line.points.size()) != Plot::Dash::none;
    add_line(points, line, frame.colors[i], width_of(series), dashed);
  }
  plot.begin_lines();
  const bool drawn = frame.look.plot_lines->draw(frame.list, points);
  plot.end_inside();
  return drawn;
}

void draw_series(const Frame& frame, const Plot& plot, std::size_t index, const Ranges& ranges) {
  const FigureSeries& series = frame.figure.series[index];
  const ImU32 color = frame.colors[index];
  const bool measured = series.style == SeriesStyle::measured;
  const auto& [points, line] = line_of(series, plot, ranges);
  plot.begin_inside();
  if (!measured) draw_band(frame, plot, points, color);
  plot.end_inside();
  plot.line(line, measured || series.style == SeriesStyle::predicted ? color : fade(color, 0.75F),
            dash_of(frame, index, points.size()), width_of(series));
  if (!measured || !frame.hints.markers || points.size() > kMostMarkers) return;
  const float top = plot.area().y;
  const float bottom = plot.area().bottom();
  const bool hollow = is_pinned(series) || series.id == kRacerKeys[index_of(Racer::threads_gil)];
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (line[i].x < plot.area().x - 1 || line[i].x > plot.area().right() + 1) continue;
    if (points[i].low && points[i].high)
      plot.error_bar(line[i].x, std::clamp(plot.y_of(*points[i].low), top, bottom),
                     std::clamp(plot.y_of(*points[i].high), top, bottom), color);
    if (plot.shows(line[i])) plot.marker(line[i], color, hollow);
  }
}

/// Where points are not marked their places are nothing to name.
std::vector<double> x_ticks(const Frame& frame, const FigureRange& range) {
  return frame.hints.markers ? figure_x_ticks(frame.figure, range) : figure_y_ticks(range);
}

/// At the left, above or below: where the curves do not begin. Rather few notes than a covered plot.
void draw_notes(const Frame& frame, const Plot& plot) {
  constexpr float kLine = 16;
  const Rect& area = plot.area();
  const auto most = static_cast<std::size_t>(std::max(area.h * 0.3F / kLine, 0.0F));
  const std::size_t count = std::min(frame.hints.notes.size(), most);
  bool below = false;
  for (const FigureSeries& series : frame.figure.series) {
    if (series.style == SeriesStyle::measured && !series.points.empty())
      below = plot.y_of(series.points.front().y) < area.y + area.h / 2;
  }
  float y = below ? area.bottom() - 4 - kLine * static_cast<float>(count) : area.y + 2;
  for (std::size_t i = 0; i < count; ++i, y += kLine) {
    const std::string& note = in(frame.look.words, frame.hints.notes[i]);
    const float width = std::min(text_size(frame.look.fonts.small, note).x, area.w - 16);
    frame.list.AddRectFilled({area.x + 6, y}, {area.x + 10 + width, y + kLine}, fade(frame.look.colors->panel, 0.75F));
    draw_text(frame.list, frame.look.fonts.small, {area.x + 8, y}, frame.look.colors->muted, note, area.w - 16);
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
      tip_line(frame.look, series_label(w, series), figure_value(w, figure.y.unit, *at), frame.colors[i]);
    } else if (const auto y = line_at(series.points, x)) {
      tip_line(frame.look, series_label(w, series), with_unit(w, *y, figure.y.unit), frame.colors[i]);
    }
  }
  end_tip();
}

}  // namespace

void draw_lines(const Frame& frame, const Rect& rect) {
  const trilane::Figure& figure = frame.figure;
  const Words& w = frame.look.words;
  const Ranges ranges = ranges_of(frame);
  const Plot plot(frame.look, frame.list, rect, axis_of(w, figure.x, ranges.x, x_ticks(frame, ranges.x)),
                  axis_of(w, figure.y, ranges.y, figure_y_ticks(ranges.y, figure.y.unit)));
  // Measurements lie over fits, so that a fit never hides one.
  bool long_drawn = false;
  for (const bool measured : {false, true}) {
    if (measured) long_drawn = draw_long_lines(frame, plot, ranges);
    for (std::size_t i = 0; i < figure.series.size(); ++i) {
      const FigureSeries& series = figure.series[i];
      if (frame.hidden[i] || (series.style == SeriesStyle::measured) != measured) continue;
      if (!long_drawn || !is_long(series)) draw_series(frame, plot, i, ranges);
    }
  }
  if (!frame.fits_named) draw_notes(frame, plot);
  navigate(frame, plot, ranges);
  if (pointer_in(plot.area())) lines_tip(frame, plot, ranges.x);
}

void draw_histogram(const Frame& frame, const Rect& rect) {
  const trilane::Figure& figure = frame.figure;
  const Words& w = frame.look.words;
  const Ranges ranges = ranges_of(frame);
  const Plot plot(frame.look, frame.list, rect, axis_of(w, figure.x, ranges.x, {}), axis_of(w, figure.y, ranges.y, {}));
  const float base = plot.area().bottom();
  plot.begin_inside();
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
  plot.end_inside();
  navigate(frame, plot, ranges);
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
