#include "experiments/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/stats.hpp"
#include "experiments/words.hpp"

namespace trilane::lab {

using nlohmann::json;

namespace {

Case model_case(std::string_view id) { return {std::string(id), model_name(id), std::string(id)}; }

template <class Operation>
Series combine(const Series& a, const Series& b, Operation operation) {
  Series out(std::min(a.size(), b.size()));
  for (std::size_t round = 0; round < out.size(); ++round) {
    if (a[round] && b[round]) out[round] = operation(*a[round], *b[round]);
  }
  return out;
}

}  // namespace

const Case kMachine{"machine", {"this machine", "эта машина"}, ""};

const Case& sync_case() {
  static const Case one = model_case("sync");
  return one;
}
const Case& threads_case() {
  static const Case one = model_case("threads");
  return one;
}
const Case& gil_case() {
  static const Case one = model_case("gil");
  return one;
}
const Case& processes_case() {
  static const Case one = model_case("processes");
  return one;
}
const Case& async_case() {
  static const Case one = model_case("async");
  return one;
}

Case at_level(const Case& of, std::string_view level, const BothTexts& label) {
  return {of.id + "." + std::string(level), both("{}, {}", "{}, {}", of.label, label), of.hue};
}

void Samples::set(const Case& of, const Metric& metric, std::size_t round, double value) {
  Series& series = by_case_[of.id][std::string(metric.id)];
  if (series.size() <= round) series.resize(round + 1);
  series[round] = value;
}

const Series& Samples::of(const Case& of, const Metric& metric) const {
  static const Series none;
  const auto found = by_case_.find(of.id);
  if (found == by_case_.end()) return none;
  const auto series = found->second.find(metric.id);
  return series == found->second.end() ? none : series->second;
}

std::size_t Samples::rounds() const {
  std::size_t most = 0;
  for (const auto& [name, metrics] : by_case_) {
    if (name == kMachine.id) continue;
    for (const auto& [metric, series] : metrics) most = std::max(most, series.size());
  }
  return most;
}

json Samples::to_json() const {
  json out = json::object();
  for (const auto& [name, metrics] : by_case_) {
    for (const auto& [metric, series] : metrics) {
      json& list = out[name][metric] = json::array();
      for (const auto& value : series) list.push_back(value ? json(*value) : json(nullptr));
    }
  }
  return out;
}

Result<Samples> Samples::from_json(const json& source) {
  if (!source.is_object()) return fail("samples must be an object of cases", "samples");
  Samples samples;
  for (const auto& [name, metrics] : source.items()) {
    if (!metrics.is_object()) return fail("samples." + name.substr(0, 80) + " must be an object of metrics", "samples");
    for (const auto& [metric, list] : metrics.items()) {
      const std::string place = "samples." + name.substr(0, 80) + "." + metric.substr(0, 80);
      if (!list.is_array() || list.size() > kMostRounds) return fail(place + " must be a list of numbers", "samples");
      Series& series = samples.by_case_[name][metric];
      for (const json& value : list) {
        if (!value.is_null() && (!value.is_number() || !std::isfinite(value.get<double>()))) {
          return fail(place + " must hold finite numbers, or null where one is missing", "samples");
        }
        series.push_back(value.is_null() ? std::nullopt : std::optional(value.get<double>()));
      }
    }
  }
  return samples;
}

std::vector<std::string> Samples::cases() const {
  std::vector<std::string> out;
  for (const auto& [name, metrics] : by_case_) {
    if (name != kMachine.id) out.push_back(name);
  }
  return out;
}

void Samples::swap_cases(const std::string& a, const std::string& b) { std::swap(by_case_[a], by_case_[b]); }

Series ratio(const Series& a, const Series& b) {
  Series out = combine(a, b, [](double over, double under) { return under == 0 ? NAN : over / under; });
  for (auto& value : out) {
    if (value && std::isnan(*value)) value.reset();
  }
  return out;
}

Series sum(const Series& a, const Series& b) { return combine(a, b, std::plus()); }
Series difference(const Series& a, const Series& b) { return combine(a, b, std::minus()); }

Series greater(const Series& a, const Series& b) {
  return combine(a, b, [](double one, double other) { return std::max(one, other); });
}

Series scaled(const Series& a, double factor) {
  Series out = a;
  for (auto& value : out) {
    if (value) *value *= factor;
  }
  return out;
}

double median_us(std::span<const std::int64_t> times_ns) {
  std::vector<double> times_us;
  for (const std::int64_t time : times_ns) times_us.push_back(static_cast<double>(time) / 1e3);
  return median(times_us).value_or(0);
}

std::vector<double> values(const Series& series) {
  std::vector<double> out;
  for (const auto& value : series) {
    if (value) out.push_back(*value);
  }
  return out;
}

std::optional<Estimate> estimate(const Series& series, double error) {
  const std::vector<double> known = values(series);
  const auto interval = median_interval(known, error);
  if (!interval || interval->coverage < 1 - error) return std::nullopt;
  return Estimate{*median(known), interval->low, interval->high};
}

std::optional<Estimate> extremes(const Series& series) {
  const std::vector<double> known = values(series);
  if (known.empty()) return std::nullopt;
  const auto [least, most] = std::ranges::minmax(known);
  return Estimate{*median(known), least, most};
}

std::optional<Estimate> scaled(const std::optional<Estimate>& value, double factor) {
  if (!value) return std::nullopt;
  return Estimate{value->median * factor, value->low * factor, value->high * factor};
}

}  // namespace trilane::lab
