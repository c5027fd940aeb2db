// Pieces of the lab report: careful reading of a document, Markdown and CSV that nothing in the texts can break.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/stats.hpp"
#include "experiments/figure.hpp"

namespace trilane::report {

// ---- reading: what is absent or of another kind is nothing, never an error

const nlohmann::json& at(const nlohmann::json& object, std::string_view key);
std::string text(const nlohmann::json& object, std::string_view key);
std::optional<double> number(const nlohmann::json& object, std::string_view key);
bool flag(const nlohmann::json& object, std::string_view key);
/// {"en","ru"} in the language of the report.
std::string in_language(const nlohmann::json& texts, bool russian);
/// "wall_ms" of a run, as it was measured: median and interval are read, not computed again.
Summary summary(const nlohmann::json& object, std::string_view key);

// ---- writing

/// Four significant digits without an exponent; whole numbers whole: "667.6", "0.01234", "1250000". In Russian with a
/// comma: "667,6".
std::string digits(double value, bool russian);
/// With two decimals: "1.97", "1,97".
std::string ratio(double value, bool russian);
std::string digits(const std::optional<double>& value, bool russian);
/// "[650.0, 728.9]", in Russian "[650,0; 728,9]"; empty without one.
std::string interval(const Summary& summary, bool russian);
/// Text in which no character means anything to Markdown or HTML; also safe in a table's cell.
std::string plain(std::string_view text);
/// `text` as code; a stranger's backquotes become apostrophes.
std::string code(std::string_view text);
/// A table; cells are Markdown. Columns from `numbers_from` on are aligned right.
std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
                  std::size_t numbers_from = 1);
/// One line of CSV (RFC 4180).
std::string csv_line(const std::vector<std::string>& cells);
/// A number as in JSON: every digit that tells it from its neighbours.
std::string csv_number(const std::optional<double>& value);
/// Lines, bars, histogram: a row a point; heat map: a row a cell.
std::string figure_csv(const Figure& figure, bool russian);
/// A file name from an id: letters, digits, dots and dashes only.
std::string file_name(std::string_view id);

}  // namespace trilane::report
