#include "base/fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

namespace trilane {
namespace {

double usl(double p, double a, double b) { return p / (1 + a * (p - 1) + b * p * (p - 1)); }

std::vector<ScalingPoint> exact(double a, double b, std::initializer_list<double> workers) {
  std::vector<ScalingPoint> points;
  for (const double p : workers) points.push_back({p, 50 * usl(p, a, b), {}});
  return points;
}

/// Repeats that scatter by `noise` around the law.
std::vector<ScalingPoint> noisy(double a, double b, double noise, std::uint64_t seed) {
  Random random(seed);
  std::vector<ScalingPoint> points;
  for (const double p : {1.0, 2.0, 3.0, 4.0, 6.0, 8.0}) {
    ScalingPoint point{p, 0, {}};
    for (int i = 0; i < 7; ++i) point.samples.push_back(50 * usl(p, a, b) * (1 + noise * (2 * random.unit() - 1)));
    std::vector<double> sorted = point.samples;
    std::ranges::sort(sorted);
    point.rate = sorted[3];
    points.push_back(point);
  }
  return points;
}

TEST(Fit, AmdahlFindsTheSerialFractionItWasMadeFrom) {
  for (const double s : {0.0, 0.05, 0.3, 1.0}) {
    const auto fit = fit_amdahl_law(exact(s, 0, {1, 2, 4, 8, 16}));
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->serial.value, s, 1e-12);
    EXPECT_NEAR(fit->residual, 0, 1e-12);
    EXPECT_NEAR(fit->speedup(4), 1 / (s + (1 - s) / 4), 1e-9);
  }
}

TEST(Fit, AmdahlGoesThroughNoiseAndSaysHowWell) {
  const auto fit = fit_amdahl_law(std::vector<ScalingPoint>{{1, 1, {}}, {2, 1.85, {}}, {4, 3.4, {}}, {8, 5.1, {}}});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->serial.value, 0.08, 0.02);
  EXPECT_GT(fit->residual, 0);
  EXPECT_LT(fit->residual, 0.05);
}

TEST(Fit, UslFindsBothParametersAndItsPeak) {
  const auto fit = fit_usl(exact(0.05, 0.01, {1, 2, 4, 8, 16}));
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->contention.value, 0.05, 1e-9);
  EXPECT_NEAR(fit->coherence.value, 0.01, 1e-9);
  ASSERT_TRUE(fit->peak_workers());
  const double peak = *fit->peak_workers();
  EXPECT_NEAR(peak, std::sqrt(0.95 / 0.01), 1e-6);
  EXPECT_GT(fit->speedup(peak), fit->speedup(peak - 1));
  EXPECT_GT(fit->speedup(peak), fit->speedup(peak + 1));
}

TEST(Fit, UslWithoutCoherenceIsAmdahl) {
  const auto points = exact(0.2, 0, {1, 2, 4, 8});
  const auto fit = fit_usl(points);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->contention.value, fit_amdahl_law(points)->serial.value, 1e-9);
  EXPECT_NEAR(fit->coherence.value, 0, 1e-9);
}

TEST(Fit, ParametersStayInTheirBounds) {
  // Better than ideal, and worse than one worker: no law gives that, the nearest one is taken.
  const auto super = fit_usl(std::vector<ScalingPoint>{{1, 10, {}}, {2, 25, {}}, {4, 60, {}}, {8, 130, {}}});
  ASSERT_TRUE(super);
  EXPECT_GE(super->contention.value, 0);
  EXPECT_GE(super->coherence.value, 0);
  EXPECT_FALSE(super->peak_workers());
  const auto worse = fit_amdahl_law(std::vector<ScalingPoint>{{1, 10, {}}, {2, 5, {}}, {4, 2, {}}});
  ASSERT_TRUE(worse);
  EXPECT_DOUBLE_EQ(worse->serial.value, 1);
  EXPECT_EQ(fit_amdahl_law(std::vector<ScalingPoint>{{1, 1, {}}, {2, 2.5, {}}, {4, 5, {}}})->serial.value, 0);
  EXPECT_EQ(fit_amdahl_law(std::vector<ScalingPoint>{{1, 1, {}}, {2, 0.5, {}}})->serial.value, 1);
}

TEST(Fit, TheIntervalFromRepeatsHoldsTheTruthAndNarrowsWithTheNoise) {
  int held = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto fit = fit_amdahl_law(noisy(0.1, 0, 0.05, seed));
    ASSERT_TRUE(fit);
    ASSERT_EQ(fit->spread, FitSpread::repeats);
    held += *fit->serial.low <= 0.1 && 0.1 <= *fit->serial.high ? 1 : 0;
  }
  EXPECT_GE(held, 33) << "a 95 % interval of few repeats holds the truth most of the time";
  const auto width = [](double noise) {
    const auto fit = fit_usl(noisy(0.1, 0.01, noise, 5));
    return *fit->contention.high - *fit->contention.low;
  };
  EXPECT_GT(width(0.05), 3 * width(0.005));
}

TEST(Fit, WithoutRepeatsTheIntervalComesFromTheResiduals) {
  const std::vector<ScalingPoint> points{{1, 10, {}}, {2, 18, {}}, {3, 25.5, {}}, {4, 30.9, {}}, {8, 47, {}}};
  const auto fit = fit_amdahl_law(points);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->spread, FitSpread::residuals);
  EXPECT_LT(*fit->serial.low, fit->serial.value);
  EXPECT_GT(*fit->serial.high, fit->serial.value);
  const auto again = fit_amdahl_law(points);
  EXPECT_EQ(*again->serial.low, *fit->serial.low) << "one input, one answer";
}

TEST(Fit, SaysNothingWhereItCannot) {
  EXPECT_FALSE(fit_amdahl_law({}));
  EXPECT_FALSE(fit_amdahl_law(exact(0.1, 0, {1})));
  EXPECT_FALSE(fit_amdahl_law(exact(0.1, 0, {2, 4, 8}))) << "no one-worker point to compare with";
  EXPECT_FALSE(fit_usl(exact(0.1, 0, {1, 4}))) << "two parameters from one point";
  EXPECT_FALSE(fit_amdahl_law(std::vector<ScalingPoint>{{1, 0, {}}, {2, 0, {}}}));
  EXPECT_FALSE(fit_amdahl_law(std::vector<ScalingPoint>{{1, 1, {}}, {1, 1, {}}}));
  EXPECT_FALSE(fit_amdahl_law(std::vector<ScalingPoint>{{1, 1, {}}, {2, 0, {}}}));
  const auto two = fit_amdahl_law(exact(0.1, 0, {1, 4}));
  ASSERT_TRUE(two);
  EXPECT_EQ(two->spread, FitSpread::none);
  EXPECT_FALSE(two->serial.low);
}

}  // namespace
}  // namespace trilane
