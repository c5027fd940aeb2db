// How many rounds an experiment measures: as many as its plan wants, fewer where the machine is slow.
#include <gtest/gtest.h>

#include "experiments/lab_parts.hpp"

namespace trilane::lab {
namespace {

TEST(LabRounds, AreThePlansWhereThereIsTime) {
  EXPECT_EQ(rounds_in_time(20, 0, 0), 20U);
  EXPECT_EQ(rounds_in_time(20, 5, kLabMs / 4), 20U);
  EXPECT_EQ(rounds_in_time(20, 20, 10 * kLabMs), 20U);
}

TEST(LabRounds, AreFewerWhereTheyWouldNotEndInTime) {
  EXPECT_EQ(rounds_in_time(20, 5, kLabMs / 2), 10U);
  EXPECT_EQ(rounds_in_time(20, 10, kLabMs), 10U) << "the time is over: what is begun is all";
  EXPECT_EQ(rounds_in_time(20, 9, 0.95 * kLabMs), 9U) << "one more would end too late";
}

TEST(LabRounds, AreNeverTooFewForAnInterval) {
  EXPECT_EQ(rounds_in_time(20, 1, kLabMs), kFewestRounds);
  EXPECT_EQ(rounds_in_time(6, 5, 100 * kLabMs), 6U);
  EXPECT_EQ(rounds_in_time(3, 1, 100 * kLabMs), 3U) << "a plan that needs no interval";
}

}  // namespace
}  // namespace trilane::lab
