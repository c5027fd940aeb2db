// How numbers are written for people, in both languages of the lab. Pure; any thread.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace trilane {

/// A whole number's digits in groups of three: "60 000 000" (narrow no-break spaces). Four digits stay together, as
/// typographers do.
inline std::string grouped(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && digits.size() > 4 && (digits.size() - i) % 3 == 0) out += "\u202f";
    out += digits[i];
  }
  return out;
}

/// With the language's decimal mark: "1.97", "1,97".
inline std::string decimal(std::string number, bool russian) {
  if (russian) std::ranges::replace(number, '.', ',');
  return number;
}

}  // namespace trilane
