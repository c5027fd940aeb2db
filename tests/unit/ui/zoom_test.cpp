// Zooming and moving a plot: what is under the pointer stays there, and nobody gets lost beyond the data.
#include "ui/plots/zoom.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace trilane::ui {
namespace {

const FigureRange kLinear{0, 100, false};
const FigureRange kDecades{1, 10'000, true};

TEST(Zoom, ThePlaceUnderThePointerStays) {
  const FigureRange closer = zoomed(kLinear, kLinear, 0.25, 0.5);
  EXPECT_DOUBLE_EQ(closer.low + (closer.high - closer.low) * 0.25, 25);
  EXPECT_DOUBLE_EQ(closer.high - closer.low, 50);
  const FigureRange decades = zoomed(kDecades, kDecades, 0.5, 0.5);
  EXPECT_NEAR(decades.low, 10, 1e-9);
  EXPECT_NEAR(decades.high, 1000, 1e-6);
  EXPECT_TRUE(decades.logarithmic);
}

TEST(Zoom, OutEndsAtTheWholeAndInEndsSomewhere) {
  FigureRange range = zoomed(kLinear, kLinear, 0.9, 0.1);
  EXPECT_FALSE(is_whole(range, kLinear));
  for (int i = 0; i < 50; ++i) range = zoomed(range, kLinear, 0.3, 1.5);
  EXPECT_TRUE(is_whole(range, kLinear));
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 100);
  for (int i = 0; i < 500; ++i) range = zoomed(range, kLinear, 0.5, 0.5);
  EXPECT_GT(range.high, range.low);
  EXPECT_NEAR(range.high - range.low, 1e-4, 1e-6);
}

TEST(Zoom, MovingEndsAtTheEdge) {
  const FigureRange part{40, 60, false};
  EXPECT_DOUBLE_EQ(panned(part, kLinear, 1).low, 60);
  EXPECT_DOUBLE_EQ(panned(part, kLinear, 100).high, 100);
  EXPECT_DOUBLE_EQ(panned(part, kLinear, 100).low, 80);
  EXPECT_DOUBLE_EQ(panned(part, kLinear, -100).low, 0);
  EXPECT_NEAR(panned({10, 100, true}, kDecades, 1).high, 1000, 1e-6);
}

TEST(Zoom, ASelectionIsAPartInEitherDirection) {
  const FigureRange part = part_of({10, 30, false}, 0.75, 0.25);
  EXPECT_DOUBLE_EQ(part.low, 15);
  EXPECT_DOUBLE_EQ(part.high, 25);
  const FigureRange beyond = part_of(kLinear, -3, 2);
  EXPECT_TRUE(is_whole(beyond, kLinear));
}

}  // namespace
}  // namespace trilane::ui
