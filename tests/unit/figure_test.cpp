#include "experiments/figure.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace trilane {
namespace {

using nlohmann::json;

Figure lines() {
  return {.id = "speedup",
          .kind = FigureKind::lines,
          .title = {"Speed-up", "Ускорение"},
          .x = {.label = {"workers", "исполнители"}, .unit = "", .log = true, .categories = {}},
          .y = {.label = {"speed-up", "ускорение"}, .unit = "×", .log = false, .categories = {}},
          .series = {{.id = "threads",
                      .name = {"threads", "потоки"},
                      .style = SeriesStyle::measured,
                      .points = {{1, 1, std::nullopt, std::nullopt}, {2, 1.9, 1.8, 1.95}}}},
          .bin_width = 0,
          .value_unit = {},
          .cells = {}};
}

Figure heat_map() {
  Figure figure = lines();
  figure.kind = FigureKind::heatmap;
  figure.x.categories = {{"10", "10"}, {"100", "100"}};
  figure.y.categories = {{"0 %", "0 %"}};
  figure.value_unit = "ms";
  figure.cells = {{.column = 1, .row = 0, .winner = 0, .values = {2.5, std::nullopt}},
                  {.column = 0, .row = 0, .winner = std::nullopt, .values = {}}};
  return figure;
}

TEST(Figure, ComesBackFromJsonAsItWas) {
  EXPECT_EQ(figure_from_json(to_json(lines())).value(), lines());
  EXPECT_EQ(figure_from_json(json::parse(to_json(heat_map()).dump())).value(), heat_map());
}

// What was not measured has no interval: null, not 0.
TEST(Figure, AMissingIntervalIsNull) { EXPECT_TRUE(to_json(lines())["series"][0]["points"][0][2].is_null()); }

TEST(Figure, FilesOfOthersAreCheckedAndTheFieldIsNamed) {
  const json good = json::parse(to_json(heat_map()).dump());
  const auto field_after = [&](const char* pointer, const json& value) {
    json bad = good;
    bad[json::json_pointer(pointer)] = value;
    const auto figure = figure_from_json(bad);
    return figure ? std::string("accepted") : figure.error().field;
  };
  EXPECT_EQ(field_after("/kind", "pie"), "kind");
  EXPECT_EQ(field_after("/series/0/style", 3), "style");
  EXPECT_EQ(field_after("/series/0/points/0", {1, 2}), "points");
  EXPECT_EQ(field_after("/series/0/points/0/1", std::numeric_limits<double>::infinity()), "points");
  EXPECT_EQ(field_after("/series", "all"), "series");
  EXPECT_EQ(field_after("/cells/0/column", 7), "cells");
  EXPECT_EQ(field_after("/cells/0/winner", 9), "winner");
  EXPECT_EQ(field_after("/cells/0/row", -1), "row");
  EXPECT_EQ(field_after("/x/log", "yes"), "log");
  EXPECT_EQ(field_after("/title/ru", std::string(5000, 'x')), "ru");
  EXPECT_FALSE(figure_from_json(json::array()));
}

TEST(Figure, EveryStyleSurvivesTheDocumentUnderItsName) {
  std::string names;
  for (const SeriesStyle style :
       {SeriesStyle::measured, SeriesStyle::fit, SeriesStyle::extrapolated, SeriesStyle::predicted, SeriesStyle::limit,
        SeriesStyle::reserved, SeriesStyle::model}) {
    Figure figure = lines();
    figure.series[0].style = style;
    const auto read = figure_from_json(to_json(figure));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->series[0].style, style);
    names += std::string(style_name(style)) + " ";
  }
  EXPECT_EQ(names, "measured fit extrapolated predicted limit reserved model ");
}

}  // namespace
}  // namespace trilane
