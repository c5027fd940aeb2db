#include "ui/comparison.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace trilane::ui {
namespace {

using nlohmann::json;

Outcome judge(const MeasuredValue& pinned, const MeasuredValue& current) {
  if (!pinned.value || !current.value) return Outcome::missing;
  if (!pinned.low || !pinned.high || !current.low || !current.high) return Outcome::unspread;
  const Summary a{current.value, current.low, current.high, {}};
  const Summary b{pinned.value, pinned.low, pinned.high, {}};
  const auto compared = compare(a, b);
  if (!compared) return Outcome::unspread;
  if (!compared->different) return Outcome::same;
  return *current.value < *pinned.value ? Outcome::less : Outcome::more;
}

MeasureComparison compare_measure(Measure measure, const RunResult& pinned, const RunResult& current) {
  const MeasuredValue before = measured(pinned, measure);
  const MeasuredValue now = measured(current, measure);
  MeasureComparison out;
  out.measure = measure;
  out.pinned = before.value;
  out.current = now.value;
  out.outcome = judge(before, now);
  if (out.outcome == Outcome::missing || *before.value <= 0) return out;
  out.ratio = *now.value / *before.value;
  if (out.outcome == Outcome::unspread || *before.low <= 0) return out;
  out.ratio_low = *now.low / *before.high;
  out.ratio_high = *now.high / *before.low;
  return out;
}

/// The options that make a measurement what it is.
json options_of(const RunConfig& config) {
  json options = to_json(config);
  for (const char* other : {"seed", "repeat", "warmup", "trace", "server", "timeout_ms"}) options.erase(other);
  // Without a lock its switch interval means nothing; where nobody creates workers, nor does their number.
  if (!config.gil) options.erase("switch_interval_ms");
  if (config.model == "sync" || config.model == "async") options.erase("workers");
  // A limit that is no limit is none: one task at a time in sync, one a worker with threads and processes.
  const bool limits = config.model == "async" || (config.model != "sync" && config.busy_workers() < config.workers);
  if (!limits) options.erase("concurrency");
  return options;
}

json or_null(const std::optional<double>& value) { return value ? json(*value) : json(); }

}  // namespace

MeasuredValue measured(const RunResult& r, Measure measure) {
  const auto of = [](const Summary& s) { return MeasuredValue{s.median, s.low, s.high}; };
  const auto one = [](const std::optional<double>& value) { return MeasuredValue{value, {}, {}}; };
  switch (measure) {
    case Measure::makespan: return of(r.wall_ms);
    case Measure::throughput: return of(r.throughput_per_s);
    case Measure::latency_p50: return one(r.latency_ms ? std::optional(r.latency_ms->p50) : std::nullopt);
    case Measure::latency_p99: return one(r.latency_ms ? std::optional(r.latency_ms->p99) : std::nullopt);
    case Measure::cpu:
      return one(r.cpu_user_ms ? std::optional(*r.cpu_user_ms + r.cpu_system_ms.value_or(0)) : std::nullopt);
    case Measure::memory: return one(r.peak_rss_bytes);
    case Measure::startup: return one(r.startup_ms);
    case Measure::count: break;
  }
  return {};
}

RunComparison compare_runs(const RunResult& pinned, const RunResult& current) {
  RunComparison out;
  const json before = options_of(pinned.config);
  const json now = options_of(current.config);
  for (const auto& [key, value] : now.items()) {
    const auto other = before.find(key);
    if (other == before.end() || *other != value) out.other_options.push_back(key);
  }
  for (const auto& [key, value] : before.items()) {
    if (!now.contains(key)) out.other_options.push_back(key);
  }
  // A lost update is what the counter is about; and another seed is other work.
  out.answers_differ = out.other_options.empty() && pinned.config.seed == current.config.seed &&
                       !current.counter_expected && pinned.checksum != current.checksum;
  for (int i = 0; i < kMeasures; ++i) out.measures.push_back(compare_measure(static_cast<Measure>(i), pinned, current));
  return out;
}

std::vector<RunComparison> compare_all(std::span<const RunResult* const> pinned,
                                       std::span<const RunResult* const> current) {
  std::vector<RunComparison> all;
  for (std::size_t c = 0; c < current.size(); ++c) {
    if (current[c] == nullptr) continue;
    const RunConfig& config = current[c]->config;
    std::size_t best = pinned.size();
    for (std::size_t p = 0; p < pinned.size(); ++p) {
      if (pinned[p] == nullptr || pinned[p]->config.model != config.model || pinned[p]->config.gil != config.gil)
        continue;
      const bool equal = options_of(pinned[p]->config) == options_of(config);
      if (best == pinned.size() || equal) best = p;
      if (equal) break;
    }
    if (best == pinned.size()) continue;
    RunComparison one = compare_runs(*pinned[best], *current[c]);
    one.pinned = best;
    one.current = c;
    all.push_back(std::move(one));
  }
  return all;
}

json to_json(const RunComparison& comparison) {
  json measures = json::object();
  for (const MeasureComparison& one : comparison.measures) {
    measures[std::string(kMeasureKeys[static_cast<int>(one.measure)])] = {
        {"pinned", or_null(one.pinned)},         {"current", or_null(one.current)},
        {"ratio", or_null(one.ratio)},           {"ratio_low", or_null(one.ratio_low)},
        {"ratio_high", or_null(one.ratio_high)}, {"outcome", kOutcomeKeys[static_cast<int>(one.outcome)]}};
  }
  return {{"other_options", comparison.other_options},
          {"answers_differ", comparison.answers_differ},
          {"measures", std::move(measures)}};
}

}  // namespace trilane::ui
