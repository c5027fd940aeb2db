// Results that stay while others are measured: pinned here, or brought by a file or a link. Their runs are drawn beside
// the current ones, as further groups and series. Pure: no ImGui, no engine; one thread at a time.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/saved_entry.hpp"
#include "ui/comparison.hpp"
#include "ui/run_view.hpp"

namespace trilane::ui {

inline constexpr std::size_t kMostPins = 8;
/// Tints, and letters A to H, by which a pin is told from others.
inline constexpr int kPinMarks = 8;
/// A pin's runs keep their spans when they are no more than this in all: a copy of them is memory taken twice.
inline constexpr std::size_t kMostPinnedSpans = sizeof(void*) == 4 ? 500'000 : 4'000'000;
/// Of all remembered pins, as JSON: pages have 5 MB to remember everything, and it is written with every change.
inline constexpr std::size_t kMostSavedPinBytes = 128 * 1024;
inline constexpr std::size_t kMostPinNameBytes = 80;
/// Experiments of one lab document.
inline constexpr std::size_t kMostPinnedEntries = 100;

/// An experiment's entry of a lab document. `document` is what is remembered of it: without samples, runs and figures.
struct PinnedEntry {
  SavedEntry entry;
  nlohmann::json document;
};
/// Nothing where it is no entry.
std::optional<PinnedEntry> pinned_entry(const nlohmann::json& entry);

struct Pin {
  int id = 0;  ///< From 1; never used again.
  std::string name;
  int mark = 0;                      ///< 0 to kPinMarks - 1.
  bool shown = true;                 ///< Drawn beside the current runs.
  bool imported = false;             ///< Measured elsewhere, or another time: it came as a file or in a link.
  nlohmann::json host;               ///< Where it was measured, as in every document; null when the file does not tell.
  std::vector<PinnedEntry> entries;  ///< What a lab document says of its experiments.
  std::vector<RunView> runs;         ///< While it is not shown; else they are the session's.
  SweepView sweep;
  bool empty() const { return runs.empty() && sweep.empty() && entries.empty(); }
  char letter() const { return static_cast<char>('A' + mark); }
};

/// A copy to be pinned: without its picture, and without spans when `with_trace` is false.
RunView copy_for_pin(const RunView& run, bool with_trace);
/// Cut at a character's end to kMostPinNameBytes; line breaks and control characters become spaces.
std::string pin_name(std::string_view wished);
/// The least mark that no pin has.
int free_mark(std::span<const Pin> pins);

/// One sweep of results, sorted by the swept value. Empty when there are none.
void add_to_sweep(SweepView& sweep, RunResult result);

/// What is remembered: names, marks and results, not traces; newest first until kMostSavedPinBytes, the order kept.
/// `runs_of`: a pin's runs, wherever they stand now.
template <class RunsOf>
nlohmann::json save_pins(std::span<const Pin> pins, RunsOf runs_of);
/// The same back; what cannot be read is left out. Ids are given from `next_id` on.
std::vector<Pin> load_pins(const nlohmann::json& saved, int& next_id);

// How save_pins() does it.
nlohmann::json save_pin(const Pin& pin, std::span<const RunView* const> runs);
nlohmann::json bounded(std::vector<nlohmann::json> saved);

template <class RunsOf>
nlohmann::json save_pins(std::span<const Pin> pins, RunsOf runs_of) {
  std::vector<nlohmann::json> saved;
  for (const Pin& pin : pins) saved.push_back(save_pin(pin, runs_of(pin)));
  return bounded(std::move(saved));
}

}  // namespace trilane::ui
