// What the event-loop viewer shows: the recorded steps of await-order (experiments/await_order.cpp, "details"), read
// and checked, and where everybody is at each. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "experiments/figure.hpp"

namespace trilane::ui {

struct AwaitTimer {
  int who = 0;
  double due_ms = 0;
};

/// The loop after one event.
struct AwaitStep {
  double t_ms = 0;    ///< Since the round began.
  int who = 0;        ///< Whose event it is: an index of AwaitShow::names.
  bool ends = false;  ///< Its coroutine has ended.
  int line = 0;       ///< Where `who` stands, from 1.
  std::optional<int> running;
  std::vector<int> ready;          ///< Next first.
  std::vector<AwaitTimer> timers;  ///< Soonest first.
  std::vector<int> lines;          ///< Of each coroutine: where it stands, 0: not begun.
  BothTexts text;
};

struct AwaitShow {
  std::vector<BothTexts> code;  ///< The same lines, with comments in each language.
  std::vector<std::string> names;
  std::vector<AwaitStep> steps;  ///< At least one.
};

/// Nothing when these are no such details.
std::optional<AwaitShow> read_await(const nlohmann::json& details);

enum class AwaitPlace : unsigned char { absent, ready, running, waiting, ended };
/// Where a coroutine is after a step; both must exist.
AwaitPlace place_of(const AwaitShow& show, int step, int who);

}  // namespace trilane::ui
