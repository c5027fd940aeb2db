#include "base/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.hpp"

namespace trilane {
namespace {

TEST(Histogram, EveryQuantileIsWithinItsStatedErrorOfTheSortedValues) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    Histogram histogram;
    std::vector<std::int64_t> values;
    for (int i = 0; i < 5000; ++i) {
      // From ns to hours, evenly over the orders of magnitude.
      const auto value = static_cast<std::int64_t>(std::exp(random.unit() * 30));
      values.push_back(value);
      histogram.add(value);
    }
    std::ranges::sort(values);
    for (const double q : {0.0, 0.001, 0.25, 0.5, 0.95, 0.99, 0.9999, 1.0}) {
      const auto rank = std::max<std::size_t>(static_cast<std::size_t>(std::ceil(q * 5000)), 1);
      const auto exact = static_cast<double>(values[rank - 1]);
      ASSERT_NEAR(histogram.quantile_ns(q), exact, exact * Histogram::kRelativeError) << "q " << q << " seed " << seed;
    }
    EXPECT_EQ(histogram.max_ns(), values.back());
  }
}

TEST(Histogram, SmallValuesAndTheExtremesAreExact) {
  Histogram histogram;
  for (const std::int64_t value : {3, 255, 17, 0}) histogram.add(value);
  EXPECT_EQ(histogram.quantile_ns(0.5), 3);
  EXPECT_EQ(histogram.quantile_ns(0.75), 17);
  histogram.add(123'456'789);
  EXPECT_EQ(histogram.quantile_ns(1), 123'456'789) << "no bucket's middle lies beyond the greatest value";
  Histogram one;
  one.add(987'654'321);
  EXPECT_EQ(one.quantile_ns(0.5), 987'654'321);
}

TEST(Histogram, AMergedOneIsTheOneOfAllValues) {
  Random random(3);
  Histogram whole, left, right;
  for (int i = 0; i < 3000; ++i) {
    const auto value = static_cast<std::int64_t>(random.next() % 1'000'000'007);
    whole.add(value);
    (i % 3 == 0 ? left : right).add(value);
  }
  left.add(right);
  left.add(Histogram());
  EXPECT_EQ(left.count(), 3000U);
  for (const double q : {0.0, 0.1, 0.5, 0.9, 1.0}) EXPECT_EQ(left.quantile_ns(q), whole.quantile_ns(q));
}

TEST(Histogram, CountsManyAtOnceAndAnythingThatAClockCanSay) {
  Histogram histogram;
  histogram.add(-5);
  histogram.add(std::numeric_limits<std::int64_t>::max());
  histogram.add(1000, 1'000'000'000'000);
  EXPECT_EQ(histogram.count(), 1'000'000'000'002U);
  EXPECT_NEAR(histogram.quantile_ns(0.5), 1000, 1000 * Histogram::kRelativeError);
  EXPECT_EQ(histogram.quantile_ns(0), 0);
  EXPECT_FALSE(percentiles_ms(Histogram()).has_value());
}

}  // namespace
}  // namespace trilane
