// Figures made of what was measured. Only what was measured is drawn as such; the rest has a style that says what it
// is.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/claim.hpp"

namespace trilane::lab {

FigurePoint point(double x, const Estimate& value);
/// Adds the point; what was not measured is not drawn.
void add_point(FigureSeries& series, double x, const std::optional<Estimate>& value);
/// The points [x, y] that a plan kept in Measured::details under `key`; what is of another form is left out.
std::vector<FigurePoint> noted_points(const Measured& measured, std::string_view key);
/// How often values fell where: a dozen bins from the least to the greatest. `step`: the narrowest bin (1 for counts).
Figure histogram(std::string id, BothTexts title, FigureAxis x, BothTexts y_label, const std::vector<double>& values,
                 std::string series_id, BothTexts series_name, double step);
/// A bar for each case that was measured, in its hue.
Figure bars(const Claim& claim, std::string id, BothTexts title, std::span<const Case> cases, const Metric& metric);
/// A figure of lines, still without any.
Figure lines(std::string id, BothTexts title, FigureAxis x, FigureAxis y);
/// How many waits were under way over time: of each case the points in Measured::details under its id.
Figure waits_over_time(const Measured& measured, std::span<const Case> cases);
/// An empty series in the hue of the case.
FigureSeries series(const Case& of, SeriesStyle style = SeriesStyle::measured);

}  // namespace trilane::lab
