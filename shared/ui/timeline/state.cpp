#include "ui/timeline/state.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
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

/// No trailing zeros, no exponents: an address is read by people too.
std::string plain(double ms) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.3f", ms);
  std::string text = buffer;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string pair_text(double from_ms, double to_ms) {
  // Closer than a microsecond: then the exact numbers.
  if (to_ms - from_ms >= 0.01) return plain(from_ms) + "," + plain(to_ms);
  char buffer[80];
  std::snprintf(buffer, sizeof buffer, "%.17g,%.17g", from_ms, to_ms);
  return buffer;
}

/// Numbers of an address are short; strtod, as from_chars for doubles is not everywhere.
std::optional<double> number(std::string_view text) {
  if (text.empty() || text.size() > 40) return std::nullopt;
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size() || std::isnan(value)) return std::nullopt;
  return value;
}

/// Two times, clamped to what can be shown; nothing where they are none, or in the wrong order.
std::optional<RangeMs> pair_of(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto from = number(text.substr(0, comma));
  const auto to = number(text.substr(comma + 1));
  if (!from || !to) return std::nullopt;
  const RangeMs pair{std::clamp(*from, -kLongestMs, kLongestMs), std::clamp(*to, -kLongestMs, kLongestMs)};
  if (!usable(pair.first, pair.second)) return std::nullopt;
  return pair;
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

bool TimelineState::dismissible() const { return search_open || anchor_ms || selects_range || task || range; }

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

std::string view_query(const TimelineState& state) {
  std::string out;
  const auto add = [&out](const std::string& parameter) { out += (out.empty() ? "" : "&") + parameter; };
  if (!state.follow) add("view=" + pair_text(state.begin_ms, state.end_ms));
  if (state.task) add("task=" + std::to_string(*state.task));
  if (state.range) add("range=" + pair_text(state.range->first, state.range->second));
  return out;
}

json view_of_link(std::string_view view, std::string_view task, std::string_view range,
                  std::vector<ViewCorrection>& report) {
  json out = json::object();
  const auto pair = [&](const char* field, std::string_view text) -> std::optional<RangeMs> {
    if (text.empty()) return std::nullopt;
    auto found = pair_of(text);
    std::string used;
    if (found && found->second <= 0 && std::string_view(field) == "range")
      found.reset();  // before the start is nothing
    if (found) used = pair_text(found->first, found->second);
    // Only a number that was really moved is worth a word.
    const std::size_t comma = text.find(',');
    const bool moved =
        found && (number(text.substr(0, comma)) != found->first || number(text.substr(comma + 1)) != found->second);
    if (!found || moved) report.push_back({field, std::string(text.substr(0, 80)), used});
    return found;
  };
  if (const auto window = pair("view", view)) {
    out["begin_ms"] = window->first;
    out["end_ms"] = window->second;
  }
  if (!task.empty()) {
    std::uint32_t value = 0;
    const char* end = task.data() + task.size();
    const auto [rest, error] = std::from_chars(task.data(), end, value);
    const bool digits = std::ranges::all_of(task, [](char c) { return c >= '0' && c <= '9'; });
    if (rest == end && error == std::errc() && value < kNoTask) {
      out["task"] = value;
    } else if (digits && error == std::errc::result_out_of_range) {
      out["task"] = kNoTask - 1;
      report.push_back({"task", std::string(task.substr(0, 80)), std::to_string(kNoTask - 1)});
    } else {
      report.push_back({"task", std::string(task.substr(0, 80)), ""});
    }
  }
  if (const auto selected = pair("range", range)) out["range"] = {selected->first, selected->second};
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
