// Properties that single models promise: what the lab sheet says of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "platform/clock.hpp"
#include "support/harness.hpp"

namespace trilane {
namespace {

using nlohmann::json;

std::vector<Span> of_kind(const std::vector<Span>& spans, SpanKind kind) {
  std::vector<Span> found;
  std::ranges::copy_if(spans, std::back_inserter(found), [&](const Span& span) { return span.kind == kind; });
  std::ranges::sort(found, {}, &Span::begin_ns);
  return found;
}

std::vector<Span> spans_of(const json& config) {
  test::Bench bench;
  test::Recording recording;
  const auto result = bench.run(test::config_of(config), &recording);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return recording.spans;
}

TEST(Gil, NoTwoThreadsEverComputeAtTheSameTime) {
  const auto spans = spans_of({{"model", "threads"},
                               {"gil", true},
                               {"switch_interval_ms", 0.1},
                               {"workers", 4},
                               {"workload", "mixed"},
                               {"tasks", 40},
                               {"size", 20'000'000},
                               {"wait_ms", 1},
                               {"repeat", 1},
                               {"warmup", 0}});
  const auto computing = of_kind(spans, SpanKind::compute);
  std::set<std::uint16_t> lanes;
  for (std::size_t i = 0; i < computing.size(); ++i) {
    lanes.insert(computing[i].lane);
    if (i == 0) continue;
    EXPECT_LE(computing[i - 1].end_ns, computing[i].begin_ns)
        << "lanes " << computing[i - 1].lane << " and " << computing[i].lane << " computed at once";
  }
  EXPECT_EQ(lanes.size(), 4U) << "all threads had their turn";
  EXPECT_FALSE(of_kind(spans, SpanKind::gil_wait).empty()) << "waiting for the GIL is drawn";
}

TEST(Gil, IsReleasedWhileAThreadWaits) {
  test::Bench bench;
  const auto result = bench.run(test::config_of({{"model", "threads"},
                                                 {"gil", true},
                                                 {"workers", 8},
                                                 {"workload", "sleep"},
                                                 {"tasks", 8},
                                                 {"wait_ms", 150},
                                                 {"repeat", 1},
                                                 {"warmup", 0}}));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LT(*result->wall_ms.median, 4 * 150) << "eight waits under the GIL must overlap, not add up to 1,200 ms";
  EXPECT_GE(*result->wall_ms.median, 150);
}

TEST(Sync, RunsTasksInOrderOneAfterAnother) {
  auto spans = spans_of({{"model", "sync"},
                         {"workload", "mixed"},
                         {"tasks", 10},
                         {"size", 100'000},
                         {"wait_ms", 2},
                         {"repeat", 1},
                         {"warmup", 0}});
  std::ranges::sort(spans, {}, &Span::begin_ns);
  std::uint32_t task = 0;
  for (const Span& span : spans) {
    EXPECT_GE(span.task, task) << "an earlier task went on after a later one";
    task = span.task;
  }
  EXPECT_EQ(task, 9U);
}

TEST(Async, WaitsOverlapOnOneThread) {
  test::Bench bench;
  const auto result = bench.run(test::config_of(
      {{"model", "async"}, {"workload", "sleep"}, {"tasks", 200}, {"wait_ms", 100}, {"repeat", 1}, {"warmup", 0}}));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GE(*result->wall_ms.median, 100);
  EXPECT_LT(*result->wall_ms.median, 2000) << "200 waits of 100 ms, one by one, would be 20,000 ms";
}

TEST(Async, ConcurrencyBoundsTheTasksInFlight) {
  for (const int concurrency : {1, 3}) {
    const auto spans = spans_of({{"model", "async"},
                                 {"workload", "sleep"},
                                 {"tasks", 12},
                                 {"wait_ms", 5},
                                 {"concurrency", concurrency},
                                 {"repeat", 1},
                                 {"warmup", 0}});
    const auto waits = of_kind(spans, SpanKind::wait);
    ASSERT_EQ(waits.size(), 12U);
    // Most in flight: sweep over begins and ends.
    std::vector<std::pair<std::int64_t, int>> edges;
    for (const Span& wait : waits) {
      edges.emplace_back(wait.begin_ns, 1);
      edges.emplace_back(wait.end_ns, -1);
    }
    std::ranges::sort(edges);
    int now = 0;
    int most = 0;
    for (const auto& [ns, change] : edges) most = std::max(most, now += change);
    EXPECT_EQ(most, concurrency);
  }
}

TEST(Async, AComputingTaskBlocksTheLoopAndIsNamed) {
  test::Bench bench;
  const auto result = bench.run(test::config_of(
      {{"model", "async"}, {"workload", "sum"}, {"tasks", 2}, {"size", 1'000'000'000}, {"repeat", 1}, {"warmup", 0}}));
  ASSERT_TRUE(result) << result.error().message;
  const bool named = std::ranges::any_of(result->notes, [](const Note& note) {
    return note.code == "loop_blocked" && note.text.en.find("(sum)") != std::string::npos;
  });
  EXPECT_TRUE(named) << "who blocked the loop, and for how long, is said";
  ASSERT_TRUE(result->loop_lag_ms);
  EXPECT_GT(result->loop_lag_ms->max, 50);
}

TEST(Counter, MutexAndAtomicAndLocalLoseNothingInAnyModel) {
  for (const Model* model : model_catalog()) {
    for (const char* mode : {"mutex", "atomic", "local"}) {
      test::Bench bench;
      const auto result = bench.run(test::config_of({{"model", std::string(model->name())},
                                                     {"workload", "counter"},
                                                     {"counter_mode", mode},
                                                     {"tasks", 16},
                                                     {"size", 200'000},
                                                     {"workers", 4},
                                                     {"repeat", 2},
                                                     {"warmup", 0}}));
      ASSERT_TRUE(result) << result.error().message;
      EXPECT_EQ(result->counter_observed, 200'000U) << model->name() << " " << mode;
      EXPECT_EQ(result->counter_lost, (std::vector<double>{0, 0})) << model->name() << " " << mode;
    }
  }
}

TEST(Counter, SplitOnOneThreadLosesNothing) {
  // Without another thread nobody can come between; in processes each has a counter of its own.
  for (const char* model : {"sync", "async", "processes"}) {
    test::Bench bench;
    const auto result = bench.run(test::config_of({{"model", model},
                                                   {"workload", "counter"},
                                                   {"counter_mode", "split"},
                                                   {"tasks", 8},
                                                   {"size", 100'000},
                                                   {"repeat", 1}}));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->counter_lost, std::vector<double>{0}) << model;
  }
}

TEST(Workers, AreAllUsedByLongTasks) {
  for (const char* model : {"threads", "processes"}) {
    const auto spans = spans_of({{"model", model},
                                 {"workload", "sleep"},
                                 {"tasks", 8},
                                 {"wait_ms", 100},
                                 {"workers", 4},
                                 {"repeat", 1},
                                 {"warmup", 0}});
    std::map<std::uint16_t, int> tasks_of_lane;
    for (const Span& span : of_kind(spans, SpanKind::wait)) ++tasks_of_lane[span.lane];
    EXPECT_EQ(tasks_of_lane.size(), 4U) << model << ": a worker was idle";
    for (const auto& [lane, tasks] : tasks_of_lane) EXPECT_LE(tasks, 3) << model << ": one worker had to do it all";
  }
}

TEST(Creation, IsDrawnForEveryWorker) {
  for (const char* model : {"threads", "processes"}) {
    for (const bool per_task : {false, true}) {
      const auto spans = spans_of({{"model", model},
                                   {"workload", "sleep"},
                                   {"tasks", 6},
                                   {"wait_ms", 1},
                                   {"workers", 2},
                                   {"spawn_per_task", per_task},
                                   {"repeat", 1},
                                   {"warmup", 0}});
      EXPECT_GE(of_kind(spans, SpanKind::create).size(), per_task ? 6U : 2U) << model << " " << per_task;
    }
  }
}

TEST(Limits, AnImpossibleConfigIsAnErrorThatNamesTheOption) {
  test::Bench bench;
  for (const char* model : {"threads", "processes"}) {
    RunConfig config = test::config_of({{"model", model}, {"workload", "sum"}, {"size", 100}});
    config.workers = 100'000;
    const auto result = bench.run(config);
    ASSERT_FALSE(result) << model;
    EXPECT_EQ(result.error().field, "workers");
    EXPECT_NE(result.error().message.find("100000"), std::string::npos) << result.error().message;
  }
}

TEST(Limits, ManyWorkersAreFine) {
  for (const auto& [model, workers] : {std::pair("threads", 64), std::pair("processes", 16)}) {
    test::Bench bench;
    const auto result = bench.run(test::config_of({{"model", model},
                                                   {"workload", "sum"},
                                                   {"tasks", 200},
                                                   {"size", 100'000},
                                                   {"workers", workers},
                                                   {"repeat", 1},
                                                   {"warmup", 0}}));
    EXPECT_TRUE(result) << result.error().message;
  }
}

TEST(Trace, OverflowIsCountedAndEverythingElseIsComplete) {
  test::Bench bench;
  // Far more spans between two drains than a lane's buffer holds.
  const auto result = bench.run(test::config_of({{"model", "threads"},
                                                 {"workload", "empty"},
                                                 {"tasks", 1'500'000},
                                                 {"workers", 2},
                                                 {"repeat", 1},
                                                 {"warmup", 0}}));
  ASSERT_TRUE(result) << result.error().message;
  std::uint32_t counted = 0;
  for (const std::uint32_t done : result->series.done) counted += done;
  EXPECT_EQ(counted, 1'500'000U);
  if (result->dropped_spans != 0) {
    EXPECT_EQ(std::ranges::count(result->notes, notes::spans_dropped(result->dropped_spans)), 1)
        << "the number of dropped spans is shown";
  }
}

TEST(Repeats, WarmUpIsTaggedAndNotCounted) {
  test::Bench bench;
  test::Recording recording;
  const auto result =
      bench.run(test::config_of({{"model", "sync"}, {"workload", "sum"}, {"size", 1000}, {"repeat", 3}, {"warmup", 2}}),
                &recording);
  ASSERT_TRUE(result);
  EXPECT_EQ(recording.repeats, (std::vector<int>{-1, -1, 0, 1, 2}));
  EXPECT_EQ(result->wall_ms.samples.size(), 3U);
}

TEST(Seeds, OtherSeedsAreOtherWork) {
  test::Bench bench;
  const auto checksum = [&](int seed) {
    return bench
        .run(test::config_of({{"model", "sync"}, {"workload", "sort"}, {"size", 1000}, {"seed", seed}, {"repeat", 1}}))
        ->checksum;
  };
  EXPECT_EQ(checksum(1), checksum(1));
  EXPECT_NE(checksum(1), checksum(2));
}

}  // namespace
}  // namespace trilane
