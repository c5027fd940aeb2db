// How a process ended, in words.
#pragma once

#include <cstdint>
#include <string>

#include "platform/child_process.hpp"

namespace trilane::native {

/// "SIGKILL" for 9; "unknown signal" for a number that has no usual name.
const char* signal_name(int signal);

/// "process 4711 was killed by signal 9 (SIGKILL)"; `last_words`, what it wrote on stderr at the end, may be empty.
ChildExit describe_exit(std::int64_t pid, std::int64_t code, int signal, std::string last_words);

}  // namespace trilane::native
