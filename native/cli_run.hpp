// `trilane run` and `trilane sweep`: in this process, on an event loop of the main thread.
#pragma once

#include "cli_options.hpp"

namespace trilane::native {

/// Returns the exit code.
int run_main(const CliOptions& options);

}  // namespace trilane::native
