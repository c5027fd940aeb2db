// What of a figure of the lab goes where, apart from drawing: ranges, ticks, hues, places of bars, thinning, and texts
// of axes. Pure: no ImGui; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/experiment.hpp"
#include "experiments/figure.hpp"
#include "ui/texts.hpp"

namespace trilane::ui {

/// An axis' reach, high > low. Logarithmic only when low > 0.
struct FigureRange {
  double low = 0;
  double high = 1;
  bool logarithmic = false;
};

/// Over all points (a histogram: to its last bin's right edge), intervals of y included. A linear y begins at 0 and
/// ends at a round number; a logarithmic axis leaves out what is not above 0, and is linear when nothing is.
/// Bytes end at a round number of KiB, MiB… `hidden[i]`: series i is left out; may be shorter than the series.
FigureRange figure_x_range(const trilane::Figure& figure, const std::vector<bool>& hidden = {});
FigureRange figure_y_range(const trilane::Figure& figure, const std::vector<bool>& hidden = {});

/// x: the places that were measured, when they are few enough to name them all; otherwise none, and the plot's round
/// ticks hold. On a logarithmic axis of less than two decades: 1, 2 and 5 times powers of ten, so that it is not bare.
/// `range`: what the axis shows. Bytes have three ticks, because halves of a power of two are round and tenths are not.
std::vector<double> figure_x_ticks(const trilane::Figure& figure, const FigureRange& range);
std::vector<double> figure_y_ticks(const FigureRange& range, std::string_view unit = {});
/// The same for the figure's own values: small counts have whole ticks.
std::vector<double> figure_y_ticks(const trilane::Figure& figure, const FigureRange& range);

/// Between a racer's name and a pin's letter in a series' id: "threads@A". Such a series is drawn thin or hollow.
inline constexpr char kPinnedMark = '@';
bool is_pinned(const FigureSeries& series);

/// Its name, and behind it what it is where that is no measurement: "threads (reserved)".
std::string series_label(const Words& words, const FigureSeries& series);

/// A racer's hue (its index), or the n-th of the other hues: one for each id, so a fit has its measurement's.
struct FigureHue {
  int racer = -1;
  int other = 0;
};
std::vector<FigureHue> figure_hues(const trilane::Figure& figure);

/// A bar of one group: [left, left + width) in the group's width, 0..1. Series without a value there take no room, so
/// that figures with one bar a category have it in the middle.
struct FigureBar {
  std::size_t series = 0;
  std::size_t point = 0;
  double left = 0;
  double width = 0;
};
/// Groups as many as categories; without names, as many as the points need (at most 4096).
std::size_t figure_groups(const trilane::Figure& figure);
/// `one_place`: the bars of a group stand in one place, on or over each other, and not side by side.
std::vector<std::vector<FigureBar>> figure_bars(const trilane::Figure& figure, const std::vector<bool>& hidden = {},
                                                bool one_place = false);

/// `points` ascending by x: at most four a column of `columns` equal ones of the range - first, lowest, highest, last -
/// so that a line through them covers the same pixels. Short series come back as they are.
std::vector<FigurePoint> thinned(const std::vector<FigurePoint>& points, const FigureRange& x, int columns);
/// y of the line through `points` at x; nothing outside of them.
std::optional<double> line_at(const std::vector<FigurePoint>& points, double x);

/// The measured x (of series not hidden) nearest to `x` as the axis shows them; nothing when there is none.
std::optional<double> nearest_x(const trilane::Figure& figure, const std::vector<bool>& hidden,
                                const FigureRange& range, double x);

/// Draws the answer to a question of kind curve over the figure that shows what was asked: the first one of lines.
/// Nothing changes when there is none or the answer is no list of [x, y].
void add_prediction(std::vector<trilane::Figure>& figures, const nlohmann::json& answer, BothTexts name);

/// At a tick. `high`: the axis' end; `step`: between ticks, 0 on a logarithmic axis or for own ticks.
std::string figure_tick(const Words& words, std::string_view unit, double value, double high, double step);
/// "1.25× (1.2× – 1.3×)": with the 95 % interval where there is one.
std::string figure_value(const Words& words, std::string_view unit, const FigurePoint& point);
/// "makespan, ms", in the reader's language.
std::string axis_title(const Words& words, const FigureAxis& axis);
/// What stands beside a figure's title: its y axis, unless that is what the title says already.
std::string figure_subtitle(const Words& words, const trilane::Figure& figure);

}  // namespace trilane::ui
