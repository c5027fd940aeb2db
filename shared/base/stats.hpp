// Statistics of repeated measurements. Pure functions: no clock, no state, any thread. Units are the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace trilane {

/// The q-quantile (0..1) with linear interpolation between order statistics (Hyndman & Fan 1996, type 7).
/// `sorted` must be ascending and not empty.
double quantile_sorted(std::span<const double> sorted, double q);

/// The median of values in any order; nothing for an empty list.
std::optional<double> median(std::vector<double> values);

/// A distribution-free interval for the median from order statistics: [x(k), x(n+1-k)] with the greatest k whose
/// coverage 1 - 2 * P(Binomial(n, 1/2) < k) is at least 1 - error (Conover, Practical Nonparametric Statistics, 3.2).
/// With few values (fewer than six at 5 %) even the extremes cover less: then the extremes, and `coverage` says how
/// much.
struct MedianInterval {
  double low = 0;
  double high = 0;
  double coverage = 0;  ///< Probability that it contains the true median, 0..1.
};
/// Nothing for fewer than two values: one run says nothing about its spread.
std::optional<MedianInterval> median_interval(std::vector<double> values, double error = 0.05);

/// What is reported of a repeated measurement.
struct Summary {
  std::optional<double> median;
  std::optional<double> low;  ///< Bounds of median_interval, or nothing when there are too few samples.
  std::optional<double> high;
  std::vector<double> samples;  ///< In the order they were measured.
};
Summary summarize(std::vector<double> samples);

/// p50, p95, p99 and maximum of one list of values (any order); nothing for an empty list.
struct Percentiles {
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};
std::optional<Percentiles> percentiles(std::vector<double> values);

/// How two repeated measurements compare: `different` only when their median intervals do not overlap.
struct Comparison {
  double ratio = 1;  ///< median(a) / median(b)
  bool different = false;
};
std::optional<Comparison> compare(const Summary& a, const Summary& b);

/// One term of a run's checksum: the checksum is the sum of all terms modulo 2^64, so the order of tasks does not
/// matter.
std::uint64_t checksum_term(std::uint32_t task, std::uint64_t value);

}  // namespace trilane
