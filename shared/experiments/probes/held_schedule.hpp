// The increments of you-schedule, held before each step: told as JSON, and led by hand, step by step.
#pragma once

#include <string>
#include <vector>

#include "experiments/experiment.hpp"
#include "experiments/probes/interleavings.hpp"

namespace trilane::lab {

/// {"text":"AB","complete":false,"final":null or n,"next":["A","B"],
///  "states":[{"thread":"A","operation":"load","shared":0,"A":{"register":0 or null,"done":1},"B":{…}}…]}:
/// one entry of states a step made. `text` is a schedule, `states` what it led to.
nlohmann::json schedule_json(std::string_view text, const std::vector<IncrementState>& states);

/// Holds the threads after `wanted` and asks who goes next ({"schedule": as above}), until the answer is
/// {"do":"done"}; the others are "A", "B", "undo" and "reset". A step cannot be taken back: undo and reset begin with
/// new threads, which make the steps before anew. Gives the states of the schedule that `wanted` is at the end.
coro::Task<Result<std::vector<IncrementState>>> schedule_by_hand(LabContext& lab, std::string& wanted);

}  // namespace trilane::lab
