// Numbers out of text.
#pragma once

#include <optional>
#include <string_view>

namespace trilane::native {

/// The decimal number that `text` is as a whole; "inf" and "nan" are numbers, and one too large for a double is
/// infinite. Nothing for anything else. The program never leaves the C locale, so the point is a point.
std::optional<double> parse_number(std::string_view text);

/// The decimal number that `text` begins with, for files whose lines go on after it.
std::optional<double> leading_number(std::string_view text);

}  // namespace trilane::native
