// The command line (README, "Command line"). Exit codes: 0 done, 1 the run failed, 2 usage error, 130 and 143 stopped
// by SIGINT and SIGTERM.
#pragma once

namespace trilane::native {

/// Reads the arguments, does what they say and returns the exit code. Without arguments: the window.
int cli_main(int argc, char** argv);

}  // namespace trilane::native
