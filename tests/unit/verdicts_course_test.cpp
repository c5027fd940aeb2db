// The verdict of cpu-bound: with data that must confirm, refute and leave open.
#include <gtest/gtest.h>

#include <string>

#include "experiments/builtin.hpp"

namespace trilane {
namespace {

/// Eight rounds of the sum: a start-up cost and a rate (ns a number) for sync and for processes.
Measured sums(double process_start_ms, double process_ns, double noise) {
  constexpr double kShape[] = {-1, 0.6, -0.3, 0.9, 0.1, -0.7, 0.4, -0.1};
  Measured measured;
  measured.facts = {{"largest", 1e8}, {"workers", 2}};
  std::size_t turn = 0;
  for (const char* n : {"10000", "100000", "1000000", "10000000", "100000000"}) {
    for (const std::string model : {"sync", "threads", "processes", "async", "gil"}) {
      const bool processes = model == "processes";
      const double ms = (processes ? process_start_ms : 0) + std::stod(n) * (processes ? process_ns : 1) / 1e6;
      for (std::size_t i = 0; i < 8; ++i) {
        measured.samples[model + "." + n + ".wall_ms"].push_back(ms * (1 + noise * kShape[(i + turn) % 8]));
      }
      ++turn;
    }
  }
  return measured;
}

TEST(CpuBound, TheCrossoverIsFound) {
  const Finding finding = cpu_bound_experiment().judge(sums(2, 0.5, 0.01));
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_EQ(finding.truth, "large");
  // 2 ms + 0.5 ns N = 1 ns N at N = 4 million; between powers of ten the line on log axes is only near it.
  EXPECT_GT(finding.numbers["crossover_n_low"].get<double>(), 1e6);
  EXPECT_LT(finding.numbers["crossover_n_high"].get<double>(), 1e7);
  EXPECT_NEAR(finding.numbers["sync_extrapolated_1e13_s"].get<double>(), 1e4, 200);
}

TEST(CpuBound, ProcessesThatDoNotHelpRefuteIt) {
  const Finding finding = cpu_bound_experiment().judge(sums(2, 1.2, 0.01));
  EXPECT_EQ(finding.verdict, Verdict::refuted);
  EXPECT_EQ(finding.truth, "never");
  EXPECT_TRUE(finding.numbers["crossover_n"].is_null());
}

TEST(CpuBound, NoiseLeavesItOpen) {
  EXPECT_EQ(cpu_bound_experiment().judge(sums(2, 0.9, 0.5)).verdict, Verdict::undecided);
}

}  // namespace
}  // namespace trilane
