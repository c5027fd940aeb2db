#include "experiments/probes/held_schedule.hpp"

#include <algorithm>
#include <memory>

namespace trilane::lab {

using nlohmann::json;

namespace {

json thread_json(const IncrementState& state, int thread) {
  const int made = state.made[thread];
  return {{"register", made == 0 ? json(nullptr) : json(state.registers[thread])}, {"done", made}};
}

/// Two threads that are held while a person thinks.
struct Live {
  std::unique_ptr<HeldIncrements> held;
  std::string text;  // the steps that they have made
  std::vector<IncrementState> states;

  /// Until they have made `wanted`. Where it may block.
  Status follow(std::string_view wanted) {
    if (!held || !wanted.starts_with(text)) {
      held.reset();
      text.clear();
      states.clear();
      auto started = HeldIncrements::start();
      if (!started) return std::unexpected(started.error());
      held = std::move(*started);
    }
    for (const char thread : wanted.substr(text.size())) {
      const auto state = held->step(thread);
      if (!state) return std::unexpected(state.error());
      states.push_back(*state);
      text += thread;
    }
    return {};
  }
};

/// `wanted` after what a person does; what is none of the answers changes nothing.
std::string after_answer(std::string wanted, const json& answer) {
  const std::string what = answer.is_object() && answer.contains("do") && answer["do"].is_string()
                               ? answer["do"].get<std::string>()
                               : std::string();
  if ((what == "A" || what == "B") && check_schedule(wanted + what)) return wanted + what;
  if (what == "undo" && !wanted.empty()) wanted.pop_back();
  if (what == "reset") wanted.clear();
  return wanted;
}

}  // namespace

json schedule_json(std::string_view text, const std::vector<IncrementState>& states) {
  json list = json::array();
  for (const IncrementState& state : states) {
    list.push_back({{"thread", std::string(1, state.thread)},
                    {"operation", kIncrementSteps[state.step]},
                    {"shared", state.shared},
                    {"A", thread_json(state, 0)},
                    {"B", thread_json(state, 1)}});
  }
  json next = json::array();
  for (const char thread : {'A', 'B'}) {
    if (std::ranges::count(text, thread) < 3) next.push_back(std::string(1, thread));
  }
  const bool complete = next.empty();
  return {{"text", text},
          {"complete", complete},
          {"final", complete ? json(states.back().shared) : json(nullptr)},
          {"next", std::move(next)},
          {"states", std::move(list)}};
}

coro::Task<Result<std::vector<IncrementState>>> schedule_by_hand(LabContext& lab, std::string& wanted) {
  Live live;
  Status status;
  for (bool done = false; status && !done;) {
    co_await lab.scheduler().blocking([&] { status = live.follow(wanted); });
    if (!status) break;
    json state = {{"schedule", schedule_json(live.text, live.states)}};
    auto answer = co_await lab.ask(std::move(state));
    if (!answer) {
      status = std::unexpected(answer.error());
    } else {
      done = answer->is_object() && answer->value("do", json()) == "done";
      wanted = after_answer(wanted, *answer);
    }
  }
  // They are waited for, where that may be.
  co_await lab.scheduler().blocking([&] { live.held.reset(); });
  if (!status) co_return std::unexpected(status.error());
  co_return std::move(live.states);
}

}  // namespace trilane::lab
