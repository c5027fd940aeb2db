#include "ui/plots/figure.hpp"

#include <algorithm>
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
  // One bar a group: the groups' names say all.
  if (figure.kind == FigureKind::bars)
    return std::ranges::any_of(figure_bars(figure), [](const auto& group) { return group.size() > 1; });
  return figure.series.size() > 1;
}

/// The legend where colours need one; returns its height.
float draw_legend(Frame& frame, const Rect& rect, HiddenSeries& hidden) {
  const trilane::Figure& figure = frame.figure;
  if (!needs_legend(frame) || rect.h < 110) return 0;
  const bool heat = figure.kind == FigureKind::heatmap;
  std::vector<std::string> names;
  for (const FigureSeries& series : figure.series) names.push_back(in(frame.look.words, series.name));
  std::vector<LegendEntry> entries;
  std::vector<std::size_t> which;
  const auto collect = [&](bool measured_only) {
    entries.clear();
    which.clear();
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool measured = figure.series[i].style == SeriesStyle::measured;
      if (measured_only && !measured) continue;
      entries.push_back(
          {.label = names[i].c_str(), .color = frame.colors[i], .dashed = !measured || is_pinned(figure.series[i])});
      which.push_back(i);
    }
    if (heat && !frame.hints.intensity)
      entries.push_back({frame.look.words(T::lab_state_undecided), frame.look.colors->strong_border, false});
    return legend_height(frame.look, entries, rect.w);
  };
  float height = collect(false);
  // Rather the curves without a name than no names at all.
  frame.fits_named = height <= rect.h * 0.34F;
  if (!frame.fits_named) height = collect(true);
  if (height > rect.h * 0.34F || entries.empty()) return 0;
  const auto off = std::make_unique<bool[]>(entries.size());
  for (std::size_t i = 0; i < which.size(); ++i) off[i] = frame.hidden[which[i]];
  ImGui::BeginDisabled(heat);
  legend(frame.look, frame.list, "legend", rect, entries, {off.get(), entries.size()});
  ImGui::EndDisabled();
  for (std::size_t i = 0; i < which.size(); ++i) {
    const std::size_t series = which[i];
    if (off[i] == frame.hidden[series]) continue;
    frame.hidden[series] = off[i];
    if (off[i]) {
      hidden.insert(figure.series[series].name.en);
    } else {
      hidden.erase(figure.series[series].name.en);
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
