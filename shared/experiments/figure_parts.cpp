#include "experiments/figure_parts.hpp"

#include <algorithm>
#include <cmath>

#include "base/stats.hpp"

namespace trilane::lab {

FigurePoint point(double x, const Estimate& value) {
  return {.x = x, .y = value.median, .low = value.low, .high = value.high};
}

void add_point(FigureSeries& series, double x, const std::optional<Estimate>& value) {
  if (value) series.points.push_back(point(x, *value));
}

std::vector<FigurePoint> noted_points(const Measured& measured, std::string_view key) {
  std::vector<FigurePoint> out;
  const auto list = measured.details.find(key);
  if (list == measured.details.end() || !list->is_array()) return out;
  for (const auto& one : *list) {
    if (out.size() == kMaxFigurePoints) break;
    if (!one.is_array() || one.size() != 2 || !one[0].is_number() || !one[1].is_number()) continue;
    const double x = one[0].get<double>(), y = one[1].get<double>();
    if (std::isfinite(x) && std::isfinite(y)) out.push_back({.x = x, .y = y, .low = {}, .high = {}});
  }
  return out;
}

Figure histogram(std::string id, BothTexts title, FigureAxis x, BothTexts y_label, const std::vector<double>& values,
                 std::string series_id, BothTexts series_name, double step) {
  constexpr std::size_t kBins = 12;
  Figure figure;
  figure.id = std::move(id);
  figure.kind = FigureKind::histogram;
  figure.title = std::move(title);
  figure.x = std::move(x);
  figure.y.label = std::move(y_label);
  FigureSeries series{
      .id = std::move(series_id), .name = std::move(series_name), .style = SeriesStyle::measured, .points = {}};
  if (!values.empty()) {
    const auto [least, most] = std::ranges::minmax(values);
    figure.bin_width = std::max((most - least) / kBins, step);
    std::vector<double> counts(kBins);
    for (const double value : values) {
      ++counts[std::min(static_cast<std::size_t>((value - least) / figure.bin_width), kBins - 1)];
    }
    for (std::size_t i = 0; i < kBins; ++i) {
      series.points.push_back(
          {.x = least + static_cast<double>(i) * figure.bin_width, .y = counts[i], .low = {}, .high = {}});
    }
  }
  figure.series.push_back(std::move(series));
  return figure;
}

Figure bars(const Claim& claim, std::string id, BothTexts title, std::span<const Case> cases, const Metric& metric) {
  Figure figure;
  figure.id = std::move(id);
  figure.kind = FigureKind::bars;
  figure.title = std::move(title);
  figure.y = {.label = metric.label.texts(), .unit = std::string(metric.unit), .log = false, .categories = {}};
  double x = 0;
  for (const Case& one : cases) {
    const auto middle = median(values(claim.series(one, metric)));
    if (!middle) continue;
    const auto around = claim.of(one, metric);
    figure.x.categories.push_back(one.label);
    figure.series.push_back(
        {.id = one.hue.empty() ? one.id : one.hue,
         .name = one.label,
         .style = SeriesStyle::measured,
         .points = {around ? point(x, *around) : FigurePoint{.x = x, .y = *middle, .low = {}, .high = {}}}});
    ++x;
  }
  return figure;
}

Figure lines(std::string id, BothTexts title, FigureAxis x, FigureAxis y) {
  Figure figure;
  figure.id = std::move(id);
  figure.kind = FigureKind::lines;
  figure.title = std::move(title);
  figure.x = std::move(x);
  figure.y = std::move(y);
  return figure;
}

Figure waits_over_time(const Measured& measured, std::span<const Case> cases) {
  Figure figure =
      lines("waits", {"Waits under way, first round", "Идущие ожидания, первый повтор"},
            {.label = {"time", "время"}, .unit = "ms", .log = false, .categories = {}},
            {.label = {"waits at once", "ожиданий одновременно"}, .unit = "", .log = false, .categories = {}});
  for (const Case& one : cases) {
    FigureSeries line = series(one);
    line.points = noted_points(measured, one.id);
    if (!line.points.empty()) figure.series.push_back(std::move(line));
  }
  return figure;
}

FigureSeries series(const Case& of, SeriesStyle style) {
  return {.id = of.hue.empty() ? of.id : of.hue, .name = of.label, .style = style, .points = {}};
}

}  // namespace trilane::lab
