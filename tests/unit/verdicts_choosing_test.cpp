// The verdict of io-bound, with data that must confirm, refute and leave open.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "experiments/builtin.hpp"

namespace trilane {
namespace {

/// Eight rounds around `middle`, each up to `noise` (a share) away from it.
void add(Measured& measured, const std::string& name, double middle, double noise = 0.02) {
  constexpr double kShape[] = {-1, 0.6, -0.3, 0.9, 0.1, -0.7, 0.4, -0.1};
  // Cases differ in when they are disturbed, or their ratios would not be.
  const std::size_t turn = measured.samples.size();
  auto& samples = measured.samples[name + ".wall_ms"];
  for (std::size_t i = 0; i < 8; ++i) samples.push_back(middle * (1 + noise * kShape[(i + turn) % 8]));
}

Verdict verdict_of(const Experiment& experiment, const Measured& measured) {
  return experiment.judge(measured).verdict;
}

Measured waits(double async_ms, double threads_ms, double noise = 0.02) {
  Measured measured;
  measured.facts = {{"wait_ms", 20}, {"rival_is_threads", 1}};
  for (const char* tasks : {"1", "10", "50", "200"}) {
    add(measured, std::string("async.") + tasks, async_ms, noise);
    add(measured, std::string("threads.") + tasks, threads_ms, noise);
  }
  add(measured, "async.1000", async_ms, noise);
  add(measured, "async.10000", async_ms * 1.5, noise);
  return measured;
}

TEST(IoBound, FollowsFromTheMakespans) {
  EXPECT_EQ(verdict_of(io_bound_experiment(), waits(22, 60)), Verdict::confirmed);
  EXPECT_EQ(verdict_of(io_bound_experiment(), waits(60, 22)), Verdict::refuted);
  EXPECT_EQ(verdict_of(io_bound_experiment(), waits(22, 21, 0.6)), Verdict::undecided);
}

// A loop on which waits come one after another does not suit them, however slow its rival is.
TEST(IoBound, WaitsThatDoNotOverlapRefuteIt) {
  Measured measured = waits(22, 60);
  measured.samples.erase("async.10000.wall_ms");
  add(measured, "async.10000", 10'000 * 20.0);
  EXPECT_EQ(verdict_of(io_bound_experiment(), measured), Verdict::refuted);
}

}  // namespace
}  // namespace trilane
