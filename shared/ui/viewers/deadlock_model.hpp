// What the deadlock viewer shows: the cycle that the watchdog found, and what each way of writing the program came to
// (experiments/deadlock.cpp, "details"). Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "experiments/figure.hpp"

namespace trilane::ui {

/// One thread on the cycle.
struct WaitArrow {
  std::string thread, holds, waits_for, held_by;
  std::optional<double> waited_ms;  ///< How long, when the cycle was found.
};

struct WayOutcome {
  std::string id;  ///< "none", "ordered", "try-lock", "messages", "async".
  BothTexts name;
  double wanted = 0, done = 0, deadlocks = 0, retries = 0;
  bool balanced = false;
  std::optional<double> wall_ms;  ///< Median.
};

struct DeadlockShow {
  std::vector<WaitArrow> cycle;  ///< Empty: none was met.
  std::string victim;
  std::optional<double> found_after_ms;
  std::vector<WayOutcome> ways;
};

/// Nothing when these are no such details.
std::optional<DeadlockShow> read_deadlock(const nlohmann::json& details);

}  // namespace trilane::ui
