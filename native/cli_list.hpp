// `trilane list`: the catalogues, as tables or JSON.
#pragma once

#include "cli_options.hpp"

namespace trilane::native {

/// Returns the exit code.
int list_main(const CliOptions& options);

}  // namespace trilane::native
