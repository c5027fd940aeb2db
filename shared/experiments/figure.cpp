#include "experiments/figure.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

namespace trilane {
namespace {

using nlohmann::json;

constexpr std::string_view kKinds[] = {"lines", "bars", "histogram", "heatmap"};
constexpr std::string_view kStyles[] = {"measured", "fit", "extrapolated", "predicted", "limit", "reserved", "model"};
constexpr std::size_t kMaxText = 2000;

json number_json(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

json to_json(const FigureAxis& axis) {
  json result = {{"label", to_json(axis.label)}, {"unit", axis.unit}, {"log", axis.log}};
  if (!axis.categories.empty()) {
    json names = json::array();
    for (const BothTexts& name : axis.categories) names.push_back(to_json(name));
    result["categories"] = std::move(names);
  }
  return result;
}

json to_json(const FigureSeries& series) {
  json points = json::array();
  for (const FigurePoint& point : series.points) {
    points.push_back({point.x, point.y, number_json(point.low), number_json(point.high)});
  }
  return {{"id", series.id},
          {"name", to_json(series.name)},
          {"style", style_name(series.style)},
          {"points", std::move(points)}};
}

json to_json(const HeatCell& cell) {
  json values = json::array();
  for (const auto& value : cell.values) values.push_back(number_json(value));
  return {{"column", cell.column},
          {"row", cell.row},
          {"winner", cell.winner ? json(*cell.winner) : json(nullptr)},
          {"values", std::move(values)}};
}

/// Reads a figure; the first thing wrong with it is kept and everything after it is skipped.
class Reader {
 public:
  std::optional<Error> error;

  void wrong(std::string_view field, std::string_view what) {
    if (!error) error = Error{"figure: " + std::string(field) + " " + std::string(what), std::string(field)};
  }

  const json& at(const json& object, const char* field) {
    static const json nothing;
    if (!object.is_object()) {
      wrong(field, "is missing: its place is not an object");
      return nothing;
    }
    const auto found = object.find(field);
    return found == object.end() ? nothing : *found;
  }

  std::string text(const json& object, const char* field) {
    const json& value = at(object, field);
    if (value.is_null()) return {};
    if (!value.is_string() || value.get_ref<const std::string&>().size() > kMaxText) {
      wrong(field, "must be a text of at most 2000 bytes");
      return {};
    }
    return value.get<std::string>();
  }

  BothTexts texts(const json& value, const char* field) {
    if (value.is_null()) return {};
    if (!value.is_object()) {
      wrong(field, "must be {\"en\", \"ru\"}");
      return {};
    }
    return {text(value, "en"), text(value, "ru")};
  }

  bool flag(const json& object, const char* field) {
    const json& value = at(object, field);
    if (!value.is_null() && !value.is_boolean()) wrong(field, "must be true or false");
    return value.is_boolean() && value.get<bool>();
  }

  std::optional<double> number(const json& value, const char* field) {
    if (value.is_null()) return std::nullopt;
    if (!value.is_number() || !std::isfinite(value.get<double>())) {
      wrong(field, "must be a finite number");
      return std::nullopt;
    }
    return value.get<double>();
  }

  std::uint32_t index(const json& value, const char* field) {
    if (!value.is_number_integer() || value < 0 || value >= kMaxFigurePoints) {
      wrong(field, "must be a small whole number");
      return 0;
    }
    return value.get<std::uint32_t>();
  }

  template <typename Each>
  void list(const json& value, const char* field, Each&& each) {
    if (value.is_null()) return;
    if (!value.is_array() || value.size() > kMaxFigurePoints) return wrong(field, "must be a list of at most 100000");
    for (const json& item : value) {
      if (error) return;
      each(item);
    }
  }

  template <std::size_t N>
  std::size_t one_of(const std::string_view (&names)[N], const std::string& name, const char* field) {
    for (std::size_t i = 0; i < N; ++i) {
      if (names[i] == name) return i;
    }
    wrong(field, "is not known");
    return 0;
  }

  FigureAxis axis(const json& value, const char* field) {
    FigureAxis axis;
    if (value.is_null()) return axis;
    axis.label = texts(at(value, "label"), field);
    axis.unit = text(value, "unit");
    axis.log = flag(value, "log");
    list(at(value, "categories"), "categories",
         [&](const json& name) { axis.categories.push_back(texts(name, "categories")); });
    return axis;
  }

  FigureSeries series(const json& value) {
    FigureSeries series;
    series.id = text(value, "id");
    series.name = texts(at(value, "name"), "name");
    series.style = static_cast<SeriesStyle>(one_of(kStyles, text(value, "style"), "style"));
    list(at(value, "points"), "points", [&](const json& point) {
      if (!point.is_array() || point.size() != 4) return wrong("points", "must be [x, y, low, high]");
      const auto x = number(point[0], "points");
      const auto y = number(point[1], "points");
      if (!x || !y) return wrong("points", "must have finite x and y");
      series.points.push_back({*x, *y, number(point[2], "points"), number(point[3], "points")});
    });
    return series;
  }

  HeatCell cell(const json& value) {
    HeatCell cell;
    cell.column = index(at(value, "column"), "column");
    cell.row = index(at(value, "row"), "row");
    if (const json& winner = at(value, "winner"); !winner.is_null()) cell.winner = index(winner, "winner");
    list(at(value, "values"), "values", [&](const json& item) { cell.values.push_back(number(item, "values")); });
    return cell;
  }

  // What draws a heat map looks its cells' names and winners up.
  void check_places(const Figure& figure) {
    for (const HeatCell& cell : figure.cells) {
      if (cell.column >= figure.x.categories.size() || cell.row >= figure.y.categories.size()) {
        wrong("cells", "must lie within the categories");
      }
      if (cell.winner && *cell.winner >= figure.series.size()) wrong("winner", "must be one of the series");
    }
  }
};

}  // namespace

json to_json(const BothTexts& texts) { return {{"en", texts.en}, {"ru", texts.ru}}; }

json to_json(const Figure& figure) {
  json series = json::array();
  for (const FigureSeries& one : figure.series) series.push_back(to_json(one));
  json result = {{"id", figure.id},
                 {"kind", kKinds[static_cast<int>(figure.kind)]},
                 {"title", to_json(figure.title)},
                 {"x", to_json(figure.x)},
                 {"y", to_json(figure.y)},
                 {"series", std::move(series)}};
  if (figure.kind == FigureKind::histogram) result["bin_width"] = figure.bin_width;
  if (figure.kind == FigureKind::heatmap) {
    json cells = json::array();
    for (const HeatCell& cell : figure.cells) cells.push_back(to_json(cell));
    result["cells"] = std::move(cells);
    result["value_unit"] = figure.value_unit;
  }
  return result;
}

Result<Figure> figure_from_json(const json& source) {
  Reader reader;
  if (!source.is_object()) return fail("a figure must be an object", "figures");
  Figure figure;
  figure.id = reader.text(source, "id");
  figure.kind = static_cast<FigureKind>(reader.one_of(kKinds, reader.text(source, "kind"), "kind"));
  figure.title = reader.texts(reader.at(source, "title"), "title");
  figure.x = reader.axis(reader.at(source, "x"), "x");
  figure.y = reader.axis(reader.at(source, "y"), "y");
  reader.list(reader.at(source, "series"), "series",
              [&](const json& one) { figure.series.push_back(reader.series(one)); });
  figure.bin_width = reader.number(reader.at(source, "bin_width"), "bin_width").value_or(0);
  figure.value_unit = reader.text(source, "value_unit");
  reader.list(reader.at(source, "cells"), "cells", [&](const json& one) { figure.cells.push_back(reader.cell(one)); });
  reader.check_places(figure);
  if (reader.error) return std::unexpected(*reader.error);
  return figure;
}

std::string_view style_name(SeriesStyle style) { return kStyles[static_cast<std::size_t>(style)]; }

}  // namespace trilane
