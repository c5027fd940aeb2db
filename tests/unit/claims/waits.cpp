#include <gtest/gtest.h>

#include "experiments/experiment.hpp"
#include "unit/claims/fixtures.hpp"

namespace trilane::claims {
namespace {

/// The same value in every round.
void same(Measured& measured, std::string_view of, std::string_view metric, double value) {
  fill(measured, of, metric, value, 0);
}

Fixture overlap_waits() {
  Measured good;
  good.settings = {{"tasks", 8}, {"wait_ms", 20}, {"concurrency", 0}};
  fill(good, "sync", "wall_ms", 161);
  fill(good, "async", "wall_ms", 20.3);
  return {"overlap-waits",
          good,
          {{"one-by-one", [](Measured& m) { fill(m, "sync", "wall_ms", 120); },
            [](Measured& m) { fill(m, "sync", "wall_ms", 140); }},
           {"overlap", [](Measured& m) { fill(m, "async", "wall_ms", 80); },
            [](Measured& m) { fill(m, "async", "wall_ms", 40); }}}};
}

Fixture one_thread() {
  Measured good;
  good.settings = {{"tasks", 8}, {"wait_ms", 40}};
  same(good, "async", "thread_ids", 1);
  same(good, "async", "process_ids", 1);
  same(good, "async", "at_once", 8);
  same(good, "threads", "thread_ids", 8);
  same(good, "threads", "process_ids", 1);
  same(good, "processes", "thread_ids", 8);
  same(good, "processes", "process_ids", 8);
  return {"one-thread",
          good,
          {{"threads", [](Measured& m) { same(m, "async", "thread_ids", 2); }, nullptr},
           {"processes", [](Measured& m) { same(m, "async", "process_ids", 2); }, nullptr},
           {"at-once", [](Measured& m) { same(m, "async", "at_once", 1); }, nullptr}}};
}

Fixture io_bound() {
  Measured good;
  good.settings = {{"wait_ms", 20}, {"threads_at_once", 200}};
  for (const char* level : {"async.1", "async.10", "async.200", "async.1000"}) fill(good, level, "wall_ms", 20.4);
  fill(good, "async.10000", "wall_ms", 23);
  fill(good, "async.10000", "bytes", 210);
  for (const char* level : {"warm.1", "warm.10", "warm.200"}) fill(good, level, "wall_ms", 20.5);
  fill(good, "warm.200", "bytes", 12'000);
  for (const char* level : {"new.1", "new.10"}) fill(good, level, "wall_ms", 20.3);
  fill(good, "new.200", "wall_ms", 32);
  for (const char* level : {"fetch.6", "fetch.48"}) fill(good, level, "wall_ms", 22);
  return {"io-bound",
          good,
          {{"flat", [](Measured& m) { fill(m, "async.10000", "wall_ms", 60); },
            [](Measured& m) { fill(m, "async.1000", "wall_ms", 30); }},
           {"as-fast", [](Measured& m) { fill(m, "warm.200", "wall_ms", 12); },
            [](Measured& m) { fill(m, "warm.200", "wall_ms", 16); }},
           {"memory", [](Measured& m) { fill(m, "warm.200", "bytes", 300); },
            [](Measured& m) { fill(m, "warm.200", "bytes", 900); }}}};
}

Fixture memory_cost() {
  Measured good;
  good.settings = {{"frame_bytes", 136}, {"stack_bytes", 8'388'608}, {"page", 0}};
  fill(good, "coroutine", "bytes", 150);
  fill(good, "thread", "bytes", 12'000);
  fill(good, "process", "bytes", 1'500'000);
  same(good, "coroutine", "count", 12'500);
  same(good, "thread", "count", 60);
  same(good, "process", "count", 3);
  return {"memory-cost",
          good,
          {{"thread-coroutine", [](Measured& m) { fill(m, "coroutine", "bytes", 9000); },
            [](Measured& m) { fill(m, "coroutine", "bytes", 3000); }},
           {"process-thread", [](Measured& m) { fill(m, "process", "bytes", 9000); },
            [](Measured& m) { fill(m, "process", "bytes", 18'000); }}}};
}

Fixture blocked_loop() {
  Measured good;
  good.settings = {{"rows", 20'000}};
  fill(good, "awaiting", "lag_p99_ms", 1.1);
  fill(good, "cpu", "lag_p99_ms", 49);
  fill(good, "commit", "lag_p99_ms", 30);
  fill(good, "offloaded", "lag_p99_ms", 1.4);
  same(good, "awaiting", "culprit", 0);
  same(good, "cpu", "culprit", 1);
  same(good, "commit", "culprit", 2);
  same(good, "offloaded", "culprit", 3);
  return {"blocked-loop",
          good,
          {{"awaiting", [](Measured& m) { fill(m, "awaiting", "lag_p99_ms", 30); },
            [](Measured& m) { fill(m, "awaiting", "lag_p99_ms", 8); }},
           {"cpu", [](Measured& m) { fill(m, "cpu", "lag_p99_ms", 1.2); },
            [](Measured& m) { fill(m, "cpu", "lag_p99_ms", 4); }},
           {"commit", [](Measured& m) { fill(m, "offloaded", "lag_p99_ms", 29); },
            [](Measured& m) { fill(m, "offloaded", "lag_p99_ms", 20); }},
           {"named", [](Measured& m) { same(m, "cpu", "culprit", 0); },
            [](Measured& m) {
              for (std::size_t round = 0; round < 5; ++round)
                m.samples.set({"cpu", {}, ""}, {"culprit", {}, ""}, round, 2);
            }}}};
}

Fixture tasks_vs_await() {
  Measured good;
  good.settings = {{"tasks", 8}, {"wait_ms", 20}};
  fill(good, "row", "wall_ms", 164);
  fill(good, "tasks", "wall_ms", 20.6);
  same(good, "row", "at_once", 0);
  same(good, "tasks", "at_once", 8);
  return {"tasks-vs-await",
          good,
          {{"faster", [](Measured& m) { fill(m, "tasks", "wall_ms", 80); },
            [](Measured& m) { fill(m, "tasks", "wall_ms", 40); }},
           {"next-line", [](Measured& m) { same(m, "tasks", "at_once", 7); }, nullptr},
           {"after-await", [](Measured& m) { same(m, "row", "at_once", 1); }, nullptr}}};
}

Measured without(Measured measured, std::initializer_list<const char*> cases) {
  for (const char* one : cases) measured.samples.erase_case(one);
  return measured;
}

// On a page a thread's memory is only reserved, so a Worker is what a coroutine is held against.
TEST(MemoryCost, WithoutThreadsProcessesDecide) {
  Measured page = without(memory_cost().confirming, {"thread"});
  page.settings["page"] = 1;
  EXPECT_EQ(find_experiment("memory-cost")->judge(page).verdict, Verdict::confirmed);
  fill(page, "process", "bytes", 200);
  EXPECT_EQ(find_experiment("memory-cost")->judge(page).verdict, Verdict::refuted);
  fill(page, "process", "bytes", 1000);
  EXPECT_EQ(find_experiment("memory-cost")->judge(page).verdict, Verdict::undecided);
  const Finding alone = find_experiment("memory-cost")->judge(without(page, {"process"}));
  EXPECT_EQ(alone.verdict, Verdict::undecided);
  EXPECT_NE(alone.advice.en.find("nothing to compare with"), std::string::npos) << alone.advice.en;
}

TEST(MemoryCost, WhatIsOnlyReservedIsNotDrawnAsMeasured) {
  const Finding finding = find_experiment("memory-cost")->judge(without(memory_cost().confirming, {"thread"}));
  for (const FigureSeries& one : finding.figures.at(1).series) {
    EXPECT_EQ(one.style == SeriesStyle::reserved, one.points.at(0).y == 8'388'608) << one.name.en;
    EXPECT_EQ(one.style == SeriesStyle::reserved, one.id == "threads") << one.name.en;
  }
}

TEST(IoBound, WhereThreadsAreMissingTheLoopIsJudgedAlone) {
  Measured page = without(io_bound().confirming, {"warm.1", "warm.10", "warm.200", "new.1", "new.10", "new.200"});
  EXPECT_EQ(find_experiment("io-bound")->judge(page).verdict, Verdict::undecided) << "threads were to be measured";
  page.settings["threads_at_once"] = 0;
  const Finding finding = find_experiment("io-bound")->judge(page);
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  ASSERT_EQ(finding.predicates.size(), 1U);
  EXPECT_EQ(finding.predicates[0].id, "flat");
  EXPECT_EQ(finding.truth.at(4).at(0), 10'000) << "a curve over the waits";
  EXPECT_EQ(find_experiment("io-bound")->judge(without(page, {"async.1000"})).verdict, Verdict::undecided)
      << "each number of waits is needed";
}

TEST(BlockedLoop, WhereNoCommitCanBeWaitedForTheCpuLoopDecides) {
  Measured page = without(blocked_loop().confirming, {"commit", "offloaded"});
  page.settings["rows"] = 0;
  EXPECT_EQ(find_experiment("blocked-loop")->judge(page).verdict, Verdict::confirmed);
  EXPECT_TRUE(find_experiment("blocked-loop")->judge(page).truth.is_null()) << "the commit was not tried";
  fill(page, "cpu", "lag_p99_ms", 1.2);
  EXPECT_EQ(find_experiment("blocked-loop")->judge(page).verdict, Verdict::refuted);
}

TEST(BlockedLoop, TheTruthNamesWhatBlocks) {
  Measured measured = blocked_loop().confirming;
  EXPECT_EQ(find_experiment("blocked-loop")->judge(measured).truth, "both");
  fill(measured, "commit", "lag_p99_ms", 1.4);
  EXPECT_EQ(find_experiment("blocked-loop")->judge(measured).truth, "cpu");
  fill(measured, "cpu", "lag_p99_ms", 1.1);
  EXPECT_EQ(find_experiment("blocked-loop")->judge(measured).truth, "none");
  fill(measured, "cpu", "lag_p99_ms", 4);
  EXPECT_TRUE(find_experiment("blocked-loop")->judge(measured).truth.is_null());
}

TEST(OneThread, IdsThatShowNoDifferenceAnywhereProveNothing) {
  Measured measured = one_thread().confirming;
  same(measured, "threads", "thread_ids", 1);
  const Finding finding = find_experiment("one-thread")->judge(measured);
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  EXPECT_NE(finding.advice.en.find("ids tell nothing here"), std::string::npos) << finding.advice.en;
  EXPECT_EQ(find_experiment("one-thread")->judge(without(measured, {"threads", "processes"})).verdict,
            Verdict::confirmed)
      << "what is missing here says nothing against it";
}

TEST(WaitingExperiments, OptionsThatMakeThemPointlessLeaveThemOpen) {
  const auto verdict = [](const Experiment& experiment, Measured measured, const char* setting, double value) {
    measured.settings[setting] = value;
    return experiment.judge(measured).verdict;
  };
  EXPECT_EQ(verdict(*find_experiment("one-thread"), one_thread().confirming, "tasks", 1), Verdict::undecided);
  EXPECT_EQ(verdict(*find_experiment("tasks-vs-await"), tasks_vs_await().confirming, "tasks", 1), Verdict::undecided);
  EXPECT_EQ(verdict(*find_experiment("tasks-vs-await"), tasks_vs_await().confirming, "wait_ms", 0.1),
            Verdict::undecided);
  EXPECT_EQ(verdict(*find_experiment("tasks-vs-await"), tasks_vs_await().confirming, "tasks", 1000),
            Verdict::undecided);
  EXPECT_EQ(verdict(*find_experiment("overlap-waits"), overlap_waits().confirming, "wait_ms", 0.1), Verdict::undecided);
  EXPECT_EQ(verdict(*find_experiment("overlap-waits"), overlap_waits().confirming, "concurrency", 1),
            Verdict::undecided);
  EXPECT_EQ(verdict(*find_experiment("io-bound"), io_bound().confirming, "wait_ms", 1), Verdict::undecided);
}

}  // namespace

std::vector<Fixture> wait_fixtures() {
  return {overlap_waits(), one_thread(), io_bound(), memory_cost(), blocked_loop(), tasks_vs_await()};
}

}  // namespace trilane::claims
