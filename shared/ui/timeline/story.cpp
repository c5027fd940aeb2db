#include "ui/timeline/story.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "trace/span.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

double ms(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

}  // namespace

const Track* track_of(std::span<const RunView> runs, const RowKey& key) {
  if (key.run >= runs.size() || key.kind == RowKind::unplaced) return nullptr;
  const RunView& run = runs[key.run];
  if (key.kind == RowKind::waits) return key.index < run.wait_rows.size() ? &run.wait_rows[key.index] : nullptr;
  if (key.index >= run.lanes.size()) return nullptr;
  return key.kind == RowKind::lag ? &run.lanes[key.index].lag : &run.lanes[key.index].main;
}

std::vector<RowKey> rows_of(const RunView& run, std::size_t run_index) {
  std::vector<RowKey> rows;
  for (std::size_t i = 0; i < run.lanes.size(); ++i) {
    rows.push_back({run_index, RowKind::lane, i});
    rows.push_back({run_index, RowKind::lag, i});
  }
  for (std::size_t i = 0; i < run.wait_rows.size(); ++i) rows.push_back({run_index, RowKind::waits, i});
  return rows;
}

std::vector<StorySpan> story_of(std::span<const RunView> runs, std::uint32_t task) {
  std::vector<StorySpan> story;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const std::size_t first = story.size();
    const auto look_at = [&](const RowKey& row, std::span<const Span> spans) {
      for (const Span& span : spans) {
        if (span.task == task && story.size() < kMostStorySpans) story.push_back({row, span});
      }
    };
    for (const RowKey& row : rows_of(runs[r], r)) look_at(row, track_of(runs, row)->spans());
    look_at({r, RowKind::unplaced, 0}, runs[r].unplaced);
    std::stable_sort(story.begin() + static_cast<std::ptrdiff_t>(first), story.end(),
                     [](const StorySpan& a, const StorySpan& b) { return a.span.begin_ns < b.span.begin_ns; });
  }
  return story;
}

std::vector<RangeStats> stats_of(std::span<const RunView> runs, const RangeMs& range) {
  const auto begin = static_cast<std::int64_t>(range.first * 1e6);
  const auto end = static_cast<std::int64_t>(range.second * 1e6);
  std::vector<RangeStats> all;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const RunView& run = runs[r];
    if (run.span_count == 0) continue;
    RangeStats stats;
    stats.run = r;
    Occupancy sum;
    std::int64_t last = 0;
    for (const RowKey& row : rows_of(run, r)) {
      const Track& track = *track_of(runs, row);
      last = std::max(last, track.end_ns());
      if (row.kind == RowKind::lag) continue;  // it lies over what the loop did meanwhile
      const Occupancy one = occupancy_in(track, begin, end);
      for (std::size_t i = 0; i < kShares; ++i) sum.ns[i] += one.ns[i];
    }
    for (const Span& span : run.unplaced) {
      const std::int64_t ns = std::min(end, span.end_ns) - std::max(begin, span.begin_ns);
      if (ns > 0) sum.add(share_of(span.kind), ns);
    }
    if (const auto finished = run.finished_ms()) last = static_cast<std::int64_t>(*finished * 1e6);
    const std::int64_t length = std::max<std::int64_t>(0, std::min(end, last) - std::max<std::int64_t>(begin, 0));
    stats.length_ms = ms(length);
    stats.work_ms = ms(sum.ns[static_cast<int>(Share::work)]);
    stats.wait_ms = ms(sum.ns[static_cast<int>(Share::wait)]);
    stats.lock_ms = ms(sum.ns[static_cast<int>(Share::lock)]);
    stats.other_ms = ms(sum.ns[static_cast<int>(Share::other)]);
    stats.whole = run.dropped_oldest == 0 && (!run.result || run.result->dropped_spans == 0);
    if (length > 0 && stats.whole) stats.parallelism = stats.work_ms / stats.length_ms;
    if (run.active() || run.traces_all_tasks()) {
      const auto& ends = run.task_end_ns;
      stats.tasks = static_cast<std::uint64_t>(
          std::ranges::count_if(ends, [&](std::int64_t ns) { return ns > begin && ns <= end; }));
      if (length > 0) stats.tasks_per_s = static_cast<double>(*stats.tasks) / stats.length_ms * 1000;
    }
    all.push_back(stats);
  }
  return all;
}

json to_json(const RangeStats& stats, const RunView& run) {
  const auto number = [](const auto& value) { return value ? json(*value) : json(); };
  return {{"racer", kRacerKeys[index_of(run.racer)]},
          {"length_ms", stats.length_ms},
          {"work_ms", stats.work_ms},
          {"wait_ms", stats.wait_ms},
          {"lock_ms", stats.lock_ms},
          {"other_ms", stats.other_ms},
          {"whole", stats.whole},
          {"parallelism", number(stats.parallelism)},
          {"tasks", number(stats.tasks)},
          {"tasks_per_s", number(stats.tasks_per_s)}};
}

json to_json(const StorySpan& one, const RunView& run) {
  return {{"racer", kRacerKeys[index_of(run.racer)]},
          {"lane", one.span.lane},
          {"kind", span_kind_name(one.span.kind)},
          {"begin_ms", ms(one.span.begin_ns)},
          {"end_ms", ms(one.span.end_ns)}};
}

}  // namespace trilane::ui
