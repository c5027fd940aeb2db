// What a plot of the race is made from, and what it becomes: a figure (the same data as the lab's, so that one drawer,
// one legend and one CSV serve both) with a few hints on how to draw it. Pure: no ImGui; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/figure.hpp"
#include "trace/span.hpp"
#include "ui/pins.hpp"
#include "ui/run_view.hpp"
#include "ui/texts.hpp"

namespace trilane::ui {

/// How bars of one group stand.
enum class BarPlaces : std::uint8_t { beside, stacked, layered };

/// How a figure is drawn, beyond its data. The lab's figures have the defaults.
struct ChartHints {
  BothTexts subtitle;
  BarPlaces bars = BarPlaces::beside;
  /// By series: the shade of its racer's hue, which is the timeline's for this kind. Empty: all as computing.
  std::vector<SpanKind> shades;
  bool legend = true;
  bool markers = true;     ///< Lines: measured points are marked, when they are few.
  bool intensity = false;  ///< Heat map: the winner's value, of 0..1, is how strong its hue is.
  std::optional<double> x_low, x_high, y_low, y_high;  ///< The axes' ends; nothing: from the data.
  std::vector<BothTexts> notes;                        ///< Small lines inside the plot: parameters of fits.
  std::vector<BothTexts> group_notes;                  ///< Bars: a line of each group's read-out.
};

struct Chart {
  Figure figure;
  ChartHints hints;
};

/// What the front end knows when a plot is made.
struct PlotSource {
  const std::vector<RunView>& runs;
  const SweepView& sweep;
  std::span<const Pin> pins = {};  ///< What of `runs` and of sweeps is pinned beside the current ones.
  unsigned cores = 1;
  std::int64_t now_ns = 0;  ///< Our clock: runs under way reach on.
  /// The longest of the runs: where axes of time end.
  double longest_ms() const;
};

// For the plots' files.
BothTexts both(T id);
BothTexts both(T id, std::initializer_list<BothTexts> arguments);
/// `made(words)` in each language.
template <class Made>
BothTexts both_by(Made&& made) {
  return {made(Words(Lang::en)), made(Words(Lang::ru))};
}
/// A series of the racer's, with its name and hue. Of a pin: behind its letter, and drawn thin or hollow.
FigureSeries series_of(Racer racer, std::vector<FigurePoint> points = {}, const Pin* pin = nullptr);
FigureSeries series_of(const PlotSource& from, const RunView& run, std::vector<FigurePoint> points = {});
/// A short name for the run's place on an axis: its racer's, or its pin's letter.
BothTexts place_of(const PlotSource& from, const RunView& run);
/// An axis in ms since the start of each run, from 0 to the longest.
void time_axis(Chart& chart, const PlotSource& from);

}  // namespace trilane::ui
