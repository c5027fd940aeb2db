// `trilane lab gil --with-python`: the experiment's question put to a real interpreter, beside Trilane's model of it.
#pragma once

#include <nlohmann/json.hpp>

#include "python_beside.hpp"

namespace trilane::native {

/// Runs what experiments/report/lab_python.hpp asks for, in every flavour, and adds what came out to the entry; where
/// there is no Python, that nothing did. Blocks.
PythonBeside add_python(nlohmann::json& entry, const CancelToken& cancel, const PythonProgress& progress);

}  // namespace trilane::native
