// Two results beside each other: what counts as a difference, and what is not judged.
#include "ui/comparison.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace trilane::ui {
namespace {

RunResult result(double median, double low, double high) {
  RunResult r;
  r.config.model = "threads";
  r.config.workload = "primes";
  r.config.tasks = 8;
  r.wall_ms = {median, low, high, {}};
  r.throughput_per_s = {8000 / median, 8000 / high, 8000 / low, {}};
  r.latency_ms = Percentiles{2, 3, 4, 5};
  r.checksum = 7;
  return r;
}

const MeasureComparison& of(const RunComparison& all, Measure measure) {
  return all.measures.at(static_cast<std::size_t>(measure));
}

TEST(Comparison, IntervalsThatOverlapAreNotDistinguished) {
  const RunComparison c = compare_runs(result(100, 90, 110), result(108, 105, 120));
  const MeasureComparison& wall = of(c, Measure::makespan);
  EXPECT_EQ(wall.outcome, Outcome::same);
  ASSERT_TRUE(wall.ratio && wall.ratio_low && wall.ratio_high);
  EXPECT_DOUBLE_EQ(*wall.ratio, 1.08);
  EXPECT_DOUBLE_EQ(*wall.ratio_low, 105.0 / 110);
  EXPECT_DOUBLE_EQ(*wall.ratio_high, 120.0 / 90);
}

TEST(Comparison, IntervalsApartAreOneAndItsDirectionIsTold) {
  EXPECT_EQ(of(compare_runs(result(100, 95, 105), result(50, 48, 52)), Measure::makespan).outcome, Outcome::less);
  const RunComparison slower = compare_runs(result(50, 48, 52), result(100, 95, 105));
  EXPECT_EQ(of(slower, Measure::makespan).outcome, Outcome::more);
  EXPECT_EQ(of(slower, Measure::throughput).outcome, Outcome::less);
}

TEST(Comparison, SingleValuesAreNotJudgedAndMissingOnesHaveNoRatio) {
  RunResult a = result(100, 95, 105);
  RunResult b = result(100, 95, 105);
  b.latency_ms = Percentiles{4, 6, 8, 9};
  b.startup_ms = 3;
  const RunComparison c = compare_runs(a, b);
  EXPECT_EQ(of(c, Measure::latency_p50).outcome, Outcome::unspread);
  EXPECT_DOUBLE_EQ(*of(c, Measure::latency_p50).ratio, 2);
  EXPECT_FALSE(of(c, Measure::latency_p50).ratio_low);
  EXPECT_EQ(of(c, Measure::startup).outcome, Outcome::missing);
  EXPECT_FALSE(of(c, Measure::startup).ratio);
  // One repeat has a median and no interval.
  a.wall_ms.low = a.wall_ms.high = std::nullopt;
  EXPECT_EQ(of(compare_runs(a, b), Measure::makespan).outcome, Outcome::unspread);
}

TEST(Comparison, NothingIsDividedByZero) {
  RunResult a = result(100, 95, 105);
  a.startup_ms = 0;
  RunResult b = a;
  b.startup_ms = 2;
  EXPECT_FALSE(of(compare_runs(a, b), Measure::startup).ratio);
  a.wall_ms = {0, 0, 0, {}};
  EXPECT_FALSE(of(compare_runs(a, b), Measure::makespan).ratio_low);
}

TEST(Comparison, OptionsThatDifferAreNamedAndThoseWithoutMeaningAreNot) {
  RunResult a = result(1, 1, 1);
  RunResult b = a;
  b.config.tasks = 16;
  b.config.seed = 99;
  b.config.repeat = 9;
  b.config.switch_interval_ms = 50;  // without a GIL
  const RunComparison c = compare_runs(a, b);
  EXPECT_EQ(c.other_options, std::vector<std::string>{"tasks"});
  EXPECT_FALSE(c.answers_differ) << "other work has another answer";
}

TEST(Comparison, TheSameWorkWithAnotherAnswerIsSaid) {
  RunResult a = result(1, 1, 1);
  RunResult b = a;
  b.checksum = 8;
  EXPECT_TRUE(compare_runs(a, b).answers_differ);
  a.counter_expected = b.counter_expected = 100;
  EXPECT_FALSE(compare_runs(a, b).answers_differ) << "lost updates are the counter's point";
}

TEST(Comparison, EachModelMeetsItsOwnAndOfSeveralTheOneWithEqualOptions) {
  RunResult sync = result(1, 1, 1);
  sync.config.model = "sync";
  RunResult threads = result(2, 2, 2);
  RunResult gil = result(3, 3, 3);
  gil.config.gil = true;
  RunResult more = result(4, 4, 4);
  more.config.workers = 7;
  RunResult now = result(5, 5, 5);
  now.config.workers = 7;
  const RunResult* pinned[] = {&sync, nullptr, &gil, &threads, &more};
  RunResult async = now;
  async.config.model = "async";
  const RunResult* current[] = {&now, nullptr, &async};
  const auto all = compare_all(pinned, current);
  ASSERT_EQ(all.size(), 1U) << "async has no partner";
  EXPECT_EQ(all[0].pinned, 4U);
  EXPECT_EQ(all[0].current, 0U);
  EXPECT_TRUE(all[0].other_options.empty());
  const auto json = to_json(all[0]);
  EXPECT_EQ(json["measures"]["wall_ms"]["outcome"], "more");
  EXPECT_TRUE(json["measures"]["cpu_ms"]["ratio"].is_null());
}

}  // namespace
}  // namespace trilane::ui
