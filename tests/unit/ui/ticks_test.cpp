// Numbers beside the axes: round, inside, not too many, and never so few that nobody can read a scale from them.
#include "ui/plots/ticks.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace trilane::ui {
namespace {

using Values = std::vector<double>;

TEST(Ticks, OfALinearAxisAreMultiplesOfOneTwoOrFive) {
  EXPECT_EQ(linear_ticks(0, 10, 5).at, (Values{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(linear_ticks(0, 1200, 4).at, (Values{0, 500, 1000}));
  EXPECT_EQ(linear_ticks(-1, 1, 2).at, (Values{-1, 0, 1}));
  EXPECT_TRUE(linear_ticks(3, 3, 4).at.empty());
}

TEST(Ticks, OfALogarithmicAxisArePowers) {
  EXPECT_EQ(log_ticks(1, 1000, 5, false).at, (Values{1, 10, 100, 1000}));
  EXPECT_EQ(log_ticks(1, 16, 8, true).at, (Values{1, 2, 4, 8, 16}));
  EXPECT_LE(log_ticks(1, 1e12, 4, false).at.size(), 4U);
  EXPECT_TRUE(log_ticks(0, 10, 4, false).at.empty()) << "no logarithm";
}

TEST(Ticks, AreAtLeastTwoWhereverTheAxisEnds) {
  for (const double low : {0.7, 15.0, 21.0, 99.0, 1234.0}) {
    for (const double factor : {1.05, 1.5, 2.3, 6.0, 9.9, 40.0}) {
      for (const Ticks& ticks : {linear_ticks(low, low * factor, 2), log_ticks(low, low * factor, 2, false)}) {
        ASSERT_GE(ticks.at.size(), 2U) << low << " to " << low * factor;
        EXPECT_GE(ticks.at.front(), low * (1 - 1e-6));
        EXPECT_LE(ticks.at.back(), low * factor * (1 + 1e-6));
      }
    }
  }
}

}  // namespace
}  // namespace trilane::ui
