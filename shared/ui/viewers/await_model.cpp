#include "ui/viewers/await_model.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ui/json_value.hpp"
#include "ui/lab/book.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

const json& member(const json& object, const char* key) {
  static const json nothing;
  const auto it = object.find(key);
  return it == object.end() ? nothing : *it;
}

/// The index of a name, or -1.
int index_of_name(const AwaitShow& show, const json& name) {
  if (!name.is_string()) return -1;
  const auto it = std::ranges::find(show.names, name.get_ref<const std::string&>());
  return it == show.names.end() ? -1 : static_cast<int>(it - show.names.begin());
}

std::optional<AwaitStep> step_from(const AwaitShow& show, const json& from) {
  if (!from.is_object()) return std::nullopt;
  AwaitStep step;
  step.t_ms = value_or(from, "t_ms", 0.0);
  step.who = index_of_name(show, member(from, "who"));
  if (step.who < 0) return std::nullopt;
  step.ends = value_or<std::string>(from, "event", "") == "ended";
  step.line = value_or(from, "line", 0);
  if (const int running = index_of_name(show, member(from, "running")); running >= 0) step.running = running;
  for (const json& name : member(from, "ready")) {
    if (const int who = index_of_name(show, name); who >= 0) step.ready.push_back(who);
  }
  for (const json& timer : member(from, "timers")) {
    if (!timer.is_object()) continue;
    const int who = index_of_name(show, member(timer, "name"));
    if (who >= 0) step.timers.push_back({who, value_or(timer, "due_ms", 0.0)});
  }
  const json lines = value_or_object(from, "lines");
  for (const std::string& name : show.names) step.lines.push_back(value_or(lines, name.c_str(), 0));
  step.text = both_texts_from(member(from, "text"));
  return step;
}

}  // namespace

std::optional<AwaitShow> read_await(const json& details) {
  if (!details.is_object()) return std::nullopt;
  AwaitShow show;
  for (const json& line : member(details, "code")) {
    if (line.is_string()) show.code.push_back(both_texts_from(line));
  }
  // Results of earlier versions have one language.
  if (const json& russian = member(details, "code_ru"); russian.is_array() && russian.size() == show.code.size()) {
    for (std::size_t i = 0; i < russian.size(); ++i) {
      if (russian[i].is_string()) show.code[i].ru = russian[i].get<std::string>();
    }
  }
  for (const json& one : member(details, "coroutines")) {
    if (one.is_object()) show.names.push_back(value_or<std::string>(one, "name", ""));
  }
  for (const json& one : member(details, "steps")) {
    if (auto step = step_from(show, one)) show.steps.push_back(std::move(*step));
  }
  if (show.code.empty() || show.names.empty() || show.steps.empty()) return std::nullopt;
  return show;
}

AwaitPlace place_of(const AwaitShow& show, int step, int who) {
  const AwaitStep& now = show.steps[static_cast<std::size_t>(step)];
  if (now.running == who) return AwaitPlace::running;
  if (std::ranges::find(now.ready, who) != now.ready.end()) return AwaitPlace::ready;
  if (std::ranges::find(now.timers, who, &AwaitTimer::who) != now.timers.end()) return AwaitPlace::waiting;
  for (int i = 0; i <= step; ++i) {
    const AwaitStep& before = show.steps[static_cast<std::size_t>(i)];
    if (before.who == who && before.ends) return AwaitPlace::ended;
  }
  return AwaitPlace::absent;
}

}  // namespace trilane::ui
