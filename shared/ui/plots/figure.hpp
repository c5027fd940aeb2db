// Draws a figure - the lab's (experiments/figure.hpp) and the race's plots alike - inside a rectangle: legend, axes,
// marks with their intervals, the pointer's read-out, zoom and pan. Inside a frame; UI thread.
#pragma once

#include <vector>

#include "ui/plots/chart.hpp"
#include "ui/plots/figure_layout.hpp"
#include "ui/plots/plot.hpp"
#include "ui/plots/zoom.hpp"
#include "ui/widgets.hpp"

namespace trilane::ui {

/// A measurement is solid with its 95 % interval; everything else is dashed or an outline. The legend switches series
/// off in `hidden`; wheel, dragging and keys change `view` (figures of lines, and histograms).
void draw_figure(Look& look, ImDrawList& list, const Rect& rect, const trilane::Figure& figure, const ChartHints& hints,
                 FigureView& view, HiddenSeries& hidden);
/// Has it anything to draw?
bool has_values(const trilane::Figure& figure);

// The parts, one file each.
namespace figure_parts {
struct Frame {
  Look& look;
  ImDrawList& list;
  const trilane::Figure& figure;
  const ChartHints& hints;
  FigureView& view;
  std::vector<ImU32> colors;  ///< By series.
  std::vector<bool> hidden;   ///< By series.
  bool fits_named = false;    ///< The legend names the fits, so the notes need not.
};
bool pointer_in(const Rect& area);
void draw_lines(const Frame& frame, const Rect& rect);
void draw_histogram(const Frame& frame, const Rect& rect);
void draw_bars(const Frame& frame, const Rect& rect);
void draw_heatmap(const Frame& frame, const Rect& rect);

/// The whole of a figure with numbers on both axes, and the part of it that is looked at.
struct Ranges {
  FigureRange full_x, full_y, x, y;
};
Ranges ranges_of(const Frame& frame);
/// Zoom and pan by wheel, dragging, double click and keys. After the marks: it draws the selection over them.
void navigate(const Frame& frame, const Plot& plot, const Ranges& ranges);
}  // namespace figure_parts

}  // namespace trilane::ui
