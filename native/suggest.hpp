// "Did you mean …?"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace trilane::native {

/// The candidate that is least different from `word` (in insertions, deletions, replacements and swaps), or empty when
/// none is near.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace trilane::native
