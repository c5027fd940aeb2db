// Standard output is for results: written whole, or said why not.
#pragma once

#include <string_view>

namespace trilane::native {

/// Writes to standard output. Returns the exit code: 0, or 1 with a line on standard error when it cannot (disk full).
int print_result(std::string_view text);

}  // namespace trilane::native
