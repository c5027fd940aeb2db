#include "experiments/report/report_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/digits.hpp"
namespace trilane::report {

using nlohmann::json;

const json& at(const json& object, std::string_view key) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::string text(const json& object, std::string_view key) {
  const json& value = at(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<double> number(const json& object, std::string_view key) {
  const json& value = at(object, key);
  if (!value.is_number() || !std::isfinite(value.get<double>())) return std::nullopt;
  return value.get<double>();
}

bool flag(const json& object, std::string_view key) {
  const json& value = at(object, key);
  return value.is_boolean() && value.get<bool>();
}

std::string in_language(const json& texts, bool russian) {
  std::string own = text(texts, russian ? "ru" : "en");
  return own.empty() ? text(texts, "en") : own;
}

Summary summary(const json& object, std::string_view key) {
  const json& from = at(object, key);
  Summary out;
  out.median = number(from, "median");
  out.low = number(from, "low");
  out.high = number(from, "high");
  const json& samples = at(from, "samples");
  if (samples.is_array()) {
    for (const json& sample : samples) {
      if (sample.is_number()) out.samples.push_back(sample.get<double>());
    }
  }
  return out;
}

std::string digits(double value, bool russian) {
  if (std::fabs(value) >= 1e18) return decimal(fmt::format("{:.3e}", value), russian);
  if (value == std::round(value)) return fmt::format("{:.0f}", value);
  const int magnitude = static_cast<int>(std::floor(std::log10(std::fabs(value))));
  return decimal(fmt::format("{:.{}f}", value, std::clamp(3 - magnitude, 0, 12)), russian);
}

std::string ratio(double value, bool russian) { return decimal(fmt::format("{:.2f}", value), russian); }

std::string digits(const std::optional<double>& value, bool russian) {
  return value ? digits(*value, russian) : std::string(russian ? "нет данных" : "not available");
}

std::string interval(const Summary& summary, bool russian) {
  if (!summary.low || !summary.high) return "";
  return fmt::format("[{}{} {}]", digits(*summary.low, russian), russian ? ';' : ',', digits(*summary.high, russian));
}

std::string plain(std::string_view text) {
  // Numeric references, not backslashes: in a table some renderers drop or show the backslash. And only where a
  // character would mean something, so that the report reads as plain text too.
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool begins = i == 0;
    const char before = begins ? ' ' : text[i - 1], after = i + 1 < text.size() ? text[i + 1] : ' ';
    switch (c) {
      case '\n':
      case '\r': out += ' '; continue;
      case '<': out += after == ' ' || (after >= '0' && after <= '9') ? "<" : "&lt;"; break;
      case '>': out += begins ? "&gt;" : ">"; break;
      case '&': out += after == '#' || letter_or_digit(after) ? "&amp;" : "&"; break;
      case '|': out += "&#124;"; break;
      case '*': out += !begins && before == ' ' && after == ' ' ? "*" : "&#42;"; break;
      case '_': out += letter_or_digit(before) && letter_or_digit(after) ? "_" : "&#95;"; break;
      case '`': out += "&#96;"; break;
      case '\\': out += "&#92;"; break;
      // A link needs what follows its bracket.
      case ']': out += after == '(' || after == '[' || after == ':' ? "&#93;" : "]"; break;
      // A list or a heading, but only where a line begins.
      case '#': out += begins ? "&#35;" : "#"; break;
      case '-': out += begins && after == ' ' ? "&#45;" : "-"; break;
      case '+': out += begins && after == ' ' ? "&#43;" : "+"; break;
      default: out += c;
    }
  }
  return out;
}

std::string code(std::string_view text) {
  std::string out = "`";
  for (const char c : text) out += c == '`' ? '\'' : c == '\n' || c == '\r' || c == '|' ? ' ' : c;
  return out + "`";
}

std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
                  std::size_t numbers_from) {
  const auto line = [](const std::vector<std::string>& cells) {
    std::string out = "|";
    for (const std::string& cell : cells) out += " " + cell + " |";
    return out + "\n";
  };
  std::string out = line(head) + "|";
  for (std::size_t i = 0; i < head.size(); ++i) out += i < numbers_from ? " --- |" : " ---: |";
  out += "\n";
  for (const auto& row : rows) out += line(row);
  return out + "\n";
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i != 0) out += ',';
    if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
      out += cells[i];
      continue;
    }
    out += '"';
    for (const char c : cells[i]) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    out += '"';
  }
  return out + "\r\n";
}

std::string csv_number(const std::optional<double>& value) { return value ? fmt::format("{}", *value) : ""; }

namespace {

std::string place(const FigureAxis& axis, double value, bool russian) {
  const auto index = static_cast<std::size_t>(std::max(value, 0.0));
  if (index >= axis.categories.size()) return csv_number(value);
  return russian ? axis.categories[index].ru : axis.categories[index].en;
}

std::string heading(const FigureAxis& axis, const char* otherwise, bool russian) {
  std::string name = russian ? axis.label.ru : axis.label.en;
  if (name.empty()) name = otherwise;
  return axis.unit.empty() ? name : name + " (" + axis.unit + ")";
}

}  // namespace

std::string figure_csv(const Figure& figure, bool russian) {
  const auto words = [russian](const BothTexts& texts) { return russian ? texts.ru : texts.en; };
  if (figure.kind == FigureKind::heatmap) {
    std::vector<std::string> head = {heading(figure.x, "x", russian), heading(figure.y, "y", russian), "winner"};
    for (const FigureSeries& series : figure.series) {
      head.push_back(words(series.name) + (figure.value_unit.empty() ? "" : " (" + figure.value_unit + ")"));
    }
    std::string out = csv_line(head);
    for (const HeatCell& cell : figure.cells) {
      std::vector<std::string> row = {
          place(figure.x, cell.column, russian), place(figure.y, cell.row, russian),
          cell.winner && *cell.winner < figure.series.size() ? words(figure.series[*cell.winner].name) : std::string()};
      for (std::size_t i = 0; i < figure.series.size(); ++i) {
        row.push_back(i < cell.values.size() ? csv_number(cell.values[i]) : "");
      }
      out += csv_line(row);
    }
    return out;
  }
  std::string out =
      csv_line({"series", "style", heading(figure.x, "x", russian), heading(figure.y, "y", russian), "low", "high"});
  for (const FigureSeries& series : figure.series) {
    for (const FigurePoint& point : series.points) {
      out += csv_line({words(series.name), std::string(style_name(series.style)), place(figure.x, point.x, russian),
                       csv_number(point.y), csv_number(point.low), csv_number(point.high)});
    }
  }
  return out;
}

std::string file_name(std::string_view id) {
  std::string out;
  for (const char c : id.substr(0, 80)) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    out += kept ? c : '-';
  }
  return out.empty() ? "figure" : out;
}

}  // namespace trilane::report
