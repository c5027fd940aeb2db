// Where the marks of a figure of the lab go: nothing measured may fall outside of the axes, be named by the wrong hue
// or stand at the wrong place.
#include "ui/plots/figure_layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "ui/settings.hpp"

namespace trilane::ui {
namespace {

FigurePoint at(double x, double y) { return {.x = x, .y = y, .low = {}, .high = {}}; }
FigureSeries series(std::string id, std::vector<FigurePoint> points, SeriesStyle style = SeriesStyle::measured) {
  return {.id = id, .name = {id, id}, .style = style, .points = std::move(points)};
}
trilane::Figure figure(FigureKind kind, std::vector<FigureSeries> all) {
  trilane::Figure out;
  out.kind = kind;
  out.series = std::move(all);
  return out;
}

TEST(FigureLayout, LinearAxesHoldEveryIntervalAndBeginAtZero) {
  FigurePoint wide = at(4, 9);
  wide.low = 6;
  wide.high = 13;
  const trilane::Figure lines = figure(FigureKind::lines, {series("threads", {at(1, 5), wide})});
  const FigureRange y = figure_y_range(lines);
  EXPECT_EQ(y.low, 0);
  EXPECT_GE(y.high, 13);
  EXPECT_FALSE(y.logarithmic);
  const FigureRange x = figure_x_range(lines);
  EXPECT_EQ(x.low, 1);
  EXPECT_EQ(x.high, 4);
}

TEST(FigureLayout, LogAxisLeavesOutZeroAndIsLinearWhenNothingIsAbove) {
  trilane::Figure lines = figure(FigureKind::lines, {series("async", {at(0, 0), at(10, 3), at(1000, 700)})});
  lines.x.log = lines.y.log = true;
  EXPECT_TRUE(figure_y_range(lines).logarithmic);
  EXPECT_GT(figure_y_range(lines).low, 0);
  EXPECT_LE(figure_y_range(lines).low, 3);
  EXPECT_EQ(figure_x_range(lines).low, 10);
  lines.series = {series("async", {at(0, 0)})};
  EXPECT_FALSE(figure_y_range(lines).logarithmic);
  EXPECT_FALSE(figure_x_range(lines).logarithmic);
  EXPECT_GT(figure_y_range(lines).high, figure_y_range(lines).low);
  EXPECT_GT(figure_x_range(lines).high, figure_x_range(lines).low);
}

TEST(FigureLayout, HistogramReachesItsLastBinsRightEdge) {
  trilane::Figure histogram = figure(FigureKind::histogram, {series("threads", {at(0, 1), at(5, 2)})});
  histogram.bin_width = 5;
  EXPECT_EQ(figure_x_range(histogram).high, 10);
}

TEST(FigureLayout, FewMeasuredPlacesAreTheTicks) {
  trilane::Figure lines =
      figure(FigureKind::lines, {series("s5", {at(1, 1), at(2, 2), at(4, 3)}),
                                 series("s5", {at(1, 1), at(1.5, 1.4), at(4, 3)}, SeriesStyle::fit)});
  EXPECT_EQ(figure_x_ticks(lines, figure_x_range(lines)), (std::vector<double>{1, 2, 4}));
  lines.series[0].points.clear();
  for (int i = 0; i < 50; ++i) lines.series[0].points.push_back(at(i, i));
  EXPECT_TRUE(figure_x_ticks(lines, figure_x_range(lines)).empty());
}

TEST(FigureLayout, NarrowLogAxisIsNotBare) {
  const std::vector<double> ticks = figure_y_ticks({.low = 3, .high = 60, .logarithmic = true});
  EXPECT_EQ(ticks, (std::vector<double>{5, 10, 20, 50}));
  EXPECT_TRUE(figure_y_ticks({.low = 1, .high = 1e6, .logarithmic = true}).empty());
  // Bytes: powers of two, which are round numbers of KiB and MiB.
  EXPECT_EQ(figure_y_ticks({.low = 50, .high = 4e6, .logarithmic = true}, "B"),
            (std::vector<double>{1 << 10, 1 << 15, 1 << 20}));
  EXPECT_EQ(figure_y_ticks({.low = 3e6, .high = 9e6, .logarithmic = true}, "B"),
            (std::vector<double>{1 << 22, 1 << 23}));
  EXPECT_EQ(figure_y_ticks({.low = 3e6, .high = 4e6, .logarithmic = true}, "B"), (std::vector<double>{3e6, 4e6}));
}

TEST(FigureLayout, ModelsHaveTheirHueAndFitsTheirMeasurements) {
  const std::vector<FigureHue> hues =
      figure_hues(figure(FigureKind::lines, {series("processes", {}), series("threads+gil", {}), series("s5", {}),
                                             series("s25", {}), series("s5", {}, SeriesStyle::fit)}));
  EXPECT_EQ(hues[0].racer, index_of(Racer::processes));
  EXPECT_EQ(hues[1].racer, index_of(Racer::threads_gil));
  EXPECT_EQ(hues[2].racer, -1);
  EXPECT_NE(hues[2].other, hues[3].other);
  EXPECT_EQ(hues[2].other, hues[4].other);
}

TEST(FigureLayout, OneBarAGroupStandsInTheMiddle) {
  trilane::Figure bars = figure(FigureKind::bars, {series("sync", {at(0, 9)}), series("async", {at(1, 3)})});
  bars.x.categories = {{"sync", "sync"}, {"async", "async"}, {"none", "none"}};
  const auto groups = figure_bars(bars);
  ASSERT_EQ(groups.size(), 3U);
  for (const std::size_t group : {0U, 1U}) {
    ASSERT_EQ(groups[group].size(), 1U);
    EXPECT_EQ(groups[group][0].series, group);
    EXPECT_NEAR(groups[group][0].left + groups[group][0].width / 2, 0.5, 1e-9);
  }
  EXPECT_TRUE(groups[2].empty());
}

TEST(FigureLayout, BarsOfAGroupDoNotOverlapAndHiddenOnesTakeNoRoom) {
  const trilane::Figure bars =
      figure(FigureKind::bars, {series("sync", {at(0, 9), at(1, 8)}), series("async", {at(0, 3)}),
                                series("threads", {at(0, 1), at(1e9, 1), at(-1, 1)})});
  auto groups = figure_bars(bars);
  ASSERT_EQ(groups[0].size(), 3U);
  for (std::size_t i = 1; i < 3; ++i)
    EXPECT_NEAR(groups[0][i].left, groups[0][i - 1].left + groups[0][i - 1].width, 1e-9);
  EXPECT_GE(groups[0].front().left, 0);
  EXPECT_LE(groups[0].back().left + groups[0].back().width, 1);
  EXPECT_EQ(groups[1][0].width, groups[0][0].width);
  groups = figure_bars(bars, {true});
  EXPECT_EQ(groups[0].size(), 2U);
  EXPECT_EQ(groups[0][0].series, 1U);
  EXPECT_TRUE(groups[1].empty());
}

TEST(FigureLayout, ThinningKeepsExtremesAndEnds) {
  std::vector<FigurePoint> points;
  for (int i = 0; i < 10'000; ++i) points.push_back(at(i, std::sin(i * 0.01)));
  points[4321].y = 50;
  points[7777].y = -50;
  const auto few = thinned(points, {.low = 0, .high = 9999}, 100);
  EXPECT_LE(few.size(), 404U);
  EXPECT_EQ(few.front(), points.front());
  EXPECT_EQ(few.back(), points.back());
  for (const std::size_t kept : {4321U, 7777U}) EXPECT_NE(std::ranges::find(few, points[kept]), few.end());
  EXPECT_TRUE(std::ranges::is_sorted(few, {}, &FigurePoint::x));
}

TEST(FigureLayout, PointerReadsTheNearestMeasurementAsSeen) {
  const trilane::Figure lines =
      figure(FigureKind::lines, {series("async", {at(10, 1), at(1000, 2)}), series("threads", {at(90, 1)})});
  const FigureRange log{.low = 10, .high = 1000, .logarithmic = true};
  EXPECT_EQ(nearest_x(lines, {false, true}, log, 200), 1000);  // nearer than 10 on this axis
  EXPECT_EQ(nearest_x(lines, {}, log, 200), 90);
  EXPECT_EQ(nearest_x(lines, {true, true}, log, 200), std::nullopt);
  EXPECT_EQ(line_at(lines.series[0].points, 505), 1.5);
  EXPECT_EQ(line_at(lines.series[0].points, 5), std::nullopt);
}

TEST(FigureLayout, PredictionGoesOverTheFirstFigureOfLines) {
  std::vector<trilane::Figure> figures = {figure(FigureKind::bars, {}), figure(FigureKind::lines, {}),
                                          figure(FigureKind::lines, {})};
  add_prediction(figures, nlohmann::json::parse("[[1, 1], [4, 3.5]]"), {"yours", "ваше"});
  ASSERT_EQ(figures[1].series.size(), 1U);
  EXPECT_EQ(figures[1].series[0].style, SeriesStyle::predicted);
  EXPECT_EQ(figures[1].series[0].points[1].y, 3.5);
  EXPECT_TRUE(figures[0].series.empty());
  EXPECT_TRUE(figures[2].series.empty());
  add_prediction(figures, "threads", {"yours", "ваше"});
  add_prediction(figures, nlohmann::json::parse("[[1]]"), {"yours", "ваше"});
  EXPECT_EQ(figures[1].series.size(), 1U);
}

TEST(FigureLayout, ValuesCarryTheirUnitAndInterval) {
  FigurePoint point = at(1, 2.5);
  point.low = 2;
  point.high = 3;
  EXPECT_EQ(figure_value(Words(Lang::en), "×", point), "2.50×  (2.00× – 3.00×)");
  EXPECT_EQ(figure_tick(Words(Lang::ru), "×", 2.5, 4, 0.5), "2,5×");
  EXPECT_EQ(axis_title(Words(Lang::en), {.label = {"makespan", ""}, .unit = "ms", .log = false, .categories = {}}),
            "makespan");
  EXPECT_EQ(axis_title(Words(Lang::en), {.label = {"speed", ""}, .unit = "pages", .log = false, .categories = {}}),
            "speed, pages");
}

TEST(FigureTicks, OfSmallCountsAreWhole) {
  trilane::Figure figure;
  FigureSeries& seen = figure.series.emplace_back();
  seen.points.resize(2);
  seen.points[0].y = 6;
  EXPECT_EQ(figure_y_ticks(figure, {.low = 0, .high = 8}), (std::vector<double>{0, 2, 4, 6, 8}));
  seen.points[1].y = 0.5;
  EXPECT_TRUE(figure_y_ticks(figure, {.low = 0, .high = 8}).empty()) << "not counts: the plot's own";
}

TEST(FigureLayout, WhatIsNoMeasurementIsNamedSo) {
  const auto label = [](SeriesStyle style, Lang lang) {
    return series_label(Words(lang), {.id = "threads", .name = {"threads", "потоки"}, .style = style, .points = {}});
  };
  EXPECT_EQ(label(SeriesStyle::measured, Lang::en), "threads");
  EXPECT_EQ(label(SeriesStyle::reserved, Lang::en), "threads (reserved)");
  EXPECT_EQ(label(SeriesStyle::model, Lang::en), "threads (model)");
  EXPECT_EQ(label(SeriesStyle::reserved, Lang::ru), "потоки (зарезервировано)");
  EXPECT_EQ(label(SeriesStyle::model, Lang::ru), "потоки (модель)");
}

}  // namespace
}  // namespace trilane::ui
