// Two results of one model beside each other: which figures differ, by how much, and whether that is more than noise.
// Pure: no ImGui, no clock; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/run/run_result.hpp"

namespace trilane::ui {

enum class Measure : std::uint8_t { makespan, throughput, latency_p50, latency_p99, cpu, memory, startup, count };
inline constexpr int kMeasures = static_cast<int>(Measure::count);
/// Names for JSON; units are those of RunResult: ms, tasks/s, bytes.
inline constexpr std::string_view kMeasureKeys[kMeasures] = {
    "wall_ms", "throughput_per_s", "latency_p50_ms", "latency_p99_ms", "cpu_ms", "peak_rss_bytes", "startup_ms"};

enum class Outcome : std::uint8_t {
  missing,   ///< One of the two was not measured.
  unspread,  ///< Single values without an interval: a ratio, and no judgement on it.
  same,      ///< The intervals overlap: not distinguished.
  less,      ///< The current one is smaller, beyond the noise.
  more,
};
inline constexpr std::string_view kOutcomeKeys[] = {"missing", "unspread", "same", "less", "more"};

struct MeasureComparison {
  Measure measure = Measure::makespan;
  std::optional<double> pinned, current;
  std::optional<double> ratio;  ///< current / pinned
  /// What the ratio may be when each median is anywhere in its interval: from current.low / pinned.high to
  /// current.high / pinned.low.
  std::optional<double> ratio_low, ratio_high;
  Outcome outcome = Outcome::missing;
};

struct RunComparison {
  std::size_t pinned = 0;  ///< Index into the lists that were compared.
  std::size_t current = 0;
  /// Options that differ, by their names in JSON, seed and repeat left out: then it is another measurement, and no
  /// figure but the rate of equal tasks means the same.
  std::vector<std::string> other_options;
  /// The same work, and another answer: one of them is wrong.
  bool answers_differ = false;
  std::vector<MeasureComparison> measures;  ///< All of them, in order.
};

/// One figure of a result; nothing where it was not measured. The interval is empty for single values.
struct MeasuredValue {
  std::optional<double> value, low, high;
};
MeasuredValue measured(const RunResult& result, Measure measure);

RunComparison compare_runs(const RunResult& pinned, const RunResult& current);

/// Each current result with the pinned one of the same model: the one with the same options where there is one, else
/// the first. Results without a partner are left out. Pointers may be null: runs without a result.
std::vector<RunComparison> compare_all(std::span<const RunResult* const> pinned,
                                       std::span<const RunResult* const> current);

nlohmann::json to_json(const RunComparison& comparison);

}  // namespace trilane::ui
