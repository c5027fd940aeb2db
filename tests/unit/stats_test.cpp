#include "base/stats.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.hpp"

namespace trilane {
namespace {

std::vector<double> one_to(int n) {
  std::vector<double> values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 1.0);
  return values;
}

TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  // Hyndman & Fan type 7, as R's quantile() prints it for c(1, 2, 4, 8).
  const std::vector<double> sorted{1, 2, 4, 8};
  EXPECT_DOUBLE_EQ(quantile_sorted(sorted, 0), 1);
  EXPECT_DOUBLE_EQ(quantile_sorted(sorted, 0.25), 1.75);
  EXPECT_DOUBLE_EQ(quantile_sorted(sorted, 0.5), 3);
  EXPECT_DOUBLE_EQ(quantile_sorted(sorted, 0.9), 6.8);
  EXPECT_DOUBLE_EQ(quantile_sorted(sorted, 1), 8);
  EXPECT_DOUBLE_EQ(quantile_sorted(std::vector<double>{7}, 0.99), 7);
}

TEST(Median, OfAnyOrderAndOfNothing) {
  EXPECT_FALSE(median({}));
  EXPECT_EQ(median({5}), 5);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
}

TEST(MedianInterval, NeedsTwoValues) {
  EXPECT_FALSE(median_interval({}));
  EXPECT_FALSE(median_interval({3}));
}

// The tails of Binomial(n, 1/2) worked out by hand: k is the rank of the lower bound, below / 2^n its tail.
TEST(MedianInterval, HasTheRanksAndCoverageOfTheBinomial) {
  struct Case {
    int n;
    int k;
    double below;  // sum of C(n, i) for i < k
  };
  const Case cases[] = {{2, 1, 1},   {3, 1, 1},   {5, 1, 1},    {6, 1, 1},      {8, 1, 1},   {9, 2, 10},
                        {11, 2, 12}, {12, 3, 79}, {15, 4, 576}, {20, 6, 21700}, {16, 4, 697}};
  for (const Case& c : cases) {
    const auto interval = median_interval(one_to(c.n));
    ASSERT_TRUE(interval) << c.n;
    EXPECT_EQ(interval->low, c.k) << c.n;
    EXPECT_EQ(interval->high, c.n + 1 - c.k) << c.n;
    EXPECT_NEAR(interval->coverage, 1 - 2 * c.below / std::pow(2.0, c.n), 1e-9) << c.n;
  }
}

TEST(MedianInterval, CoversAtLeast95PercentFromSixValuesOnAndIsAsNarrowAsAllowed) {
  for (int n = 6; n <= 2000; n = n < 60 ? n + 1 : n * 2 + 1) {
    const auto interval = median_interval(one_to(n));
    ASSERT_TRUE(interval);
    EXPECT_GE(interval->coverage, 0.95 - 1e-9) << n;
    EXPECT_LE(interval->low, interval->high) << n;
    EXPECT_DOUBLE_EQ(interval->low + interval->high, n + 1) << n;
    // The normal approximation of the rank, which the exact one approaches: within two ranks of it.
    EXPECT_NEAR(interval->low, n / 2.0 - 0.98 * std::sqrt(n), 2.0) << n;
  }
}

TEST(MedianInterval, ContainsTheTrueMedianAsOftenAsItSays) {
  Random random(7);
  int hits = 0;
  constexpr int kTrials = 4000;
  double coverage = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> values(11);
    // Skewed on purpose: the interval must not lean on a normal distribution. Its median is 0.25.
    for (double& value : values) value = std::pow(random.unit(), 2);
    const auto interval = median_interval(values);
    coverage = interval->coverage;
    hits += interval->low <= 0.25 && 0.25 <= interval->high;
  }
  EXPECT_NEAR(hits / double{kTrials}, coverage, 0.01);
}

TEST(Summarize, KeepsTheOrderOfMeasuringAndSaysNothingWithoutASpread) {
  const Summary three = summarize({3, 1, 2});
  EXPECT_EQ(three.samples, (std::vector<double>{3, 1, 2}));
  EXPECT_EQ(three.median, 2);
  EXPECT_EQ(three.low, 1);
  EXPECT_EQ(three.high, 3);
  const Summary one = summarize({4});
  EXPECT_EQ(one.median, 4);
  EXPECT_FALSE(one.low);
  EXPECT_FALSE(one.high);
  EXPECT_FALSE(summarize({}).median);
}

TEST(Percentiles, OfAThousandValuesInAnyOrder) {
  std::vector<double> values = one_to(1001);
  std::ranges::reverse(values);
  const auto found = percentiles(values);
  ASSERT_TRUE(found);
  EXPECT_DOUBLE_EQ(found->p50, 501);
  EXPECT_DOUBLE_EQ(found->p95, 951);
  EXPECT_DOUBLE_EQ(found->p99, 991);
  EXPECT_DOUBLE_EQ(found->max, 1001);
  EXPECT_FALSE(percentiles({}));
}

TEST(Compare, SaysNoDifferenceWhenIntervalsOverlap) {
  const Summary a = summarize({10, 11, 12, 13, 14, 15});
  const Summary b = summarize({14, 15, 16, 17, 18, 19});
  const auto overlapping = compare(a, b);
  ASSERT_TRUE(overlapping);
  EXPECT_FALSE(overlapping->different);
  EXPECT_DOUBLE_EQ(overlapping->ratio, 12.5 / 16.5);
  // Touching is overlapping: the bound itself may be the median of both.
  EXPECT_FALSE(compare(a, summarize({15, 16, 17, 18, 19, 20}))->different);
}

TEST(Compare, SeesADifferenceEitherWay) {
  const Summary slow = summarize({20, 21, 22, 23, 24, 25});
  const Summary fast = summarize({10, 11, 12, 13, 14, 15});
  EXPECT_TRUE(compare(slow, fast)->different);
  EXPECT_TRUE(compare(fast, slow)->different);
}

TEST(Compare, IsSilentWithoutIntervalsOrWithAZeroMedian) {
  const Summary fine = summarize({1, 2, 3});
  EXPECT_FALSE(compare(summarize({1}), fine));
  EXPECT_FALSE(compare(fine, summarize({1})));
  EXPECT_FALSE(compare(fine, summarize({})));
  EXPECT_FALSE(compare(fine, summarize({0, 0, 0})));
}

TEST(Checksum, TellsSwappedValuesOfTwoTasksApart) {
  EXPECT_NE(checksum_term(0, 5) + checksum_term(1, 9), checksum_term(0, 9) + checksum_term(1, 5));
  EXPECT_NE(checksum_term(0, 0), checksum_term(1, 0));
  EXPECT_EQ(checksum_term(3, 77), checksum_term(3, 77));
}

TEST(Random, IsTheSameEverywhereAndUniform) {
  // The published first outputs of SplitMix64 from seed 1234567.
  Random published(1234567);
  EXPECT_EQ(published.next(), 6457827717110365317ULL);
  EXPECT_EQ(published.next(), 3203168211198807973ULL);
  Random random(1);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double value = random.unit();
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.01);
}

}  // namespace
}  // namespace trilane
