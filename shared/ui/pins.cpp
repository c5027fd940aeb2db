#include "ui/pins.hpp"

#include <algorithm>

#include "ui/json_value.hpp"
#include "ui/result_reader.hpp"

namespace trilane::ui {

using nlohmann::json;

std::optional<PinnedEntry> pinned_entry(const json& entry) {
  auto read = read_entry(entry);
  if (!read) return std::nullopt;
  json kept = entry;
  for (const char* large : {"samples", "runs", "figures", "details", "python"}) kept.erase(large);
  return PinnedEntry{std::move(*read), std::move(kept)};
}

RunView copy_for_pin(const RunView& run, bool with_trace) {
  RunView copy = run;
  copy.job = 0;
  copy.picture_side = 0;
  copy.picture.clear();
  copy.picture_lane.clear();
  if (!with_trace) {
    copy.forget_spans();
    copy.lanes.resize(1);
  }
  return copy;
}

std::string pin_name(std::string_view wished) {
  std::string name;
  for (const char c : wished) {
    if (name.size() == kMostPinNameBytes) break;
    name += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  if (wished.size() > name.size()) {
    // Not in the middle of a character: its other bytes begin with the bits 10.
    std::size_t end = name.size();
    while (end > 0 && (static_cast<unsigned char>(wished[end]) & 0xC0U) == 0x80U) --end;
    name.resize(end);
  }
  while (!name.empty() && name.back() == ' ') name.pop_back();
  name.erase(0, name.find_first_not_of(' '));
  return name;
}

int free_mark(std::span<const Pin> pins) {
  for (int mark = 0; mark < kPinMarks; ++mark) {
    if (std::ranges::none_of(pins, [mark](const Pin& pin) { return pin.mark == mark; })) return mark;
  }
  return 0;
}

void add_to_sweep(SweepView& sweep, RunResult result) {
  auto& points = sweep.points[index_of(racer_of(result.config))];
  points.push_back({SweepView::value_of(result.config, sweep.over), std::move(result)});
  std::ranges::sort(points, {}, &SweepView::Point::value);
}

json save_pin(const Pin& pin, std::span<const RunView* const> runs) {
  json documents = json::array();
  for (const RunView* run : runs) {
    if (run->document.is_object()) documents.push_back(run->document);
  }
  json entries = json::array();
  for (const PinnedEntry& one : pin.entries) entries.push_back(one.document);
  return {{"name", pin.name},
          {"mark", pin.mark},
          {"shown", pin.shown},
          {"imported", pin.imported},
          {"host", pin.host},
          {"entries", std::move(entries)},
          {"runs", std::move(documents)},
          {"sweeps", pin.sweep.documents}};
}

json bounded(std::vector<json> saved) {
  std::size_t bytes = 0;
  std::size_t first = saved.size();
  while (first > 0) {
    bytes += saved[first - 1].dump(-1, ' ', false, json::error_handler_t::replace).size();
    if (bytes > kMostSavedPinBytes) break;
    --first;
  }
  json out = json::array();
  for (std::size_t i = first; i < saved.size(); ++i) out.push_back(std::move(saved[i]));
  return out;
}

std::vector<Pin> load_pins(const json& saved, int& next_id) {
  std::vector<Pin> pins;
  if (!saved.is_array()) return pins;
  for (const json& one : saved) {
    if (!one.is_object() || pins.size() == kMostPins) continue;
    Pin pin;
    pin.name = pin_name(value_or<std::string>(one, "name", ""));
    pin.mark = std::clamp(value_or(one, "mark", 0), 0, kPinMarks - 1);
    pin.shown = value_or(one, "shown", true);
    pin.imported = value_or(one, "imported", false);
    if (const auto host = one.find("host"); host != one.end() && host->is_object()) pin.host = *host;
    const auto documents = [&](const char* key) {
      const auto found = one.find(key);
      return found != one.end() && found->is_array() ? *found : json::array();
    };
    const auto add_entry = [&pin](const json& entry) {
      if (pin.entries.size() == kMostPinnedEntries) return;
      if (auto pinned = pinned_entry(entry)) pin.entries.push_back(std::move(*pinned));
    };
    for (const json& entry : documents("entries")) add_entry(entry);
    // Versions before kept no more than [id, verdict].
    for (const json& pair : documents("verdicts")) {
      if (pair.is_array() && pair.size() == 2) add_entry({{"id", pair[0]}, {"verdict", pair[1]}});
    }
    for (const json& document : documents("runs")) {
      RunView run;
      if (set_finished(run, document)) pin.runs.push_back(std::move(run));
    }
    for (const json& document : documents("sweeps")) static_cast<void>(add_sweep(pin.sweep, document));
    if (pin.empty()) continue;
    pin.id = next_id++;
    for (RunView& run : pin.runs) run.pin = pin.id;
    pins.push_back(std::move(pin));
  }
  return pins;
}

}  // namespace trilane::ui
