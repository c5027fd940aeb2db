// What every model owes every workload. Loops over the catalogues: a new model or workload is picked up by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <ostream>
#include <set>

#include "base/random.hpp"
#include "support/cancel.hpp"
#include "support/harness.hpp"
#include "support/processes.hpp"

namespace trilane {
namespace {

using nlohmann::json;

/// One way of executing: a model with its switches.
struct Executor {
  std::string model;
  bool gil = false;
  bool spawn_per_task = false;

  std::string name() const { return model + (gil ? "_gil" : "") + (spawn_per_task ? "_spawn_per_task" : ""); }
};

void PrintTo(const Executor& executor, std::ostream* out) { *out << executor.name(); }

std::vector<Executor> executors() {
  std::vector<Executor> all;
  for (const Model* model : model_catalog()) {
    const std::string name(model->name());
    all.push_back({name});
    if (name == "threads") all.push_back({name, true});
    if (name == "threads" || name == "processes") all.push_back({name, false, true});
    if (name == "threads") all.push_back({name, true, true});
  }
  return all;
}

constexpr std::uint32_t kTasks = 24;
constexpr std::uint32_t kWorkers = 3;

/// Small enough that hundreds of combinations take seconds, also under sanitizers; large enough that workers overlap.
std::uint64_t small_size(const WorkloadInfo& info) {
  static const std::map<std::string_view, std::uint64_t> sizes = {{"sum", 3'000'000},   {"primes", 30'000},
                                                                  {"mandelbrot", 64},   {"sort", 60'000},
                                                                  {"mixed", 2'000'000}, {"counter", 60'000}};
  const auto found = sizes.find(info.name);
  return found == sizes.end() ? std::min<std::uint64_t>(info.default_size, 1000) : found->second;
}

RunConfig small_config(const Executor& executor, const WorkloadInfo& info) {
  RunConfig config = test::config_of({{"model", executor.model},
                                      {"workload", std::string(info.name)},
                                      {"tasks", kTasks},
                                      {"size", info.size_unit.empty() ? 1 : small_size(info)},
                                      {"wait_ms", 3},
                                      {"workers", kWorkers},
                                      {"gil", executor.gil},
                                      {"switch_interval_ms", 0.2},
                                      {"spawn_per_task", executor.spawn_per_task},
                                      {"counter_mode", "atomic"},
                                      {"repeat", 2},
                                      {"warmup", 0}});
  return config;
}

bool has_lanes(const Executor& executor) { return executor.model == "threads" || executor.model == "processes"; }

class EveryModelAndWorkload : public ::testing::TestWithParam<std::tuple<Executor, const WorkloadInfo*>> {
 protected:
  const Executor& executor() const { return std::get<0>(GetParam()); }
  const WorkloadInfo& info() const { return *std::get<1>(GetParam()); }
  RunConfig config() const { return small_config(executor(), info()); }
};

// At most what overlaps on one lane: the waits of coroutines, and the loop's lag over what made it late.
bool may_overlap(const Executor& executor, const Span& span) {
  return (executor.model == "async" && suspends_in_async(span.kind)) || span.kind == SpanKind::loop_lag;
}

void check_spans(const Executor& executor, const std::vector<Span>& spans, std::uint32_t lanes, double wall_ms) {
  std::map<std::uint16_t, std::vector<Span>> by_lane;
  for (const Span& span : spans) {
    ASSERT_LE(span.begin_ns, span.end_ns) << span_kind_name(span.kind);
    ASSERT_GE(span.begin_ns, 0) << span_kind_name(span.kind) << ": before the run began";
    // The end of a run is measured right after its last span; other processes' clocks are known to some microseconds.
    ASSERT_LE(static_cast<double>(span.end_ns) / 1e6, wall_ms + 1000) << span_kind_name(span.kind) << ": after its end";
    ASSERT_LT(span.lane, lanes);
    ASSERT_TRUE(span.task < kTasks || span.task == kNoTask);
    if (!may_overlap(executor, span)) by_lane[span.lane].push_back(span);
  }
  // Three pings bound the clocks' offset to half a round trip; threads of one process share a clock.
  const std::int64_t slack_ns = executor.model == "processes" ? 3'000'000 : 0;
  for (auto& [lane, list] : by_lane) {
    std::ranges::sort(list, {}, [](const Span& span) { return std::pair(span.begin_ns, span.end_ns); });
    for (std::size_t i = 1; i < list.size(); ++i) {
      EXPECT_LE(list[i - 1].end_ns, list[i].begin_ns + slack_ns)
          << "on lane " << lane << " " << span_kind_name(list[i - 1].kind) << " of task " << list[i - 1].task
          << " overlaps " << span_kind_name(list[i].kind) << " of task " << list[i].task;
    }
  }
}

TEST(ModelNames, AreThoseOfTheCatalogue) {
  std::vector<std::string_view> names;
  for (const Model* model : model_catalog()) names.push_back(model->name());
  EXPECT_TRUE(std::ranges::equal(names, kModelNames));
}

TEST_P(EveryModelAndWorkload, GivesSyncsAnswerAndAWellFormedTrace) {
  test::Bench bench;
  const auto reference = bench.run(small_config({"sync"}, info()));
  ASSERT_TRUE(reference) << reference.error().message;

  test::Recording recording;
  const auto result = bench.run(config(), &recording);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->valid);
  EXPECT_TRUE(result->errors.empty());
  EXPECT_EQ(result->checksum, reference->checksum) << "another answer than sync's";

  // All tasks done, in both repeats, and every one traced.
  EXPECT_EQ(recording.repeats, (std::vector<int>{0, 1}));
  ASSERT_FALSE(recording.progress.empty());
  EXPECT_EQ(recording.progress.back(), kTasks);
  EXPECT_TRUE(std::ranges::is_sorted(recording.progress));
  std::set<std::uint32_t> traced;
  for (const Span& span : recording.spans) {
    if (span.kind == SpanKind::compute || suspends_in_async(span.kind)) traced.insert(span.task);
  }
  traced.erase(kNoTask);
  EXPECT_EQ(traced.size(), kTasks) << "every task leaves a trace";
  EXPECT_EQ(result->dropped_spans, 0U);
  EXPECT_EQ(std::accumulate(result->series.done.begin(), result->series.done.end(), 0U), kTasks)
      << "throughput over time counts every task once";

  const std::uint32_t lanes = find_model(executor().model)->lanes(config());
  ASSERT_EQ(result->lanes.size(), lanes);
  check_spans(executor(), recording.spans, lanes, result->wall_ms.samples.back());

  EXPECT_EQ(result->failed_tasks, 0U);
  ASSERT_EQ(result->saved.has_value(), info().saves);
  if (info().saves) {
    EXPECT_EQ(result->saved->rows, kTasks);
    EXPECT_EQ(result->saved->pages, kTasks) << "every page saved exactly once";
    EXPECT_TRUE(result->saved->equal) << "the table holds what the tasks computed, which is what sync's did";
  }

  // The numbers.
  EXPECT_EQ(result->wall_ms.samples.size(), 2U);
  for (const double wall : result->wall_ms.samples) EXPECT_GT(wall, 0);
  ASSERT_TRUE(result->latency_ms);
  EXPECT_LE(result->latency_ms->p50, result->latency_ms->p99);
  EXPECT_LE(result->latency_ms->p99, result->latency_ms->max);
  if (info().waits) {
    EXPECT_GE(result->latency_ms->p50, info().has_cpu_share ? 1.5 : 3.0) << "a wait is never shorter than asked for";
  }
  EXPECT_EQ(result->startup_ms.has_value(), has_lanes(executor()));
  if (executor().model != "async") {
    EXPECT_FALSE(result->loop_lag_ms) << "not measured is null, not 0";
  } else if (result->wall_ms.samples.back() > 50) {
    EXPECT_TRUE(result->loop_lag_ms) << "one sample in 5 ms";
  }
  if (info().counts) {
    EXPECT_EQ(result->counter_expected, small_size(info()));
    EXPECT_EQ(result->counter_observed, small_size(info())) << "atomic loses nothing";
  } else {
    EXPECT_FALSE(result->counter_expected);
  }
  const auto side = info().make(config().params())->picture_side();
  EXPECT_EQ(recording.tile_pixels, std::size_t{side} * side) << "the whole picture was shown";
}

TEST_P(EveryModelAndWorkload, WithoutTracingGivesTheSameAnswer) {
  test::Bench bench;
  RunConfig without = config();
  without.trace = false;
  without.repeat = 1;
  test::Recording recording;
  const auto result = bench.run(without, &recording);
  ASSERT_TRUE(result) << result.error().message;
  const auto reference = bench.run(small_config({"sync"}, info()));
  EXPECT_EQ(result->checksum, reference->checksum);
  EXPECT_TRUE(recording.spans.empty());
  EXPECT_FALSE(result->latency_ms) << "not measured is null, not 0";
}

std::string test_name(const ::testing::TestParamInfo<std::tuple<Executor, const WorkloadInfo*>>& combination) {
  std::string workload(std::get<1>(combination.param)->name);
  std::ranges::replace(workload, '-', '_');
  return std::get<0>(combination.param).name() + "_" + workload;
}

INSTANTIATE_TEST_SUITE_P(Catalogues, EveryModelAndWorkload,
                         ::testing::Combine(::testing::ValuesIn(executors()),
                                            ::testing::ValuesIn(workload_catalog().begin(), workload_catalog().end())),
                         test_name);

class EveryModel : public ::testing::TestWithParam<Executor> {};

/// A run that takes minutes unless it is stopped.
RunConfig endless(const Executor& executor, const char* workload) {
  return test::config_of({{"model", executor.model},
                          {"workload", workload},
                          {"tasks", 2000},
                          {"size", std::string_view(workload) == "sleep" ? 1 : 1'000'000'000},
                          {"wait_ms", 60'000},
                          {"workers", 2},
                          {"gil", executor.gil},
                          {"spawn_per_task", executor.spawn_per_task}});
}

TEST_P(EveryModel, CancelEndsALongComputationAndLeavesNothing) {
  test::expect_cancel_ends(endless(GetParam(), "primes"));
}
TEST_P(EveryModel, CancelEndsALongWaitAndLeavesNothing) { test::expect_cancel_ends(endless(GetParam(), "sleep")); }

TEST_P(EveryModel, OneTaskAndMoreWorkersThanTasks) {
  test::Bench bench;
  const Executor& executor = GetParam();
  const auto result = bench.run(test::config_of({{"model", executor.model},
                                                 {"workload", "sum"},
                                                 {"tasks", 1},
                                                 {"size", 1000},
                                                 {"workers", 4},
                                                 {"gil", executor.gil},
                                                 {"spawn_per_task", executor.spawn_per_task},
                                                 {"repeat", 1}}));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->checksum, checksum_term(0, 500'500));
}

TEST_P(EveryModel, LeavesNothingBehindAfterARun) {
  const auto before = test::Footprint::now();
  {
    test::Bench bench;
    const auto result = bench.run(small_config(GetParam(), *find_workload("primes")));
    ASSERT_TRUE(result) << result.error().message;
    test::expect_no_children();
  }
  test::expect_nothing_left(before);
}

TEST_P(EveryModel, WorkersAreWhatTheirNameSays) {
  test::Bench bench;
  RunConfig config = small_config(GetParam(), *find_workload("primes"));
  config.size = 2'000'000;  // long enough that every worker gets its share
  config.tasks = kTasks;
  const auto result = bench.run(config);
  ASSERT_TRUE(result) << result.error().message;
  std::set<std::int64_t> processes;
  std::set<std::int64_t> threads;
  for (const LaneInfo& lane : result->lanes) {
    processes.insert(lane.process_id);
    threads.insert(lane.thread_id);
  }
  const std::int64_t self = current_process_id();
  if (GetParam().model == "threads") {
    EXPECT_EQ(processes, std::set{self}) << "threads live in this process";
    EXPECT_EQ(threads.size(), kWorkers) << "each lane a thread of its own";
    EXPECT_FALSE(threads.contains(0));
  } else if (GetParam().model == "processes") {
    EXPECT_EQ(processes.size(), kWorkers) << "each lane a process of its own";
    EXPECT_FALSE(processes.contains(self));
    EXPECT_FALSE(processes.contains(0));
  } else {
    EXPECT_EQ(processes, std::set{self});
    EXPECT_EQ(threads.size(), 1U);
    if (GetParam().model == "async") {
      EXPECT_EQ(*threads.begin(), current_thread_id()) << "the loop's own thread";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryModel, ::testing::ValuesIn(executors()),
                         [](const auto& executor) { return executor.param.name(); });

}  // namespace
}  // namespace trilane
