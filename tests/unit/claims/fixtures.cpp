#include "unit/claims/fixtures.hpp"

namespace trilane::claims {
namespace {

constexpr double kShape[] = {-1, 0.6, -0.3, 0.9, 0.1, -0.7, 0.4, -0.1, 0.8, -0.5, 0};

lab::Case named(std::string_view of) { return {std::string(of), {}, ""}; }
lab::Metric metric_of(std::string_view id) { return {id, {"", ""}, ""}; }

}  // namespace

void fill(Measured& measured, std::string_view of, std::string_view metric, double middle, double noise) {
  for (std::size_t round = 0; round < std::size(kShape); ++round) {
    measured.samples.set(named(of), metric_of(metric), round, middle * (1 + noise * kShape[round]));
  }
  measured.plan = {.rounds = std::size(kShape), .error = Plan::kError, .chosen = true};
}

void blur(Measured& measured, std::string_view of, std::string_view metric, double middle) {
  fill(measured, of, metric, middle, 0.9);
}

void scale(Measured& measured, std::string_view of, std::string_view metric, double factor) {
  const lab::Series series = measured.samples.of(named(of), metric_of(metric));
  for (std::size_t round = 0; round < series.size(); ++round) {
    if (series[round]) measured.samples.set(named(of), metric_of(metric), round, *series[round] * factor);
  }
}

}  // namespace trilane::claims
