// The verdicts of amdahl, model-map and parse-and-save: each with data that must confirm, refute and leave
// open.
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

/// Makespans on a machine whose `cores` (2 or 4) compute cores * `core` times as fast as one; of a program whose serial
/// part is `share` times the one that was set.
Measured scaling(double core, double share, double noise, int cores = 4) {
  Measured measured;
  measured.facts["cores"] = cores;
  for (const double fraction : {0.0, 0.1, 0.25, 0.5}) {
    for (int workers = 1; workers <= 2 * cores; workers *= 2) {
      const double gain = workers == 1 ? 1 : std::min(workers, cores) * core;
      const double serial = fraction * share;
      add(measured, "s" + std::to_string(static_cast<int>(fraction * 100)) + ".w" + std::to_string(workers),
          100 * (serial + (1 - serial) / gain), noise);
    }
  }
  return measured;
}

TEST(Amdahl, TheFractionIsFoundAgain) {
  const Finding finding = amdahl_experiment().judge(scaling(1, 1, 0.005));
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_NEAR(finding.numbers["serial_25_share"].get<double>(), 0.25, 0.02);
  // Four cores, half of it serial: 1 / (0.5 + 0.5 / 4).
  EXPECT_NEAR(finding.truth.get<double>(), 1.6, 0.03);
}

// Up to the cores nothing has to be agreed on: USL's contention is Amdahl's serial part, its coherence is nothing.
TEST(Amdahl, TheUniversalScalabilityLawIsFittedBesideIt) {
  const Finding finding = amdahl_experiment().judge(scaling(1, 1, 0.001));
  ASSERT_EQ(finding.figures.size(), 2U);
  const Figure& usl = finding.figures[1];
  EXPECT_EQ(usl.id, "usl");
  ASSERT_EQ(usl.series.size(), 8U) << "four measured, four curves";
  EXPECT_EQ(std::ranges::count(usl.series, SeriesStyle::fit, &FigureSeries::style), 4);
  EXPECT_NEAR(finding.numbers["usl_25_contention"].get<double>(), 0.25, 0.02);
  EXPECT_LT(finding.numbers["usl_25_coherence"].get<double>(), 0.005);
  EXPECT_LE(finding.numbers["usl_25_contention_low"], finding.numbers["usl_25_contention"]);
  EXPECT_GE(finding.numbers["usl_25_contention_high"], finding.numbers["usl_25_contention"]);
}

// Its two parameters need a third number of workers, which two cores do not have: the law is then told to be fitted
// beyond them, where their end looks like a cost of agreeing.
TEST(Amdahl, OnTwoCoresTheLawIsFittedBeyondThemAndSaysSo) {
  const Finding finding = amdahl_experiment().judge(scaling(1, 1, 0.001, 2));
  ASSERT_EQ(finding.figures.size(), 2U);
  EXPECT_NE(finding.figures[1].title.en.find("beyond the cores"), std::string::npos);
  EXPECT_GT(finding.numbers["usl_50_coherence"].get<double>(), 0.05);
  EXPECT_EQ(amdahl_experiment().judge(scaling(1, 1, 0.001)).figures[1].title.en.find("beyond"), std::string::npos);
}

// Two logical cores of one physical core are less than two: that is no serial part.
TEST(Amdahl, CoresThatAreLessThanTheirNumberAreNoSerialPart) {
  const Finding finding = amdahl_experiment().judge(scaling(0.6, 1, 0.005));
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_NEAR(finding.numbers["speedup_nothing_serial"].get<double>(), 2.4, 0.05);
  EXPECT_NEAR(finding.numbers["serial_10_share"].get<double>(), 0.1, 0.03);
}

TEST(Amdahl, APartThatDoesNotLimitRefutesIt) {
  EXPECT_EQ(verdict_of(amdahl_experiment(), scaling(1, 0.2, 0.005)), Verdict::refuted);
}

TEST(Amdahl, WorkersThatDoNotHelpLeaveItOpen) {
  EXPECT_EQ(verdict_of(amdahl_experiment(), scaling(0.28, 1, 0.005)), Verdict::undecided);
}

TEST(Amdahl, NoiseAndASingleCoreLeaveItOpen) {
  EXPECT_EQ(verdict_of(amdahl_experiment(), scaling(1, 1, 0.4)), Verdict::undecided);
  Measured one_core;
  one_core.facts["cores"] = 1;
  for (const char* name : {"s0.w1", "s10.w1", "s25.w1", "s50.w1"}) add(one_core, name, 100);
  const Finding finding = amdahl_experiment().judge(one_core);
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  EXPECT_NE(finding.why.en.find("one core"), std::string::npos);
}

/// `fast(model, share, tasks)` tells whether the model is the quick one in that cell.
template <class Fast>
Measured grid(Fast&& fast, double noise = 0.02) {
  Measured measured;
  for (const std::string model : {"sync", "threads", "processes", "async"}) {
    for (const int share : {0, 50, 100}) {
      for (const int tasks : {2, 8, 32}) {
        add(measured, model + ".c" + std::to_string(share) + ".t" + std::to_string(tasks),
            fast(model, share, tasks) ? 10 : 20, noise);
      }
    }
  }
  return measured;
}

TEST(ModelMap, TwoWinnersConfirmIt) {
  const auto measured =
      grid([](const std::string& model, int share, int) { return model == (share == 100 ? "threads" : "async"); });
  const Finding finding = model_map_experiment().judge(measured);
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_EQ(finding.truth, "async");
  ASSERT_EQ(finding.figures.size(), 1U);
  EXPECT_EQ(finding.figures[0].cells.size(), 9U);
}

TEST(ModelMap, OneWinnerEverywhereRefutesIt) {
  const auto measured = grid([](const std::string& model, int, int) { return model == "threads"; });
  EXPECT_EQ(verdict_of(model_map_experiment(), measured), Verdict::refuted);
}

TEST(ModelMap, CellsWithinTheNoiseHaveNoWinner) {
  const auto measured = grid([](const std::string&, int, int) { return true; }, 0.3);
  const Finding finding = model_map_experiment().judge(measured);
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  for (const HeatCell& cell : finding.figures[0].cells) EXPECT_FALSE(cell.winner);
}

Measured pages(double light_async, double light_others, double heavy_async, double heavy_processes,
               double noise = 0.02) {
  Measured measured;
  add(measured, "light.async", light_async, noise);
  add(measured, "light.threads", light_others, noise);
  add(measured, "light.processes", light_others, noise);
  add(measured, "heavy.async", heavy_async, noise);
  add(measured, "heavy.threads", heavy_processes * 1.3, noise);
  add(measured, "heavy.processes", heavy_processes, noise);
  measured.facts["heavy.processes.parse_ms"] = 500;
  measured.facts["heavy.processes.fetch_ms"] = 100;
  return measured;
}

TEST(ParseAndSave, FollowsFromBothHalves) {
  const Finding finding = parse_and_save_experiment().judge(pages(50, 200, 500, 280));
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_EQ(finding.truth, "processes");
  EXPECT_NE(finding.why.en.find("most of it is parsing"), std::string::npos);
  EXPECT_EQ(verdict_of(parse_and_save_experiment(), pages(50, 200, 280, 500)), Verdict::refuted);
  EXPECT_EQ(verdict_of(parse_and_save_experiment(), pages(200, 50, 500, 280)), Verdict::refuted);
  EXPECT_EQ(verdict_of(parse_and_save_experiment(), pages(50, 200, 300, 290, 0.4)), Verdict::undecided);
  // Four workers wait for 24 pages in turns, 180 ms; two cores can save half of the parsing.
  Measured little = pages(50, 200, 280, 500);
  little.facts.insert({{"cores", 2}, {"workers", 4}, {"tasks", 24}, {"wait_ms", 30}, {"heavy.async.parse_ms", 175}});
  EXPECT_EQ(verdict_of(parse_and_save_experiment(), little), Verdict::undecided) << "parsing was not heavy";
  little.facts["heavy.async.parse_ms"] = 900;
  EXPECT_EQ(verdict_of(parse_and_save_experiment(), little), Verdict::refuted);
}

}  // namespace
}  // namespace trilane
