// The roles that this program plays for a copy of itself (ARCHITECTURE, "Three roles"): started by
// child_process.cpp, speaking over stdin and stdout. All end when their parent does, whatever they are doing:
// its end closes our stdin and breaks our stdout, and the kernel kills us with it besides.
#pragma once

#include <cstdio>

#include "engine/engine_service.hpp"

namespace trilane::native {

/// `trilane --child`: one worker of the processes model. Returns the exit code.
int child_main();

/// `trilane --engine`: runs jobs for a front end; `beside` is what runs them in Python too. Returns the exit code.
int engine_main(RunBeside beside = {});

/// `trilane --lab-server`: the lab's own web (workloads/lab_web.hpp) on a free port of 127.0.0.1, which it writes to
/// stdout as a decimal number and a newline. Returns the exit code: 0 when stdin ended.
int lab_server_main();

/// What all do first: outlive a terminal's Ctrl-C (the parent decides what that means), die with the parent.
void start_role();

}  // namespace trilane::native
