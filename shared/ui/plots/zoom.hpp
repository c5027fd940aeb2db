// Looking closer at a plot: ranges that are zoomed and moved, on linear and logarithmic axes. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "ui/plots/figure_layout.hpp"

namespace trilane::ui {

/// `range` scaled by `factor` (< 1: closer) about the place `at` (0..1 of the range as it is seen). Never beyond
/// `full`, and never closer than a millionth of it (linear) or a thousandth of its decades.
FigureRange zoomed(const FigureRange& range, const FigureRange& full, double at, double factor);
/// Moved by `by` (1: a whole range to the right), inside of `full`.
FigureRange panned(const FigureRange& range, const FigureRange& full, double by);
/// From the places a to b (0..1 of the range, in any order).
FigureRange part_of(const FigureRange& range, double a, double b);
/// Is there nothing beyond it?
bool is_whole(const FigureRange& range, const FigureRange& full);

/// Names of series (FigureSeries::name.en) that the legend switched off.
using HiddenSeries = std::set<std::string, std::less<>>;

/// How one figure is looked at. Kept by the caller from frame to frame.
struct FigureView {
  std::optional<FigureRange> x, y;      ///< Nothing: all of it.
  std::optional<float> drag_x, drag_y;  ///< Where a selection by dragging began, logical pixels.
  bool zoomed() const { return x.has_value() || y.has_value(); }
  void reset() { *this = {}; }
};

}  // namespace trilane::ui
