// What plots over time and of latencies are made of, computed from a run's spans, completions and tasks. Pure: no
// ImGui, no clock; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "experiments/figure.hpp"
#include "experiments/run/run_result.hpp"
#include "ui/run_view.hpp"

namespace trilane::ui {

/// Tasks per second over a sliding window: a tenth of the run, and never less than a fortieth of `longest_ms` (what the
/// plot reaches), or one task that ends early would dwarf everything. x in ms.
std::vector<FigurePoint> live_rate(std::span<const RunView::Progress> progress, double longest_ms);
std::vector<FigurePoint> final_rate(const CompletionSeries& series, double longest_ms);

/// In each of `bins` equal parts of [0, length_ms): how many lanes computed (or parsed) at the same moment, as the
/// mean. Its sum times the part's length is the computing time of the spans. Waits are not computing.
std::vector<double> lanes_computing(const RunView& run, double length_ms, std::size_t bins);
/// The same for one lane: the share of the time that it computed, 0..1.
std::vector<double> lane_computing(const Track& lane, double length_ms, std::size_t bins);

/// In each part: how many tasks had begun and not ended, as the mean. Times in ns; a task with a negative time has not
/// begun or not ended, and is left out.
std::vector<double> tasks_in_flight(std::span<const std::int64_t> begin_ns, std::span<const std::int64_t> end_ns,
                                    double length_ms, std::size_t bins);
/// How long each task took, ms, of those that have begun and ended.
std::vector<double> latencies_ms(std::span<const std::int64_t> begin_ns, std::span<const std::int64_t> end_ns);

/// The middle of each part and its value, as points of a line.
std::vector<FigurePoint> binned_line(const std::vector<double>& values, double length_ms);

/// How many values lie in each of `bins` equal parts of [0, high]; `high` itself belongs to the last. Empty parts are
/// there too. Values outside are left out. x: the part's left edge.
std::vector<FigurePoint> histogram_of(std::span<const double> values, double high, std::size_t bins);
/// The share of values that are not greater than x, in %, ascending: at most `most` points, the least and the greatest
/// among them.
std::vector<FigurePoint> cumulative_of(std::vector<double> values, std::size_t most);

}  // namespace trilane::ui
