// What an experiment measures, as typed handles: a Case is one of the things compared, a Metric is one figure of it,
// and Samples holds at most one value of a metric a round. A plan and its verdict share the handles, so that a name
// cannot be mistyped in one of them; and values are kept by round, so that a value that is missing in one round never
// shifts the pairs of the others. Plain data; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "experiments/figure.hpp"

namespace trilane::lab {

/// A label known at compile time, in both languages.
struct Label {
  std::string_view en, ru;
  [[nodiscard]] BothTexts texts() const { return {std::string(en), std::string(ru)}; }
};

/// One figure of a case. `unit`: "ms", "us", "B", "/s", "×", "%", "" for counts.
struct Metric {
  std::string_view id;
  Label label;
  std::string_view unit;
};

// What every run has (run/1). An experiment defines those that are its own beside its cases.
inline constexpr Metric kWallMs{"wall_ms", {"makespan", "общее время"}, "ms"};
inline constexpr Metric kThroughput{"throughput_per_s", {"throughput", "пропускная способность"}, "/s"};
inline constexpr Metric kCpuMs{"cpu_ms", {"CPU time", "процессорное время"}, "ms"};
inline constexpr Metric kSwitches{"switches_involuntary", {"involuntary switches", "вынужденные переключения"}, ""};
inline constexpr Metric kStartupMs{"startup_ms", {"start-up", "запуск"}, "ms"};
inline constexpr Metric kLockWaitMs{"lock_wait_ms", {"waiting for locks", "ожидание блокировок"}, "ms"};
inline constexpr Metric kLagP99Ms{"lag_p99_ms", {"loop lag, p99", "задержка цикла, p99"}, "ms"};
inline constexpr Metric kLagMaxMs{"lag_max_ms", {"loop lag, most", "задержка цикла, наибольшая"}, "ms"};
inline constexpr Metric kLost{"lost", {"lost updates", "потерянные обновления"}, ""};
inline constexpr Metric kPeakBytes{"rss_bytes", {"peak memory", "пиковая память"}, "B"};

/// One of the things that are compared. `hue`: the model whose colour it has ("sync", "threads", "gil", "processes",
/// "async"), or empty.
struct Case {
  std::string id;
  BothTexts label;
  std::string hue;
};

/// What was seen of the machine itself while a round was measured: kStolen, the share of the processor (0..1) that
/// other programs took.
extern const Case kMachine;
inline constexpr Metric kStolen{"stolen", {"taken by other programs", "занято другими программами"}, ""};

/// The four models, and threads with the GIL.
const Case& sync_case();
const Case& threads_case();
const Case& gil_case();
const Case& processes_case();
const Case& async_case();
/// "async.200", "async, 200 waits": `of` at one level of what is varied.
Case at_level(const Case& of, std::string_view level, const BothTexts& label);

/// A value a round; nothing where it was not measured (not available here, or below the clock's step).
using Series = std::vector<std::optional<double>>;

class Samples {
 public:
  void set(const Case& of, const Metric& metric, std::size_t round, double value);
  /// Empty where nothing was measured.
  [[nodiscard]] const Series& of(const Case& of, const Metric& metric) const;
  [[nodiscard]] bool has(const Case& of, const Metric& metric) const { return !this->of(of, metric).empty(); }
  /// The greatest number of rounds that any metric has, the machine's own left out.
  [[nodiscard]] std::size_t rounds() const;

  /// {"CASE":{"METRIC":[value or null a round]}}
  [[nodiscard]] nlohmann::json to_json() const;
  /// The reverse. Errors: what is not of this form, or has more than kMostRounds rounds.
  static Result<Samples> from_json(const nlohmann::json& json);
  static constexpr std::size_t kMostRounds = 100'000;

  /// For tests: which cases there are; exchanges all samples of two.
  [[nodiscard]] std::vector<std::string> cases() const;
  void swap_cases(const std::string& a, const std::string& b);
  void erase_case(const std::string& id) { by_case_.erase(id); }

 private:
  std::map<std::string, std::map<std::string, Series, std::less<>>, std::less<>> by_case_;
};

// ---- arithmetic, round by round: a round that lacks an operand has no result

Series ratio(const Series& a, const Series& b);  ///< a / b; none where b is 0
Series sum(const Series& a, const Series& b);
Series difference(const Series& a, const Series& b);
Series greater(const Series& a, const Series& b);  ///< The greater of the two.
Series scaled(const Series& a, double factor);
/// Times in ns: their median in us; 0 without any.
double median_us(std::span<const std::int64_t> times_ns);
/// The values that there are.
std::vector<double> values(const Series& series);

/// A median with an interval around it.
struct Estimate {
  double median = 0, low = 0, high = 0;
  bool operator==(const Estimate&) const = default;
};
/// The median and its distribution-free interval (base/stats.hpp), which misses the true median with a probability of
/// at most `error`. Nothing where there are too few values for that: six for 5 %.
std::optional<Estimate> estimate(const Series& series, double error);
/// The median between the least and the greatest value: for what must hold in every round. Nothing without values.
std::optional<Estimate> extremes(const Series& series);
/// What is known exactly.
inline Estimate exactly(double value) { return {value, value, value}; }
std::optional<Estimate> scaled(const std::optional<Estimate>& value, double factor);

}  // namespace trilane::lab
