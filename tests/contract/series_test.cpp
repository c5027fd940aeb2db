// Several runs that alternate.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/harness.hpp"

namespace trilane {
namespace {

using nlohmann::json;

class Turns final : public SeriesObserver {
 public:
  explicit Turns(std::size_t runs) : results(runs) {}
  RunObserver* on_turn(std::size_t index) override {
    turns.push_back(index);
    if (before_turn) before_turn();
    return nullptr;
  }
  void on_end(std::size_t index, Result<RunResult> result) override {
    EXPECT_FALSE(results[index]) << "each ends once";
    results[index] = std::move(result);
  }

  std::vector<std::size_t> turns;
  std::vector<std::optional<Result<RunResult>>> results;
  std::function<void()> before_turn;
};

std::vector<RunConfig> three(int repeat) {
  std::vector<RunConfig> configs;
  for (const char* model : {"sync", "threads", "async"}) {
    configs.push_back(test::config_of(
        {{"model", model}, {"workload", "sum"}, {"size", 1000}, {"tasks", 4}, {"repeat", repeat}, {"warmup", 1}}));
  }
  return configs;
}

Status run(std::vector<RunConfig> configs, Turns& turns, CancelToken& cancel) {
  test::Bench bench;
  return coro::block_on(bench.scheduler(), run_series(std::move(configs), bench.scheduler(), cancel, turns));
}

TEST(Series, EveryRoundHasEachRunOnceInAnOrderOfItsOwn) {
  constexpr int kRounds = 12;
  Turns turns(3);
  CancelToken never;
  ASSERT_TRUE(run(three(kRounds), turns, never));
  ASSERT_EQ(turns.turns.size(), 3U * (1 + kRounds));
  std::set<std::vector<std::size_t>> orders;
  for (std::size_t round = 1; round <= kRounds; ++round) {
    const auto begin = turns.turns.begin() + static_cast<std::ptrdiff_t>(3 * round);
    const std::vector<std::size_t> order(begin, begin + 3);
    EXPECT_EQ(std::set(order.begin(), order.end()), (std::set<std::size_t>{0, 1, 2})) << "round " << round;
    orders.insert(order);
  }
  EXPECT_GE(orders.size(), 3U) << "of the six that there are; the seed is the runs' own, so it is the same every time";
  for (const auto& result : turns.results) {
    ASSERT_TRUE(result && *result);
    EXPECT_EQ((*result)->wall_ms.samples.size(), std::size_t{kRounds});
    EXPECT_EQ((*result)->checksum, (*turns.results[0])->checksum);
  }
}

TEST(Series, WhatFailsEndsAloneAndAStopEndsAll) {
  Turns turns(3);
  CancelToken cancel;
  std::vector<RunConfig> configs = three(5);
  configs[1].urls = {"http://127.0.0.1:1/"};  // for a workload that fetches nothing
  // In the second round of the two that go on.
  turns.before_turn = [&] {
    if (turns.turns.size() == 6) cancel.request();
  };
  EXPECT_FALSE(run(std::move(configs), turns, cancel));
  for (const auto& result : turns.results) ASSERT_TRUE(result);
  ASSERT_FALSE(*turns.results[1]);
  EXPECT_EQ(turns.results[1]->error().field, "urls");
  for (const std::size_t stopped : {0U, 2U}) {
    ASSERT_FALSE(*turns.results[stopped]);
    EXPECT_EQ(turns.results[stopped]->error().message, kCancelled);
  }
}

}  // namespace
}  // namespace trilane
