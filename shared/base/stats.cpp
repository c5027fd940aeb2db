#include "base/stats.hpp"

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

namespace trilane {

double quantile_sorted(std::span<const double> sorted, double q) {
  const double position = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::optional<double> median(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  return quantile_sorted(values, 0.5);
}

std::optional<MedianInterval> median_interval(std::vector<double> values, double error) {
  const std::size_t n = values.size();
  if (n < 2) return std::nullopt;
  std::ranges::sort(values);
  // tail = P(Binomial(n, 1/2) < k), grown term by term; k = 1 is the extremes. Logarithms, because 2^-n underflows.
  const double log_half_power = -static_cast<double>(n) * std::log(2.0);
  double tail = std::exp(log_half_power);
  std::size_t k = 1;
  for (double log_choose = 0; k < n / 2;) {
    log_choose += std::log(static_cast<double>(n - k + 1) / static_cast<double>(k));
    const double next = tail + std::exp(log_half_power + log_choose);
    if (next > error / 2) break;
    tail = next;
    ++k;
  }
  return MedianInterval{values[k - 1], values[n - k], 1.0 - 2.0 * tail};
}

Summary summarize(std::vector<double> samples) {
  Summary summary;
  summary.median = median(samples);
  if (const auto interval = median_interval(samples)) {
    summary.low = interval->low;
    summary.high = interval->high;
  }
  summary.samples = std::move(samples);
  return summary;
}

std::optional<Percentiles> percentiles(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  return Percentiles{quantile_sorted(values, 0.50), quantile_sorted(values, 0.95), quantile_sorted(values, 0.99),
                     values.back()};
}

std::optional<Comparison> compare(const Summary& a, const Summary& b) {
  if (!a.median || !b.median || !a.low || !b.low || *b.median == 0) return std::nullopt;
  return Comparison{*a.median / *b.median, *a.high < *b.low || *b.high < *a.low};
}

std::uint64_t checksum_term(std::uint32_t task, std::uint64_t value) { return mix64(value ^ mix64(task)); }

}  // namespace trilane
