// Reads a trilane.run/1 document back into the struct it was written from (experiments/run_result.hpp). Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "experiments/run_result.hpp"

namespace trilane::ui {

/// What is missing, null or of a wrong type becomes an empty optional: a document from another version is read as far
/// as it goes. Fails when it is no run document at all, naming the field.
Result<RunResult> read_run_result(const nlohmann::json& document);

}  // namespace trilane::ui
