// `trilane lab`.
#pragma once

#include "cli_options.hpp"

namespace trilane::native {

/// Runs experiments and prints their verdicts; gives the exit code. Blocks.
int lab_main(const CliOptions& options);

}  // namespace trilane::native
