// A histogram with logarithmic buckets, after HdrHistogram (Tene): percentiles of any number of durations in bounded
// memory. Counts are exact, and so are the least and the greatest; any other value is known to kRelativeError.
// One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/stats.hpp"

namespace trilane {

class Histogram {
 public:
  /// A quantile differs from the value at its rank by at most this share of it.
  static constexpr double kRelativeError = 1.0 / 256;
  /// What one takes at most, however much is added.
  static constexpr std::size_t kMostBytes = 60'000;

  /// ns; below 0 counts as 0.
  void add(std::int64_t value_ns, std::uint64_t count = 1);
  void add(const Histogram& other);
  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  std::int64_t max_ns() const { return max_; }
  /// The value at rank ceil(q * count), in ns; q from 0 to 1. Not of an empty histogram.
  double quantile_ns(double q) const;

 private:
  std::vector<std::uint64_t> counts_;  // up to the last bucket with something in it
  std::uint64_t count_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
};

/// In ms; nothing for an empty histogram.
std::optional<Percentiles> percentiles_ms(const Histogram& histogram);

}  // namespace trilane
