// Reads a trilane.run/1 document back into the struct it was written from (experiments/run/run_result.hpp). Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "experiments/run/run_result.hpp"

namespace trilane::ui {

/// What is missing, null or of a wrong type becomes an empty optional: a document from another version is read as far
/// as it goes. Fails when it is no run document at all, naming the field.
Result<RunResult> read_run_result(const nlohmann::json& document);

struct RunView;
struct SweepView;
/// The view of a run that is over, without a trace: what its document tells. Fails as read_run_result() does.
Status set_finished(RunView& run, const nlohmann::json& document);
/// Adds the runs of a trilane.sweep/1 document. Fails when it is none, naming the field; nothing is added then.
Status add_sweep(SweepView& sweep, const nlohmann::json& document);

}  // namespace trilane::ui
