// An experiment's entry as text for a terminal: `trilane lab` and `trilane judge` print the same.
#pragma once

#include <cstddef>
#include <string>

#include "experiments/saved_entry.hpp"

namespace trilane::native {

/// The columns of the terminal on standard output; where there is none, 100.
std::size_t output_width();

/// Claim and verdict; then every predicate with its mark, sentence, value and thresholds; what to change where it is
/// undecided; and, apart, what is known and was not tested. No line is longer than `width`, but for words that are.
std::string verdict_text(const SavedEntry& entry, bool russian, std::size_t width);

}  // namespace trilane::native
