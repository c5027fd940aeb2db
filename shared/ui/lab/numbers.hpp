// The numbers behind a verdict as people read them: a name in the language, a value with its unit, its interval. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ui/settings.hpp"
#include "ui/texts.hpp"

namespace trilane::ui {

struct NumberLine {
  std::string key;             ///< As in the JSON: "threads.speedup".
  std::string name;            ///< "Threads: speed-up"
  std::string value;           ///< "3.71×", "not available"
  std::string interval;        ///< "[3.6, 3.8]"; empty: none.
  std::optional<Racer> racer;  ///< Of the name's first word.
};

/// `numbers`: flat, name -> number or null; name_low and name_high become the interval of name.
std::vector<NumberLine> number_lines(const Words& words, const nlohmann::json& numbers);

}  // namespace trilane::ui
