// What a selection tells.
#include "ui/timeline/story.hpp"

#include <gtest/gtest.h>

namespace trilane::ui {
namespace {

constexpr std::int64_t kMs = 1'000'000;

Span span_of(std::int64_t begin_ms, std::int64_t end_ms, std::uint32_t task, std::uint16_t lane,
             SpanKind kind = SpanKind::compute) {
  Span span;
  span.begin_ns = begin_ms * kMs;
  span.end_ns = end_ms * kMs;
  span.task = task;
  span.lane = lane;
  span.kind = kind;
  return span;
}

RunView run_of(Racer racer, std::uint32_t tasks, std::initializer_list<Span> spans) {
  RunView run;
  run.racer = racer;
  run.phase = RunPhase::done;
  run.config.tasks = tasks;
  run.add_spans(std::vector<Span>(spans));
  run.settle();
  return run;
}

TEST(Story, FollowsATaskOverLanesAndRuns) {
  std::vector<RunView> runs;
  runs.push_back(
      run_of(Racer::threads, 3, {span_of(0, 2, 0, 0), span_of(2, 9, 1, 0, SpanKind::lock_wait), span_of(9, 12, 1, 1)}));
  runs.push_back(run_of(Racer::async, 3, {span_of(0, 1, 1, 0), span_of(1, 8, 1, 0, SpanKind::wait)}));
  const auto story = story_of(runs, 1);
  ASSERT_EQ(story.size(), 4U);
  EXPECT_EQ(story[0].span.kind, SpanKind::lock_wait);
  EXPECT_EQ(story[1].row, (RowKey{0, RowKind::lane, 1}));
  EXPECT_EQ(story[2].row.run, 1U);
  EXPECT_EQ(story[3].row.kind, RowKind::waits) << "suspended: a row of its own";
  EXPECT_TRUE(story_of(runs, 2).empty());
}

TEST(RangeStats, CountTimeByWhatItWentFor) {
  std::vector<RunView> runs;
  runs.push_back(run_of(Racer::threads, 3,
                        {span_of(0, 10, 0, 0), span_of(10, 20, 1, 0, SpanKind::gil_wait), span_of(20, 25, 1, 0),
                         span_of(0, 30, 2, 1), span_of(40, 44, 2, 1, SpanKind::wait)}));
  const auto stats = stats_of(runs, {5, 42});
  ASSERT_EQ(stats.size(), 1U);
  EXPECT_DOUBLE_EQ(stats[0].length_ms, 37);
  EXPECT_DOUBLE_EQ(stats[0].work_ms, 5 + 5 + 25);
  EXPECT_DOUBLE_EQ(stats[0].lock_ms, 10);
  EXPECT_DOUBLE_EQ(stats[0].wait_ms, 2);
  EXPECT_DOUBLE_EQ(stats[0].parallelism.value(), 35.0 / 37);
  EXPECT_EQ(stats[0].tasks, 2U) << "task 2 ends after the range";
  EXPECT_DOUBLE_EQ(stats[0].tasks_per_s.value(), 2 / 0.037);
}

TEST(RangeStats, OfATraceWithHolesDoNotCountTasks) {
  std::vector<RunView> runs;
  runs.push_back(run_of(Racer::threads, 3, {span_of(0, 10, 0, 0)}));  // tasks 1 and 2 left no span
  const auto stats = stats_of(runs, {0, 10});
  ASSERT_EQ(stats.size(), 1U);
  EXPECT_FALSE(stats[0].tasks);
  EXPECT_FALSE(stats[0].tasks_per_s);
  EXPECT_DOUBLE_EQ(stats[0].work_ms, 10);
}

TEST(RangeStats, WithSpansDroppedTheTimesAreAtLeastSoMuchAndThereIsNoParallelism) {
  std::vector<RunView> runs;
  runs.push_back(run_of(Racer::threads, 1, {span_of(0, 10, 0, 0)}));
  EXPECT_TRUE(stats_of(runs, {0, 10}).front().whole);
  runs[0].dropped_oldest = 5;
  const auto stats = stats_of(runs, {0, 10}).front();
  EXPECT_FALSE(stats.whole);
  EXPECT_FALSE(stats.parallelism);
  EXPECT_DOUBLE_EQ(stats.work_ms, 10);
}

TEST(RangeStats, WaitsThatHaveNoRowAreToldAndCounted) {
  RunView run;
  run.racer = Racer::async;
  run.config.tasks = 40;
  std::vector<Span> spans;
  for (std::uint32_t task = 0; task < 40; ++task) spans.push_back(span_of(0, 10, task, 0, SpanKind::wait));
  run.add_spans(spans);
  run.settle();
  ASSERT_GT(run.hidden_waits, 0U);
  std::vector<RunView> runs;
  runs.push_back(std::move(run));
  EXPECT_DOUBLE_EQ(stats_of(runs, {0, 10}).front().wait_ms, 400);
  for (std::uint32_t task = 0; task < 40; ++task) EXPECT_EQ(story_of(runs, task).size(), 1U) << task;
}

TEST(RangeStats, OutsideOfTheRunThereIsNoRate) {
  std::vector<RunView> runs;
  runs.push_back(run_of(Racer::threads, 1, {span_of(0, 10, 0, 0)}));
  const auto stats = stats_of(runs, {20, 30});
  ASSERT_EQ(stats.size(), 1U);
  EXPECT_EQ(stats[0].length_ms, 0);
  EXPECT_FALSE(stats[0].parallelism);
}

}  // namespace
}  // namespace trilane::ui
