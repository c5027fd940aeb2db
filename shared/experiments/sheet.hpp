// The course's sheet, sentence by sentence, and the experiments that test each. Shown by README, the page's help and
// `trilane list sheet`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "experiments/metrics.hpp"

namespace trilane {

struct SheetSentence {
  lab::Label text;
  std::span<const std::string_view> tested_by;  ///< Ids of experiments; none: nothing here tests it yet.
};

/// In the sheet's order: sync, processes, threads, asynchrony.
std::span<const SheetSentence> sheet();
/// [{"text":{en,ru},"tested_by":[id…]}…]
nlohmann::json sheet_to_json();

}  // namespace trilane
