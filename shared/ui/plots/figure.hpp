// Draws a figure of the lab (experiments/figure.hpp) inside a rectangle: legend, axes, marks with their intervals, the
// pointer's read-out. Inside a frame; UI thread.
#pragma once

#include <vector>

#include "ui/plots/figure_layout.hpp"
#include "ui/widgets.hpp"

namespace trilane::ui {

/// What the legend switches off is kept in the window's ImGui storage under the figure's id: figures of one experiment
/// have different ones, and the caller pushes the experiment's. A measurement is solid with its 95 % interval;
/// everything else is dashed or an outline.
void draw_figure(Look& look, ImDrawList& list, const Rect& rect, const trilane::Figure& figure);

// The parts, one file each.
namespace figure_parts {
struct Frame {
  Look& look;
  ImDrawList& list;
  const trilane::Figure& figure;
  std::vector<ImU32> colors;  ///< By series.
  std::vector<bool> hidden;   ///< By series.
};
bool pointer_in(const Rect& area);
void draw_lines(const Frame& frame, const Rect& rect);
void draw_histogram(const Frame& frame, const Rect& rect);
void draw_bars(const Frame& frame, const Rect& rect);
void draw_heatmap(const Frame& frame, const Rect& rect);
}  // namespace figure_parts

}  // namespace trilane::ui
