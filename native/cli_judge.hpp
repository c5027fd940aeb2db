// `trilane judge`.
#pragma once

#include "cli_options.hpp"

namespace trilane::native {

/// Judges a saved lab document anew from its samples and prints what `trilane lab` would have; gives the exit code: 1
/// also where the document says something else than its samples.
int judge_main(const CliOptions& options);

}  // namespace trilane::native
