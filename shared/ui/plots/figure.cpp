#include "ui/plots/figure.hpp"

#include <algorithm>
#include <deque>
#include <memory>

#include "ui/lab/predict.hpp"
#include "ui/plots/split.hpp"

namespace trilane::ui {
namespace {

using figure_parts::Frame;

/// Hues for series that are no racer: those that no racer of the figure has, and never the lock's.
std::vector<ImU32> colors_of(const Look& look, const trilane::Figure& figure, const ChartHints& hints) {
  const Palette& c = *look.colors;
  const std::vector<FigureHue> hues = figure_hues(figure);
  std::vector<ImU32> others;
  for (const Racer racer : {Racer::threads, Racer::processes, Racer::async, Racer::threads_gil}) {
    const bool taken = std::ranges::any_of(hues, [&](const FigureHue& hue) { return hue.racer == index_of(racer); });
    if (!taken) others.push_back(c.model[index_of(racer)]);
  }
  others.push_back(c.muted);
  std::vector<ImU32> out;
  for (std::size_t i = 0; i < hues.size(); ++i) {
    const SeriesStyle style = figure.series[i].style;
    if (style == SeriesStyle::predicted) {
      out.push_back(c.text);
    } else if (style == SeriesStyle::limit) {
      out.push_back(c.faint);
    } else if (hues[i].racer >= 0) {
      const SpanKind shade = i < hints.shades.size() ? hints.shades[i] : SpanKind::compute;
      out.push_back(split_color(c, static_cast<Racer>(hues[i].racer), shade));
    } else {
      out.push_back(others[static_cast<std::size_t>(hues[i].other) % others.size()]);
    }
  }
  return out;
}

/// Are colours named by something else already?
bool needs_legend(const Frame& frame) {
  const trilane::Figure& figure = frame.figure;
  if (!frame.hints.legend) return false;
  if (figure.kind == FigureKind::heatmap) return !figure.series.empty();
  // One bar a group: the groups' names say all, but not that something is no measurement.
  if (figure.kind == FigureKind::bars) {
    return std::ranges::any_of(figure_bars(figure), [](const auto& group) { return group.size() > 1; }) ||
           !std::ranges::all_of(figure.series,
                                [](const FigureSeries& one) { return one.style == SeriesStyle::measured; });
  }
  return figure.series.size() > 1;
}

/// A place in the legend, and the series that it turns on and off.
struct Named {
  std::deque<std::string> labels;  // entries point into it: its elements never move
  std::vector<LegendEntry> entries;
  std::vector<std::vector<std::size_t>> series;
};

bool is_computed(const trilane::Figure& figure, const FigureSeries& series) {
  return series.style == SeriesStyle::fit || (series.style == SeriesStyle::model && figure.kind == FigureKind::lines);
}

/// What of the computed curves is named.
enum class Curves { each, together, none };

Named names_of(const Frame& frame, Curves curves) {
  Named out;
  std::vector<std::size_t> computed;
  for (std::size_t i = 0; i < frame.figure.series.size(); ++i) {
    const FigureSeries& series = frame.figure.series[i];
    if (curves != Curves::each && is_computed(frame.figure, series)) {
      if (curves == Curves::together) computed.push_back(i);
      continue;
    }
    const bool dashed = series.style != SeriesStyle::measured || is_pinned(series);
    out.entries.push_back({.label = out.labels.emplace_back(series_label(frame.look.words, series)).c_str(),
                           .color = frame.colors[i],
                           .dashed = dashed});
    out.series.push_back({i});
  }
  if (!computed.empty()) {
    out.entries.push_back(
        {.label = frame.look.words(T::computed_curves), .color = frame.look.colors->muted, .dashed = true});
    out.series.push_back(std::move(computed));
  }
  if (frame.figure.kind == FigureKind::heatmap && !frame.hints.intensity) {
    out.entries.push_back({frame.look.words(T::lab_state_undecided), frame.look.colors->strong_border, false});
    out.series.emplace_back();
  }
  return out;
}

/// The legend where colours need one; returns its height.
float draw_legend(Frame& frame, const Rect& rect, HiddenSeries& hidden) {
  const trilane::Figure& figure = frame.figure;
  if (!needs_legend(frame) || rect.h < 110) return 0;
  const float most = rect.h * 0.34F;
  Named named;
  float height = 0;
  // Rather the curves without their own names than no names at all.
  for (const Curves curves : {Curves::each, Curves::together, Curves::none}) {
    named = names_of(frame, curves);
    height = legend_height(frame.look, named.entries, rect.w);
    frame.fits_named = curves == Curves::each;
    if (height <= most) break;
  }
  if (height > most || named.entries.empty()) return 0;
  const std::size_t count = named.entries.size();
  const auto off = std::make_unique<bool[]>(count);
  for (std::size_t i = 0; i < count; ++i)
    off[i] = !named.series[i].empty() &&
             std::ranges::all_of(named.series[i], [&](std::size_t one) { return frame.hidden[one]; });
  const std::vector<bool> before(off.get(), off.get() + count);
  ImGui::BeginDisabled(figure.kind == FigureKind::heatmap);
  legend(frame.look, frame.list, "legend", rect, named.entries, {off.get(), count});
  ImGui::EndDisabled();
  for (std::size_t i = 0; i < count; ++i) {
    if (off[i] == before[i]) continue;
    for (const std::size_t series : named.series[i]) {
      frame.hidden[series] = off[i];
      if (off[i]) {
        hidden.insert(figure.series[series].name.en);
      } else {
        hidden.erase(figure.series[series].name.en);
      }
    }
  }
  return height;
}

}  // namespace

bool has_values(const trilane::Figure& figure) {
  if (figure.kind == FigureKind::heatmap) return !figure.cells.empty();
  // Bars without a value are said to be not available, one by one.
  if (figure.kind == FigureKind::bars && !figure.x.categories.empty()) return true;
  return std::ranges::any_of(figure.series, [](const FigureSeries& series) { return !series.points.empty(); });
}

bool figure_parts::pointer_in(const Rect& area) {
  if (!ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows)) return false;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  return mouse.x >= area.x && mouse.x <= area.right() && mouse.y >= area.y && mouse.y <= area.bottom();
}

void draw_figure(Look& look, ImDrawList& list, const Rect& rect, const trilane::Figure& figure, const ChartHints& hints,
                 FigureView& view, HiddenSeries& hidden) {
  if (rect.w < 60 || rect.h < 50) return;
  if (!has_values(figure)) {
    empty_state(look, list, rect, "", look.words(T::lab_not_available));
    return;
  }
  Frame frame{look, list, figure, hints, view, colors_of(look, figure, hints), {}, false};
  ImGui::PushID(figure.id.c_str());
  for (const FigureSeries& series : figure.series) frame.hidden.push_back(hidden.contains(series.name.en));
  const float head = draw_legend(frame, rect, hidden);
  Rect rest{rect.x, rect.y + head, rect.w, rect.h - head};
  const std::string x_title = axis_title(look.words, figure.x);
  if (!x_title.empty() && rest.h > 100) {
    const ImVec2 size = text_size(look.fonts.small, x_title);
    const float width = std::min(size.x, rest.w);
    rest.h -= size.y + 1;
    draw_text(list, look.fonts.small, {rest.right() - width, rest.bottom() + 1}, look.colors->faint, x_title, rest.w);
  }
  switch (figure.kind) {
    case FigureKind::lines: figure_parts::draw_lines(frame, rest); break;
    case FigureKind::bars: figure_parts::draw_bars(frame, rest); break;
    case FigureKind::histogram: figure_parts::draw_histogram(frame, rest); break;
    case FigureKind::heatmap: figure_parts::draw_heatmap(frame, rest); break;
  }
  ImGui::PopID();
}

}  // namespace trilane::ui
