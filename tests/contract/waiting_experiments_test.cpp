// The experiments on waiting, run for real: what in them follows from counts is the same under any load.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/run_lab.hpp"

namespace trilane {
namespace {

using nlohmann::json;

using test::predicate, test::run_lab;

TEST(WaitingExperiments, OneThreadIsOneUnderAnyLoad) {
  const auto entry = run_lab("one-thread", {{"repeat", 1}});
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->at("verdict"), "confirmed") << entry->at("finding").at("en");
  EXPECT_EQ(entry->at("truth"), 1);
  const json& samples = entry->at("samples");
  EXPECT_EQ(samples.at("async").at("at_once"), json::array({8}));
  EXPECT_EQ(samples.at("threads").at("thread_ids"), json::array({8}));
  EXPECT_EQ(samples.at("threads").at("process_ids"), json::array({1}));
  EXPECT_EQ(samples.at("processes").at("process_ids"), json::array({8}));
}

TEST(WaitingExperiments, ATaskLetsItsMakerGoOnAndAnAwaitDoesNot) {
  const auto entry = run_lab("tasks-vs-await", {{"repeat", 1}, {"wait_ms", 5}});
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(predicate(*entry, "next-line").at("holds"), "yes");
  EXPECT_EQ(predicate(*entry, "after-await").at("holds"), "yes");
  EXPECT_NE(entry->at("advice").at("en").get<std::string>().find("set repeat to 6 or more"), std::string::npos)
      << "what is timed cannot be decided";
}

TEST(WaitingExperiments, MemoryIsNoQuestionOfTime) {
  const auto entry = run_lab("memory-cost");
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->at("verdict"), "confirmed") << entry->at("finding").at("en");
}

// While the loop is blocked no tick runs; each that was missed counts with its own lateness.
TEST(WaitingExperiments, TheTickersScheduleHasNoGaps) {
  const auto entry = run_lab("blocked-loop", {{"repeat", 1}});
  ASSERT_TRUE(entry) << entry.error().message;
  for (const char* way : {"awaiting", "cpu", "commit", "offloaded"}) {
    const json& ticks = entry->at("details").at(way);
    ASSERT_GT(ticks.size(), 5U) << way;
    for (std::size_t i = 1; i < ticks.size(); ++i) {
      EXPECT_NEAR(ticks[i][0].get<double>() - ticks[i - 1][0].get<double>(), 5, 1e-6) << way;
    }
  }
  // The loop was blocked for all of this, so that most of the 50 ms were missed by nine ticks or more.
  const json& blocked = entry->at("details").at("cpu");
  EXPECT_GE(std::ranges::count_if(blocked, [](const json& tick) { return tick[1].get<double>() > 4; }), 9);
  EXPECT_EQ(entry->at("samples").at("cpu").at("culprit"), json::array({1}));
}

TEST(WaitingExperiments, TheLoopCarriesEachNumberOfWaits) {
  const auto entry = run_lab("io-bound", {{"repeat", 1}});
  ASSERT_TRUE(entry) << entry.error().message;
  for (const char* one : {"async.1", "async.10000", "warm.200", "new.200"}) {
    EXPECT_GE(entry->at("samples").at(one).at("wall_ms")[0].get<double>(), 20) << one;
    const auto known = [&](const json& terms) { return terms.at("case") == one; };
    EXPECT_TRUE(std::ranges::any_of(entry->at("fairness"), known)) << one;
  }
  EXPECT_GT(entry->at("samples").at("warm.200").at("bytes")[0], entry->at("samples").at("async.10000").at("bytes")[0]);
}

TEST(WaitingExperiments, AStoppedOneSaysSo) {
  for (const char* id : {"overlap-waits", "one-thread", "io-bound", "memory-cost", "blocked-loop", "tasks-vs-await"}) {
    const auto entry = run_lab(id, json::object(), true);
    ASSERT_FALSE(entry) << id;
    EXPECT_EQ(entry.error().message, kCancelled) << id;
  }
}

}  // namespace
}  // namespace trilane
