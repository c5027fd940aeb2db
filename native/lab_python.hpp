// `trilane lab gil --with-python`: the experiment's question put to a real interpreter, beside Trilane's model of it.
#pragma once

#include <nlohmann/json.hpp>

#include "python_beside.hpp"

namespace trilane::native {

/// Does this experiment have something to compare with?
bool has_python(const nlohmann::json& entry);
/// Runs sum and sleep in CPython with one worker and with as many as the experiment had, and adds to the entry
/// "python": [trilane.python/1…] and the numbers "python_<flavour>_speedup_compute" and "…_wait": medians' ratios, null
/// where there is no Python. The verdict stays the experiment's own. Blocks.
PythonBeside add_python(nlohmann::json& entry, const CancelToken& cancel, const PythonProgress& progress);

}  // namespace trilane::native
