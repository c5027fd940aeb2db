#include "number_text.hpp"

#include <cstdlib>
#include <string>

namespace trilane::native {
namespace {

/// std::from_chars would do, but not every standard library has it for floating point.
std::optional<double> read(std::string_view text, bool whole) {
  const std::string copy(text);
  // strtod also takes blanks before the number and hexadecimal ones, which are typing errors here.
  if (copy.empty() || copy.find_first_of(" \t\r\n\v\f") == 0 || copy.find_first_of("xX") < 3) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (end == copy.c_str() || (whole && end != copy.c_str() + copy.size())) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) { return read(text, true); }

std::optional<double> leading_number(std::string_view text) { return read(text, false); }

}  // namespace trilane::native
