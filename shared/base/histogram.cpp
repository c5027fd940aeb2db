#include "base/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.hpp"

namespace trilane {
namespace {

// Values below 2^8 have buckets of their own; each octave from there on has 2^7 of equal width. A bucket's middle is
// then at most 2^-8 of the value away from anything in it.
constexpr int kBits = 7;
constexpr std::uint64_t kPerOctave = std::uint64_t{1} << kBits;
static_assert(Histogram::kRelativeError == 1.0 / (2 * kPerOctave));

std::size_t bucket_of(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (bits < 2 * kPerOctave) return bits;
  const int shift = std::bit_width(bits) - (kBits + 1);
  return static_cast<std::size_t>(static_cast<std::uint64_t>(shift) * kPerOctave + (bits >> shift));
}
static_assert(sizeof(std::uint64_t) * (63 - kBits + 1) * kPerOctave <= Histogram::kMostBytes);

double middle_of(std::size_t bucket) {
  if (bucket < 2 * kPerOctave) return static_cast<double>(bucket);
  const std::uint64_t shift = bucket / kPerOctave - 1;
  const std::uint64_t begin = (bucket - shift * kPerOctave) << shift;
  return static_cast<double>(begin) + static_cast<double>((std::uint64_t{1} << shift) - 1) / 2;
}

}  // namespace

void Histogram::add(std::int64_t value_ns, std::uint64_t count) {
  if (count == 0) return;
  const std::int64_t value = std::max<std::int64_t>(value_ns, 0);
  const std::size_t bucket = bucket_of(value);
  if (bucket >= counts_.size()) {
    counts_.reserve(bucket + 1);  // not twice as much as is needed
    counts_.resize(bucket + 1);
  }
  counts_[bucket] += count;
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  count_ += count;
}

void Histogram::add(const Histogram& other) {
  if (other.empty()) return;
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
}

double Histogram::quantile_ns(double q) const {
  TRILANE_CHECK(count_ != 0);
  const auto rank = static_cast<std::uint64_t>(
      std::clamp(std::ceil(q * static_cast<double>(count_)), 1.0, static_cast<double>(count_)));
  std::uint64_t before = 0;
  std::size_t bucket = 0;
  while (before + counts_[bucket] < rank) before += counts_[bucket++];
  return std::clamp(middle_of(bucket), static_cast<double>(min_), static_cast<double>(max_));
}

std::optional<Percentiles> percentiles_ms(const Histogram& histogram) {
  if (histogram.empty()) return std::nullopt;
  return Percentiles{histogram.quantile_ns(0.50) / 1e6, histogram.quantile_ns(0.95) / 1e6,
                     histogram.quantile_ns(0.99) / 1e6, static_cast<double>(histogram.max_ns()) / 1e6};
}

}  // namespace trilane
