// Plots over time and of latencies: nothing of the measured time is lost or invented on its way into a picture.
#include "ui/plots/samples.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace trilane::ui {
namespace {

Span span(std::int64_t begin_ns, std::int64_t end_ns, SpanKind kind, std::uint32_t task, std::uint16_t lane) {
  return {.begin_ns = begin_ns, .end_ns = end_ns, .task = task, .lane = lane, .kind = kind, .segment = 0, .arg = 0};
}

RunView run_of(const std::vector<Span>& spans, std::uint32_t tasks) {
  RunView run;
  run.racer = Racer::threads;
  run.config.tasks = tasks;
  run.add_spans(spans);
  run.settle();
  return run;
}

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

TEST(Samples, ParallelismIsHowManyLanesComputeAtOnce) {
  // Two lanes: one computes all the time, the other half of it, then waits.
  const RunView run = run_of({span(0, 10'000'000, SpanKind::compute, 0, 0), span(0, 5'000'000, SpanKind::compute, 1, 1),
                              span(5'000'000, 10'000'000, SpanKind::gil_wait, 1, 1)},
                             2);
  EXPECT_EQ(lanes_computing(run, 10, 2), (std::vector<double>{2, 1}));
  EXPECT_EQ(lanes_computing(run, 10, 1), (std::vector<double>{1.5}));
  EXPECT_EQ(lane_computing(run.lanes[1].main, 10, 4), (std::vector<double>{1, 1, 0, 0}));
}

TEST(Samples, TheSumOverTimeIsTheComputingTimeHoweverManySpans) {
  std::mt19937 random(7);
  std::vector<Span> spans;
  double computing_ms = 0;
  std::int64_t at = 0;
  std::uint32_t task = 0;
  // Enough of them that the levels of detail answer instead of the spans.
  while (spans.size() < 20'000) {
    const std::int64_t length = 200 + static_cast<std::int64_t>(random() % 5000);
    const bool computes = random() % 3 != 0;
    spans.push_back(span(at, at + length, computes ? SpanKind::compute : SpanKind::lock_wait, task++, 0));
    if (computes) computing_ms += static_cast<double>(length) / 1e6;
    at += length + static_cast<std::int64_t>(random() % 300);
  }
  const RunView run = run_of(spans, task);
  const double length_ms = static_cast<double>(at) / 1e6;
  for (const std::size_t bins : {1U, 7U, 40U, 120U}) {
    const std::vector<double> parts = lanes_computing(run, length_ms, bins);
    EXPECT_NEAR(sum(parts) * length_ms / static_cast<double>(bins), computing_ms, computing_ms * 1e-6) << bins;
    for (const double part : parts) EXPECT_LE(part, 1 + 1e-9);
  }
}

TEST(Samples, TasksInFlightAreThoseThatBeganAndDidNotEnd) {
  const std::vector<std::int64_t> begin{0, 0, 5'000'000, -1, 2'000'000};
  const std::vector<std::int64_t> end{10'000'000, 5'000'000, 10'000'000, -1, -1};
  EXPECT_EQ(tasks_in_flight(begin, end, 10, 2), (std::vector<double>{2, 2}));
  EXPECT_EQ(latencies_ms(begin, end), (std::vector<double>{10, 5, 5}));
  EXPECT_EQ(tasks_in_flight(begin, end, 0, 2), (std::vector<double>{0, 0}));
}

TEST(Samples, BeginOfATaskIsItsScriptNotItsMessage) {
  const RunView run = run_of(
      {span(0, 4'000'000, SpanKind::message, 0, 0), span(4'000'000, 9'000'000, SpanKind::compute, 0, 0),
       span(1'000'000, 3'000'000, SpanKind::create, 1, 1), span(3'000'000, 4'000'000, SpanKind::lock_wait, 1, 1)},
      2);
  EXPECT_EQ(latencies_ms(run.task_begin_ns, run.task_end_ns), (std::vector<double>{5, 1}));
}

TEST(Samples, AHistogramCountsEveryValueOnce) {
  const std::vector<double> values{0, 1, 1.999, 2, 9.5, 10};
  const auto bins = histogram_of(values, 10, 5);
  ASSERT_EQ(bins.size(), 5U);
  std::vector<double> counts, edges;
  for (const FigurePoint& bin : bins) {
    edges.push_back(bin.x);
    counts.push_back(bin.y);
  }
  EXPECT_EQ(edges, (std::vector<double>{0, 2, 4, 6, 8}));
  EXPECT_EQ(counts, (std::vector<double>{3, 1, 0, 0, 2}));
  EXPECT_TRUE(histogram_of(values, 0, 5).empty());
}

TEST(Samples, ACumulativeDistributionEndsAtAllAndKeepsItsShapeWhenThinned) {
  std::vector<double> values;
  for (int i = 1000; i >= 1; --i) values.push_back(i);
  const auto line = cumulative_of(values, 50);
  ASSERT_EQ(line.size(), 50U);
  EXPECT_EQ(line.front().x, 1);
  EXPECT_DOUBLE_EQ(line.front().y, 0.1);
  EXPECT_EQ(line.back().x, 1000);
  EXPECT_DOUBLE_EQ(line.back().y, 100);
  for (const FigurePoint& p : line) EXPECT_NEAR(p.y, p.x / 10, 1e-9);
  const auto equal = cumulative_of({3, 3, 3, 4}, 10);
  ASSERT_EQ(equal.size(), 2U);
  EXPECT_DOUBLE_EQ(equal[0].y, 75);
  EXPECT_EQ(cumulative_of({5}, 10).size(), 1U);
}

TEST(Samples, RatesAreTasksASecond) {
  CompletionSeries series{.bin_ms = 10, .done = std::vector<std::uint32_t>(50, 2)};
  for (const FigurePoint& p : final_rate(series, 500)) EXPECT_NEAR(p.y, 200, 1e-6);
  const std::vector<RunView::Progress> progress{{0, 0}, {100, 20}, {200, 40}};
  for (const FigurePoint& p : live_rate(progress, 200)) EXPECT_NEAR(p.y, 200, 1e-6);
  EXPECT_TRUE(final_rate({}, 10).empty());
  EXPECT_TRUE(live_rate({}, 10).empty());
}

}  // namespace
}  // namespace trilane::ui
