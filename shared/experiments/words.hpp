// Texts of the lab, always in both languages: put together, with numbers as people write them. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "experiments/metrics.hpp"

namespace trilane::lab {

BothTexts operator+(const BothTexts& a, const BothTexts& b);
/// "threads", "потоки"; "gil" is threads with the GIL. Another id is its own name.
BothTexts model_name(std::string_view id);
/// Three significant digits, never an exponent: "0.0123", "12.3", "123 000" (grouped()); in Russian with a comma:
/// "12,3". A whole number is exact: "8", "123 457".
BothTexts number(double value);
/// In the place of a number where there is none.
inline const BothTexts kNothing{"—", "—"};
/// The Russian noun's form for a number: "1 поток", "2 потока", "5 потоков", "2,5 потока" (one, few, many).
std::string_view russian_form(double value, std::string_view one, std::string_view few, std::string_view many);
/// "8 waits", "8 ожиданий".
struct Noun {
  std::string_view en_one, en_many, ru_one, ru_few, ru_many;
};
BothTexts counted(double value, const Noun& noun);
/// "2.5 [2.4, 2.6] times", "в 2,5 [2,4; 2,6] раза".
BothTexts times(const std::optional<Estimate>& value);
/// "12.3 [11.9, 12.8]", or "not available".
BothTexts with_interval(const std::optional<Estimate>& value);
/// A value with its unit, in the unit's multiple that reads best: "40.1 ms", "12 KiB", "5.2 ×"; `unit` as Metric::unit.
BothTexts quantity(double value, std::string_view unit);
/// "40.1 [39.8, 40.3] ms"; without an interval where both ends are the median; "not available" for nothing.
BothTexts quantity(const std::optional<Estimate>& value, std::string_view unit);

}  // namespace trilane::lab
