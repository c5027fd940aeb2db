// What the scheduler's viewer shows: the states of two threads after each of their steps, all orders of the steps, and
// what running free gave (experiments/you_schedule.cpp, "details"). Pure; any thread.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace trilane::ui {

/// Two threads after one step.
struct ScheduleState {
  char thread = 'A';                     ///< Whose step it was.
  std::string operation;                 ///< "load", "add", "store".
  int shared = 0;                        ///< The variable.
  std::optional<int> registers[2] = {};  ///< Nothing before the load.
  int done[2] = {};                      ///< Steps made.
};

/// A schedule that two real threads executed, whole or in part.
struct Schedule {
  std::string text;  ///< "ABBA".
  std::vector<ScheduleState> states;
  std::optional<int> final;     ///< When it is whole.
  bool may(char thread) const;  ///< Has it a step left?
};

struct ScheduleOrder {
  std::string text;
  int final = 0;
};

struct ScheduleShow {
  std::vector<std::string> operations;
  std::vector<ScheduleOrder> orders;
  std::map<int, double> free;  ///< Final value -> rounds.
  double free_rounds = 0;
  Schedule chosen;  ///< Maybe empty.
};

/// Nothing when these are no such details.
std::optional<ScheduleShow> read_schedules(const nlohmann::json& details);
/// One schedule: details' "schedule", or what a live session tells.
std::optional<Schedule> read_schedule(const nlohmann::json& from);
inline constexpr int kStepsOfEach = 3;

}  // namespace trilane::ui
