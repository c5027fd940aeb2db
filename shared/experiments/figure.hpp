// A figure as data: what an experiment has to show, apart from who draws it. The window, the page, the lab report (PNG,
// CSV) and the JSON document are all made from it. Plain values; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/both_texts.hpp"
#include "base/result.hpp"

namespace trilane {

/// An axis. `unit` goes behind values ("ms", "B"); its Russian form is the drawer's business.
struct FigureAxis {
  BothTexts label;
  std::string unit;
  bool log = false;
  /// Names of the places 0, 1, 2… instead of numbers: bars, and both axes of a heat map.
  std::vector<BothTexts> categories;
  bool operator==(const FigureAxis&) const = default;
};

/// A measured point with its 95 % interval where there is one.
struct FigurePoint {
  double x = 0;
  double y = 0;
  std::optional<double> low;
  std::optional<double> high;
  bool operator==(const FigurePoint&) const = default;
};

/// What a series is drawn as. What was not measured is never drawn like a measurement.
///   reserved: set aside and not used (address space of a stack) · model: computed by a law, not fitted to the data
enum class SeriesStyle : std::uint8_t { measured, fit, extrapolated, predicted, limit, reserved, model };
/// "measured", "fit"…: in JSON and CSV.
std::string_view style_name(SeriesStyle style);

struct FigureSeries {
  std::string id;  ///< A model's name ("threads") gives the series that model's hue; others get hues in order.
  BothTexts name;
  SeriesStyle style = SeriesStyle::measured;
  std::vector<FigurePoint> points;
  bool operator==(const FigureSeries&) const = default;
};

/// One cell of a heat map: a winner (an index into `series`) or, where intervals overlap, none.
struct HeatCell {
  std::uint32_t column = 0;
  std::uint32_t row = 0;
  std::optional<std::uint32_t> winner;
  std::vector<std::optional<double>> values;  ///< One a series, in the unit of `value_unit`.
  bool operator==(const HeatCell&) const = default;
};

/// lines: y over x. bars: one group for each category of x, a bar for each series. histogram: x is the bin's left edge,
/// y its count, `bin_width` its width. heatmap: `cells`, with categories on both axes.
enum class FigureKind : std::uint8_t { lines, bars, histogram, heatmap };

struct Figure {
  std::string id;  ///< Of the experiment's figures, for file names: "speedup".
  FigureKind kind = FigureKind::lines;
  BothTexts title;
  FigureAxis x;
  FigureAxis y;
  std::vector<FigureSeries> series;
  double bin_width = 0;
  std::string value_unit;
  std::vector<HeatCell> cells;
  bool operator==(const Figure&) const = default;
};

nlohmann::json to_json(const Figure& figure);
/// The reverse. Errors name the field; numbers that are not finite, wrong kinds and lists longer than kMaxFigurePoints
/// are refused: results come from other people's files too.
Result<Figure> figure_from_json(const nlohmann::json& json);
inline constexpr std::size_t kMaxFigurePoints = 100'000;

nlohmann::json to_json(const BothTexts& texts);

}  // namespace trilane
