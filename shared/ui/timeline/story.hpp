// What a selection on the timeline tells: a task's spans over all lanes and runs, and what went on in a range of time.
// Pure: no ImGui, no clock; UI thread.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <vector>

#include "ui/run_view.hpp"
#include "ui/timeline/lod.hpp"
#include "ui/timeline/state.hpp"

namespace trilane::ui {

enum class RowKind : std::uint8_t { lane, lag, waits, unplaced };
/// Which track of which run: indices, because tracks move in memory while a run grows.
struct RowKey {
  std::size_t run = 0;
  RowKind kind = RowKind::lane;
  std::size_t index = 0;  ///< Of the lane, or of the row of waits; 0 of the waits that have no row.
  bool operator==(const RowKey&) const = default;
};
/// nullptr where there is none, as for RowKind::unplaced.
const Track* track_of(std::span<const RunView> runs, const RowKey& key);
/// All tracks of a run, in drawing order; without what has no row.
std::vector<RowKey> rows_of(const RunView& run, std::size_t run_index);

struct StorySpan {
  RowKey row;
  Span span;
};
/// All spans of a task, by run, then by begin; at most kMostStorySpans. O(all spans).
std::vector<StorySpan> story_of(std::span<const RunView> runs, std::uint32_t task);
inline constexpr std::size_t kMostStorySpans = 2000;

/// What went on in a range, in one run.
struct RangeStats {
  std::size_t run = 0;
  double length_ms = 0;  ///< Of the part of the range in which the run was under way.
  double work_ms = 0;    ///< Over all lanes, as the others.
  double wait_ms = 0;
  double lock_ms = 0;
  double other_ms = 0;  ///< Creating, sending, saving.
  bool whole = true;    ///< No span of the run was dropped; else the times are the least that it may have been.
  /// Lanes that worked at one time, on average: work / length. Nothing where the length is 0 or spans are missing.
  std::optional<double> parallelism;
  /// Tasks that ended in the range, and that by second; nothing where the trace does not hold every task.
  std::optional<std::uint64_t> tasks;
  std::optional<double> tasks_per_s;
};
std::vector<RangeStats> stats_of(std::span<const RunView> runs, const RangeMs& range);

nlohmann::json to_json(const RangeStats& stats, const RunView& run);
nlohmann::json to_json(const StorySpan& one, const RunView& run);

}  // namespace trilane::ui
