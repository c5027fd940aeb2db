// Starts a Python interpreter on a script of ours and hears what it says, line by line.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/cancel.hpp"
#include "base/result.hpp"

namespace trilane::native {

/// Error::field of "there is no Python here".
inline constexpr const char* kNoPython = "python";

/// Is there a python3 on the PATH, or one that TRILANE_PYTHON names?
bool has_interpreter();

/// Runs `python3 -I -c script` (or what TRILANE_PYTHON names, for other interpreters and for tests) with `input` on its
/// stdin, and calls `on_line` with each line of its stdout, without the newline. Blocks until it has ended; `on_wait`
/// is called about ten times a second meanwhile, and when `cancel` was requested it is killed. Errors: kNoPython when
/// there is none; kCancelled; that it failed, with its last words.
Status run_python(std::string_view script, std::string_view input, const CancelToken& cancel,
                  const std::function<void(std::string_view line)>& on_line, const std::function<void()>& on_wait);

}  // namespace trilane::native
