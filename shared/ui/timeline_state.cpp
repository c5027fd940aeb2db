#include "ui/timeline_state.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "trace/span.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

constexpr double kLongestMs = 366.0 * 24 * 3600 * 1000;
constexpr double kShortestMs = 1e-4;

bool usable(double from_ms, double to_ms) {
  return std::isfinite(from_ms) && std::isfinite(to_ms) && std::fabs(from_ms) <= kLongestMs &&
         std::fabs(to_ms) <= kLongestMs && to_ms - from_ms >= kShortestMs;
}

}  // namespace

void TimelineState::show(double from_ms, double to_ms) {
  if (!usable(from_ms, to_ms)) return;
  begin_ms = from_ms;
  end_ms = to_ms;
  follow = false;
}

void TimelineState::select_task(std::uint32_t number) {
  task = number;
  range.reset();
}

void TimelineState::select_range(double from_ms, double to_ms) {
  range = std::minmax(from_ms, to_ms);
  task.reset();
}

bool TimelineState::dismiss() {
  if (search_open || anchor_ms || selects_range) {
    search_open = selects_range = false;
    anchor_ms.reset();
    return true;
  }
  const bool had = task || range;
  task.reset();
  range.reset();
  return had;
}

json to_json(const TimelineState& state) {
  json out = {{"begin_ms", state.begin_ms}, {"end_ms", state.end_ms}, {"follow", state.follow}};
  out["task"] = state.task ? json(*state.task) : json();
  out["range"] = state.range ? json::array({state.range->first, state.range->second}) : json();
  return out;
}

Status apply_view(const json& patch, TimelineState& state) {
  if (!patch.is_object()) return fail("The timeline's view must be an object.", "timeline");
  TimelineState next = state;
  if (const auto follow = patch.find("follow"); follow != patch.end()) {
    if (!follow->is_boolean()) return fail("\"follow\" must be true or false.", "follow");
    next.follow = follow->get<bool>();
  }
  const auto begin = patch.find("begin_ms");
  const auto end = patch.find("end_ms");
  const bool fitted = patch.contains("follow") && next.follow;
  if ((begin != patch.end() || end != patch.end()) && !fitted) {
    if (begin == patch.end() || end == patch.end() || !begin->is_number() || !end->is_number() ||
        !usable(begin->get<double>(), end->get<double>()))
      return fail("\"begin_ms\" and \"end_ms\" must be numbers, the first smaller.", "begin_ms");
    next.show(begin->get<double>(), end->get<double>());
  }
  if (const auto task = patch.find("task"); task != patch.end()) {
    const bool number =
        task->is_number_integer() && task->get<std::int64_t>() >= 0 && task->get<std::int64_t>() < kNoTask;
    if (!task->is_null() && !number) return fail("\"task\" must be a task's number, from 0, or null.", "task");
    if (task->is_null()) {
      next.task.reset();
    } else {
      next.task = task->get<std::uint32_t>();
    }
  }
  if (const auto range = patch.find("range"); range != patch.end()) {
    const bool pair = range->is_array() && range->size() == 2 && (*range)[0].is_number() && (*range)[1].is_number();
    if (!range->is_null() && (!pair || !usable((*range)[0].get<double>(), (*range)[1].get<double>())))
      return fail("\"range\" must be [from_ms, to_ms], the first smaller, or null.", "range");
    if (range->is_null()) {
      next.range.reset();
    } else {
      next.range = RangeMs{(*range)[0].get<double>(), (*range)[1].get<double>()};
    }
  }
  state = next;
  return {};
}

}  // namespace trilane::ui
