#include "ui/plots/figure.hpp"

#include <algorithm>
#include <memory>

#include "ui/lab_predict.hpp"
#include "ui/plots/plot.hpp"

namespace trilane::ui {
namespace {

using figure_parts::Frame;

/// Hues for series that are no racer: those that no racer of the figure has, and never the lock's.
std::vector<ImU32> colors_of(const Look& look, const trilane::Figure& figure) {
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
      out.push_back(c.model[hues[i].racer]);
    } else {
      out.push_back(others[static_cast<std::size_t>(hues[i].other) % others.size()]);
    }
  }
  return out;
}

float legend_height(const Look& look, float width, const std::vector<std::string>& names) {
  float x = 0;
  float rows = 1;
  for (const std::string& name : names) {
    const float each = text_size(look.fonts.small, name).x + 30;
    if (x + each - 6 > width && x > 0) {
      x = 0;
      ++rows;
    }
    x += each;
  }
  return rows * 18 + 4;
}

/// Is the series switched off? Kept from frame to frame; the figure's id is pushed.
bool* hidden_place(const FigureSeries& series) {
  return ImGui::GetStateStorage()->GetBoolRef(ImGui::GetID(series.name.en.c_str()));
}

/// The legend where colours need one; returns its height.
float draw_legend(Frame& frame, const Rect& rect) {
  const trilane::Figure& figure = frame.figure;
  const std::size_t count = figure.series.size();
  bool needed = count > 1;
  if (figure.kind == FigureKind::bars) {
    // One bar a group: the groups' names say all.
    needed = std::ranges::any_of(figure_bars(figure), [](const auto& group) { return group.size() > 1; });
  }
  if (figure.kind == FigureKind::heatmap) needed = count > 0;
  if (!needed || rect.h < 110) return 0;
  std::vector<std::string> names;
  for (const FigureSeries& series : figure.series) names.push_back(in(frame.look.words, series.name));
  const bool heat = figure.kind == FigureKind::heatmap;
  if (heat) names.emplace_back(frame.look.words(T::lab_state_undecided));
  const float height = legend_height(frame.look, rect.w, names);
  if (height > rect.h * 0.4F) return 0;
  std::vector<LegendEntry> entries;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool model = i < count;
    entries.push_back({.label = names[i].c_str(),
                       .color = model ? frame.colors[i] : frame.look.colors->strong_border,
                       .dashed = model && figure.series[i].style != SeriesStyle::measured});
  }
  const auto off = std::make_unique<bool[]>(names.size());
  for (std::size_t i = 0; i < count; ++i) off[i] = frame.hidden[i];
  ImGui::BeginDisabled(heat);
  legend(frame.look, frame.list, "legend", rect, entries, {off.get(), names.size()});
  ImGui::EndDisabled();
  for (std::size_t i = 0; i < count; ++i) {
    if (off[i] == frame.hidden[i]) continue;
    *hidden_place(figure.series[i]) = off[i];
    frame.hidden[i] = off[i];
  }
  return height;
}

bool has_values(const trilane::Figure& figure) {
  if (figure.kind == FigureKind::heatmap) return !figure.cells.empty();
  return std::ranges::any_of(figure.series, [](const FigureSeries& series) { return !series.points.empty(); });
}

}  // namespace

bool figure_parts::pointer_in(const Rect& area) {
  if (!ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows)) return false;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  return mouse.x >= area.x && mouse.x <= area.right() && mouse.y >= area.y && mouse.y <= area.bottom();
}

void draw_figure(Look& look, ImDrawList& list, const Rect& rect, const trilane::Figure& figure) {
  if (rect.w < 60 || rect.h < 50) return;
  if (!has_values(figure)) {
    empty_state(look, list, rect, "", look.words(T::lab_not_available));
    return;
  }
  Frame frame{look, list, figure, colors_of(look, figure), {}};
  ImGui::PushID(figure.id.c_str());
  for (const FigureSeries& series : figure.series) frame.hidden.push_back(*hidden_place(series));
  const float head = draw_legend(frame, rect);
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
