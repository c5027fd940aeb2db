// The limit on tasks in flight, in every model; and what is told of a warm-up.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <ostream>
#include <set>
#include <utility>

#include "support/cancel.hpp"
#include "support/harness.hpp"
#include "support/processes.hpp"

namespace trilane {
namespace {

using nlohmann::json;

constexpr std::uint32_t kTasks = 24;

struct Executor {
  std::string name;
  json options;
};

void PrintTo(const Executor& executor, std::ostream* out) { *out << executor.name; }

class InFlight : public ::testing::TestWithParam<Executor> {
 protected:
  static RunConfig config(json more) {
    json options = {{"workload", "sleep"}, {"tasks", kTasks}, {"wait_ms", 10},
                    {"workers", 8},        {"repeat", 1},     {"warmup", 0}};
    options.update(GetParam().options);
    options.update(more);
    return test::config_of(options);
  }
};

/// Most tasks that were at work at once. Each is taken as shorter by `slack_ns` at both ends: how well the clocks of
/// several processes are known.
int most_at_once(const std::vector<Span>& spans, std::int64_t slack_ns) {
  std::vector<std::pair<std::int64_t, int>> edges;
  for (const Span& span : spans) {
    if (span.kind != SpanKind::wait && span.kind != SpanKind::compute) continue;
    if (span.end_ns - span.begin_ns <= 2 * slack_ns) continue;
    edges.emplace_back(span.begin_ns + slack_ns, 1);
    edges.emplace_back(span.end_ns - slack_ns, -1);
  }
  std::ranges::sort(edges);  // an end before a begin at the same time
  int now = 0;
  int most = 0;
  for (const auto& [ns, change] : edges) most = std::max(most, now += change);
  return most;
}

TEST_P(InFlight, NeverMoreThanTheLimitAndEveryTaskIsDone) {
  test::Bench bench;
  test::Recording recording;
  const RunConfig limited = config({{"concurrency", 2}});
  const auto result = bench.run(limited, &recording);
  ASSERT_TRUE(result) << result.error().message;
  std::set<std::uint32_t> waited;
  for (const Span& span : recording.spans) {
    if (span.kind == SpanKind::wait) waited.insert(span.task);
  }
  EXPECT_EQ(waited.size(), kTasks);
  EXPECT_EQ(recording.progress.back(), kTasks);
  const std::int64_t slack_ns = limited.model == "processes" ? 3'000'000 : 0;
  EXPECT_LE(most_at_once(recording.spans, slack_ns), 2);
  EXPECT_GE(*result->wall_ms.median, kTasks / 2 * 10.0);
}

TEST_P(InFlight, ALimitAboveTheWorkersChangesNothing) {
  test::Bench bench;
  test::Recording recording;
  const auto result = bench.run(config({{"concurrency", 100}, {"workers", 3}}), &recording);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(recording.progress.back(), kTasks);
  for (const LaneInfo& lane : result->lanes) EXPECT_NE(lane.process_id, 0) << "every worker worked";
}

TEST_P(InFlight, ShortTasksAreAllDoneOneAtATime) {
  test::Bench bench;
  test::Recording recording;
  const auto result = bench.run(
      config({{"workload", "sum"}, {"size", 100'000}, {"tasks", 300}, {"concurrency", 1}, {"workers", 4}}), &recording);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->valid) << english_lines(result->errors);
  EXPECT_EQ(recording.progress.back(), 300U);
}

TEST_P(InFlight, AStopReachesThoseThatWaitForTheirTurn) {
  test::expect_cancel_ends(config({{"concurrency", 1}, {"wait_ms", 60'000}}));
}

INSTANTIATE_TEST_SUITE_P(
    Executors, InFlight,
    ::testing::Values(Executor{"async", {{"model", "async"}}}, Executor{"threads", {{"model", "threads"}}},
                      Executor{"threads_gil", {{"model", "threads"}, {"gil", true}, {"switch_interval_ms", 0.2}}},
                      Executor{"threads_spawn_per_task", {{"model", "threads"}, {"spawn_per_task", true}}},
                      Executor{"threads_gil_spawn_per_task",
                               {{"model", "threads"}, {"gil", true}, {"spawn_per_task", true}}},
                      Executor{"processes", {{"model", "processes"}}},
                      Executor{"processes_spawn_per_task", {{"model", "processes"}, {"spawn_per_task", true}}}),
    [](const auto& executor) { return executor.param.name; });

/// Of two children, of which one may have work, the one that has is killed in the first repeat.
Result<RunResult> run_with_a_death(int warmup, std::atomic<pid_t>& victim) {
  test::Bench bench;
  test::Recording recording;
  recording.on_first_progress = [&] {
    const auto children = test::children_of(getpid());
    ASSERT_FALSE(children.empty());
    victim = children.front();
    kill(victim, SIGKILL);
  };
  return bench.run(test::config_of({{"model", "processes"},
                                    {"workload", "sleep"},
                                    {"tasks", 30},
                                    {"wait_ms", 20},
                                    {"workers", 2},
                                    {"concurrency", 1},
                                    {"repeat", 1},
                                    {"warmup", warmup}}),
                   &recording);
}

bool is_told(const std::vector<Note>& said, const std::string& begin, pid_t victim) {
  return std::ranges::any_of(said, [&](const Note& note) {
    const std::string& text = note.text.en;
    return note.code == "child_replaced" && text.starts_with(begin + "process " + std::to_string(victim)) &&
           text.find("SIGKILL") != std::string::npos;
  });
}

TEST(Deaths, ThePlaceOfADeadChildIsTakenByAnother) {
  std::atomic<pid_t> victim{0};
  const auto result = run_with_a_death(0, victim);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(is_told(result->errors, "", victim)) << english_lines(result->errors);
  test::expect_no_children();
}

TEST(Deaths, InAWarmUpAreToldAsSuch) {
  std::atomic<pid_t> victim{0};
  const auto result = run_with_a_death(1, victim);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(is_told(result->notes, "In the warm-up: ", victim)) << english_lines(result->notes);
  test::expect_no_children();
}

TEST(WarmUps, SayNothingTwiceThatTheRepeatsSay) {
  test::Bench bench;
  const auto result = bench.run(test::config_of(
      {{"model", "threads"}, {"gil", true}, {"workload", "sum"}, {"size", 1000}, {"workers", 2}, {"repeat", 1}}));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(std::ranges::count(result->notes, notes::gil_is_model()), 1) << english_lines(result->notes);
}

}  // namespace
}  // namespace trilane
