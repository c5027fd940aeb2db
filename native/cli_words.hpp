// Words of the command line: the overview, and how options and numbers are spelt. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/run_config.hpp"

namespace trilane::native {

/// For fmt: the version goes into it.
extern const char* const kOverview;

/// "wait_ms" -> "--wait-ms"
std::string dashed(std::string_view name);
/// "1 to 64"
std::string range_text(const ConfigField& field);
/// The number as JSON holds it; nothing when the text is not a number as a whole. Infinity and NaN are numbers here:
/// the table of limits refuses them, with the right words.
std::optional<nlohmann::json> to_number(std::string_view text);
/// At the commas.
std::vector<std::string> split(std::string_view text);

}  // namespace trilane::native
