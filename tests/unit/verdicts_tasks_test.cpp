// The verdict of tasks-vs-await: with data that must confirm, refute and leave open.
#include <gtest/gtest.h>

#include <string>

#include "experiments/builtin.hpp"

namespace trilane {
namespace {

/// Eight rounds around `middle`, each up to `noise` (a share) away from it.
void add(Measured& measured, const std::string& name, double middle, double noise = 0.02) {
  constexpr double kShape[] = {-1, 0.6, -0.3, 0.9, 0.1, -0.7, 0.4, -0.1};
  // Cases differ in when they are disturbed, or their ratios would not be.
  const std::size_t turn = measured.samples.size();
  auto& samples = measured.samples[name];
  for (std::size_t i = 0; i < 8; ++i) samples.push_back(middle * (1 + noise * kShape[(i + turn) % 8]));
}

Verdict verdict_of(const Experiment& experiment, const Measured& measured) {
  return experiment.judge(measured).verdict;
}

Measured waits(double awaited_ms, double tasks_ms, double noise = 0.02) {
  Measured measured;
  measured.facts = {{"tasks", 8}, {"wait_ms", 40}};
  add(measured, "awaited.wall_ms", awaited_ms, noise);
  add(measured, "tasks.wall_ms", tasks_ms, noise);
  return measured;
}

TEST(TasksVsAwait, FollowsFromTheRatio) {
  const Finding finding = tasks_vs_await_experiment().judge(waits(328, 41));
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_NEAR(finding.truth.get<double>(), 8, 0.5);
  EXPECT_EQ(verdict_of(tasks_vs_await_experiment(), waits(328, 320)), Verdict::refuted);
  EXPECT_EQ(verdict_of(tasks_vs_await_experiment(), waits(328, 80, 0.8)), Verdict::undecided);
}

// One task is as fast either way: that says nothing about independence.
TEST(TasksVsAwait, OneTaskLeavesItOpen) {
  Measured measured = waits(41, 41);
  measured.facts["tasks"] = 1;
  EXPECT_EQ(verdict_of(tasks_vs_await_experiment(), measured), Verdict::undecided);
}

}  // namespace
}  // namespace trilane
