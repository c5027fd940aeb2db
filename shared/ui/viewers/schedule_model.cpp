#include "ui/viewers/schedule_model.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "ui/json_value.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

bool is_schedule(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c == 'A' || c == 'B'; }) &&
         std::ranges::count(text, 'A') <= kStepsOfEach && std::ranges::count(text, 'B') <= kStepsOfEach;
}

const json& list(const json& object, const char* key) {
  static const json nothing = json::array();
  const auto it = object.find(key);
  return it != object.end() && it->is_array() ? *it : nothing;
}

}  // namespace

bool Schedule::may(char thread) const { return std::ranges::count(text, thread) < kStepsOfEach; }

std::optional<Schedule> read_schedule(const json& from) {
  if (!from.is_object()) return std::nullopt;
  Schedule out;
  out.text = value_or<std::string>(from, "text", "?");
  if (!is_schedule(out.text)) return std::nullopt;
  for (const json& one : list(from, "states")) {
    if (!one.is_object()) return std::nullopt;
    ScheduleState state;
    state.thread = value_or<std::string>(one, "thread", "") == "B" ? 'B' : 'A';
    state.operation = value_or<std::string>(one, "operation", "");
    state.shared = value_or(one, "shared", 0);
    for (int i = 0; i < 2; ++i) {
      const json thread = value_or_object(one, i == 0 ? "A" : "B");
      if (const auto it = thread.find("register"); it != thread.end() && it->is_number())
        state.registers[i] = it->get<int>();
      state.done[i] = std::clamp(value_or(thread, "done", 0), 0, kStepsOfEach);
    }
    out.states.push_back(std::move(state));
  }
  if (out.states.size() != out.text.size()) return std::nullopt;
  if (const auto final = from.find("final"); final != from.end() && final->is_number()) out.final = final->get<int>();
  return out;
}

std::optional<ScheduleShow> read_schedules(const json& details) {
  if (!details.is_object()) return std::nullopt;
  ScheduleShow show;
  for (const json& one : list(details, "operations")) {
    if (one.is_string()) show.operations.push_back(one.get<std::string>());
  }
  for (const json& one : list(details, "interleavings")) {
    if (!one.is_object()) continue;
    ScheduleOrder order{value_or<std::string>(one, "schedule", "?"), value_or(one, "final", 0)};
    if (is_schedule(order.text)) show.orders.push_back(std::move(order));
  }
  const json free = value_or_object(details, "free");
  show.free_rounds = value_or(free, "rounds", 0.0);
  const json finals = value_or_object(free, "finals");
  for (const auto& [value, count] : finals.items()) {
    if (count.is_number()) show.free[std::atoi(value.c_str())] += count.get<double>();
  }
  if (auto chosen = read_schedule(value_or_object(details, "schedule"))) show.chosen = std::move(*chosen);
  if (show.operations.size() != kStepsOfEach || show.orders.empty()) return std::nullopt;
  return show;
}

}  // namespace trilane::ui
