// A figure's groups of bars, and its map of winners.
#include <algorithm>
#include <cmath>

#include "ui/lab/predict.hpp"
#include "ui/plots/figure.hpp"

namespace trilane::ui::figure_parts {
namespace {

std::string name_at(const Words& w, const FigureAxis& axis, std::size_t index) {
  return index < axis.categories.size() ? in(w, axis.categories[index]) : w.integer(index);
}

/// Centred in [left, left + width).
void centred(const Frame& frame, float left, float y, float width, ImU32 color, const std::string& text) {
  ImFont* font = frame.look.fonts.small;
  const float own = std::min(text_size(font, text).x, width);
  draw_text(frame.list, font, {left + (width - own) / 2, y}, color, text, width);
}

/// The same on two lines, where one is too short.
void centred_lines(const Frame& frame, float left, float y, float width, ImU32 color, const std::string& text) {
  ImFont* font = frame.look.fonts.small;
  const float line = text_size(font, text).y;
  const float own = text_size(font, text, width).x;
  frame.list.PushClipRect({left, y}, {left + width, y + 2 * line}, true);
  frame.list.AddText(font, font_px(font), {std::round(left + (width - own) / 2), y}, color, text.c_str(), nullptr,
                     width);
  frame.list.PopClipRect();
}

/// The widest of its words: lines cannot be narrower without breaking one.
float widest_word(ImFont* font, std::string_view text) {
  float widest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    widest = std::max(widest, text_size(font, text.substr(0, end)).x);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return widest;
}

/// Diagonal lines, for what is there but not used.
void hatch(const Frame& frame, ImVec2 min, ImVec2 max, ImU32 color) {
  constexpr float kGap = 7;
  const float height = max.y - min.y;
  frame.list.PushClipRect(min, max, true);
  for (float x = min.x - height; x < max.x; x += kGap)
    frame.list.AddLine({x, max.y}, {x + height, min.y}, fade(color, 0.7F), 1);
  frame.list.PopClipRect();
}

void bars_tip(const Frame& frame, std::size_t group, const std::vector<FigureBar>& bars) {
  const trilane::Figure& figure = frame.figure;
  const Words& w = frame.look.words;
  begin_tip(frame.look);
  tip_line(frame.look, name_at(w, figure.x, group), "");
  for (const FigureBar& bar : bars) {
    const FigureSeries& series = figure.series[bar.series];
    // A lone bar is named by its group already, unless it is no measurement.
    const bool named = bars.size() > 1 || series.style != SeriesStyle::measured;
    const std::string name = named ? series_label(w, series) : in(w, figure.y.label);
    tip_line(frame.look, name, figure_value(w, figure.y.unit, series.points[bar.point]), frame.colors[bar.series]);
  }
  if (group < frame.hints.group_notes.size()) {
    const std::string& note = in(w, frame.hints.group_notes[group]);
    if (!note.empty()) paragraph(frame.look, frame.look.fonts.small, frame.look.colors->muted, note, 260);
  }
  if (bars.empty())
    paragraph(frame.look, frame.look.fonts.small, frame.look.colors->muted, w(T::not_available_tip), 240);
  end_tip();
}

void cell_tip(const Frame& frame, std::size_t column, std::size_t row, const HeatCell* cell) {
  const trilane::Figure& figure = frame.figure;
  const Words& w = frame.look.words;
  begin_tip(frame.look);
  tip_line(frame.look, in(w, figure.x.label) + ": " + name_at(w, figure.x, column), "");
  tip_line(frame.look, in(w, figure.y.label) + ": " + name_at(w, figure.y, row), "");
  if (cell == nullptr) {
    paragraph(frame.look, frame.look.fonts.small, frame.look.colors->muted, w(T::not_available), 240);
  } else {
    std::string names;
    for (std::size_t i = 0; i < cell->values.size() && i < figure.series.size(); ++i) {
      // A map of one value a cell says nothing about the others.
      if (frame.hints.intensity && cell->winner != i) continue;
      if (cell->values[i]) names += (names.empty() ? "" : ", ") + in(w, figure.series[i].name);
      tip_line(frame.look, in(w, figure.series[i].name),
               cell->values[i] ? with_unit(w, *cell->values[i], figure.value_unit) : w(T::not_available),
               frame.colors[i]);
    }
    if (!cell->winner)
      paragraph(frame.look, frame.look.fonts.small, frame.look.colors->muted, w(T::why_same, {names}), 260);
  }
  end_tip();
}

}  // namespace

void draw_bars(const Frame& frame, const Rect& rect) {
  const trilane::Figure& figure = frame.figure;
  const Words& w = frame.look.words;
  const Palette& c = *frame.look.colors;
  const FigureRange range = ranges_of(frame).full_y;
  Axis axis{.low = range.low,
            .high = range.high,
            .logarithmic = range.logarithmic,
            .base2 = false,
            .ticks = figure_y_ticks(figure, range),
            .label = {}};
  axis.label = [&](double value, double step) { return figure_tick(w, figure.y.unit, value, range.high, step); };
  const auto groups = figure_bars(figure, frame.hidden, frame.hints.bars != BarPlaces::beside);
  if (groups.empty()) return;
  // What stands left of the bars is not known yet: about this much.
  constexpr float kScaleRoom = 56;
  const float room = (rect.w - kScaleRoom) / static_cast<float>(groups.size()) - 4;
  bool two_lines = false, staggered = false;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    two_lines = two_lines || text_size(frame.look.fonts.small, name_at(w, figure.x, group)).x > room;
    staggered = staggered || widest_word(frame.look.fonts.small, name_at(w, figure.x, group)) > room;
  }
  const float second = two_lines && rect.h > 120 ? text_size(frame.look.fonts.small, "x").y : 0.0F;
  const Plot plot(frame.look, frame.list, {rect.x, rect.y, rect.w, rect.h - second}, {}, std::move(axis));
  const Rect& area = plot.area();
  if (area.w < 20 || area.h < 20) return;
  const float each = area.w / static_cast<float>(groups.size());
  const float base = range.logarithmic ? area.bottom() : plot.y_of(0);
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const float left = area.x + each * static_cast<float>(group);
    double below = 0;  // stacked: what the next bar stands on
    for (const FigureBar& bar : groups[group]) {
      const FigureSeries& series = figure.series[bar.series];
      const FigurePoint& p = series.points[bar.point];
      const float x0 = left + static_cast<float>(bar.left) * each + 1;
      const float x1 = std::max(x0 + static_cast<float>(bar.width) * each - 2, x0 + 1);
      const bool stacked = frame.hints.bars == BarPlaces::stacked;
      const float foot = stacked ? plot.y_of(below) : base;
      const float end = std::min(plot.y_of(below + p.y), area.bottom());
      const float top = stacked ? end : std::min(end, foot - 1);
      const float bottom = std::max(end, foot);
      const float round = bottom - top > 5 && !stacked ? 3.0F : 0.0F;
      if (stacked) below += p.y;
      if (series.style == SeriesStyle::measured && !is_pinned(series)) {
        frame.list.AddRectFilled({x0, top}, {x1, bottom}, frame.colors[bar.series], round, ImDrawFlags_RoundCornersTop);
      } else {
        frame.list.AddRectFilled({x0, top}, {x1, bottom}, fade(frame.colors[bar.series], 0.2F));
        frame.list.AddRect({x0, top}, {x1, bottom}, frame.colors[bar.series]);
        if (series.style == SeriesStyle::reserved) hatch(frame, {x0, top}, {x1, bottom}, frame.colors[bar.series]);
      }
      if (p.low && p.high)
        plot.error_bar((x0 + x1) / 2, std::min(plot.y_of(*p.low), area.bottom()), plot.y_of(*p.high), c.text);
    }
    if (groups[group].empty()) centred(frame, left, area.bottom() - 20, each, c.faint, w(T::not_available));
    const std::string name = name_at(w, figure.x, group);
    if (second > 0 && staggered) {
      // Every other one a line lower: each has the room of two.
      const float y = area.bottom() + 4 + (group % 2 == 0 ? 0 : second);
      centred(frame, std::max(left - each / 2, rect.x), y, 2 * each, c.muted, name);
    } else if (second > 0 && text_size(frame.look.fonts.small, name).x > each - 4) {
      centred_lines(frame, left + 2, area.bottom() + 4, each - 4, c.muted, name);
    } else {
      centred(frame, left + 2, area.bottom() + 4, each - 4, c.muted, name);
    }
  }
  if (!pointer_in({area.x, area.y, area.w, area.h + 18})) return;
  const auto over = static_cast<std::size_t>(std::max((ImGui::GetIO().MousePos.x - area.x) / each, 0.0F));
  const std::size_t group = std::min(over, groups.size() - 1);
  bars_tip(frame, group, groups[group]);
}

void draw_heatmap(const Frame& frame, const Rect& rect) {
  const trilane::Figure& figure = frame.figure;
  const Words& w = frame.look.words;
  const Palette& c = *frame.look.colors;
  ImFont* font = frame.look.fonts.small;
  const std::size_t columns = figure.x.categories.size();
  const std::size_t rows = figure.y.categories.size();
  if (columns == 0 || rows == 0) return;
  const float small = text_size(font, "x").y;
  float gutter = 0;
  for (const BothTexts& name : figure.y.categories) gutter = std::max(gutter, text_size(font, in(w, name)).x);
  gutter = std::min(gutter, rect.w * 0.35F);
  const Rect area{rect.x + gutter + 6, rect.y, rect.w - gutter - 6, rect.h - small - 4};
  if (area.w < 20 || area.h < 20) return;
  const float each_w = area.w / static_cast<float>(columns);
  const float each_h = area.h / static_cast<float>(rows);
  std::vector<const HeatCell*> cells(columns * rows, nullptr);
  for (const HeatCell& cell : figure.cells) {
    if (cell.column < columns && cell.row < rows) cells[cell.row * columns + cell.column] = &cell;
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Rect r{area.x + each_w * static_cast<float>(i % columns), area.y + each_h * static_cast<float>(i / columns),
                 each_w - 2, each_h - 2};
    const HeatCell* const cell = cells[i];
    if (cell == nullptr && frame.hints.intensity) continue;  // the run was over
    if (cell == nullptr) {
      frame.list.AddRect(r.min(), r.max(), c.border);
      frame.list.AddLine({r.x, r.bottom()}, {r.right(), r.y}, c.border);
      continue;
    }
    const bool won = cell->winner && *cell->winner < figure.series.size();
    if (frame.hints.intensity) {
      const double value = won && *cell->winner < cell->values.size() ? cell->values[*cell->winner].value_or(0) : 0;
      const ImU32 color = won ? frame.colors[*cell->winner] : c.hover;
      frame.list.AddRectFilled(r.min(), r.max(), mix(c.lane, color, static_cast<float>(value / 100)), 2);
      continue;
    }
    frame.list.AddRectFilled(r.min(), r.max(), won ? mix(c.panel, frame.colors[*cell->winner], 0.62F) : c.hover, 3);
    // The hue is not all that tells the winner, for those who cannot tell hues.
    const std::string name = won ? in(w, figure.series[*cell->winner].name) : std::string(w(T::lab_state_undecided));
    if (r.h > small + 2 && text_size(font, name).x < r.w - 6)
      centred(frame, r.x, r.y + (r.h - small) / 2, r.w, won ? c.text : c.muted, name);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string name = in(w, figure.y.categories[row]);
    const float width = std::min(text_size(font, name).x, gutter);
    const float y = area.y + each_h * static_cast<float>(row) + (each_h - 2 - small) / 2;
    draw_text(frame.list, font, {rect.x + gutter - width, y}, c.muted, name, gutter);
  }
  // Names that would be cut are named every other time, or less.
  float widest = 0;
  for (const BothTexts& name : figure.x.categories) widest = std::max(widest, text_size(font, in(w, name)).x);
  std::size_t stride = 1;
  if (frame.hints.intensity) stride = static_cast<std::size_t>(std::ceil((widest + 10) / each_w));
  for (std::size_t column = 0; column < columns; column += stride) {
    const float left = area.x + each_w * static_cast<float>(column);
    if (stride > 1) {
      const std::string& name = in(w, figure.x.categories[column]);
      if (left + text_size(font, name).x > area.right() + 4) break;
      draw_text(frame.list, font, {left, area.bottom() + 2}, c.muted, name);
    } else {
      centred(frame, left, area.bottom() + 2, each_w - 2, c.muted, in(w, figure.x.categories[column]));
    }
  }
  if (!pointer_in(area)) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const auto column = std::min(static_cast<std::size_t>((mouse.x - area.x) / each_w), columns - 1);
  const auto row = std::min(static_cast<std::size_t>((mouse.y - area.y) / each_h), rows - 1);
  cell_tip(frame, column, row, cells[row * columns + column]);
}

}  // namespace trilane::ui::figure_parts
