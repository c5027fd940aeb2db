// Where the timeline is looked at and what is selected on it: what the panels change, the command door reads and sets,
// and a permalink carries. Pure: no ImGui.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace trilane::ui {

/// Axis milliseconds, from <= to.
using RangeMs = std::pair<double, double>;

struct TimelineState {
  double begin_ms = 0;
  double end_ms = 1000;
  bool follow = true;  ///< Shows everything, and grows with it, until the user moves it.
  float scroll_y = 0;

  std::optional<std::uint32_t> task;  ///< Its story is shown.
  std::optional<RangeMs> range;       ///< Its statistics are shown.
  bool selects_range = false;         ///< Dragging selects instead of panning, until it has.
  std::optional<double> anchor_ms;    ///< Where the range that is being dragged began.

  bool search_open = false;
  bool search_begins = false;  ///< The field is to get the focus.
  char search[16] = "";
  bool search_missed = false;  ///< No such task.

  /// The same in time, without what is selected.
  void fit() { follow = true; }
  void show(double from_ms, double to_ms);
  void select_task(std::uint32_t number);
  void select_range(double from_ms, double to_ms);
  /// Takes back the newest thing that is selected or open; false: there was nothing.
  bool dismiss();
  bool dismissible() const;  ///< Is there anything that dismiss() would end?
};

/// {"begin_ms", "end_ms", "follow", "task": N or null, "range": [a, b] or null}
nlohmann::json to_json(const TimelineState& state);
/// Any subset of the same. Errors name the field: a window or a range that is empty, negative in length, not finite or
/// longer than a year; a task that is no number. Nothing is changed then.
Status apply_view(const nlohmann::json& patch, TimelineState& state);

/// The same as parameters of an address, without "&" before the first: "view=12.5,80&task=7", "range=3,9"; empty when
/// everything is shown and nothing is selected. Times in ms, exact to the microsecond.
std::string view_query(const TimelineState& state);
/// The reverse, of the values of "view", "task" and "range", each empty where it is missing: what apply_view() takes.
/// A value out of range is clamped, one that cannot be used left out; `report` tells both: field, value, and what is
/// used instead (empty: nothing).
struct ViewCorrection {
  std::string field, value, used;
};
nlohmann::json view_of_link(std::string_view view, std::string_view task, std::string_view range,
                            std::vector<ViewCorrection>& report);

}  // namespace trilane::ui
