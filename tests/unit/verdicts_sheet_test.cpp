// Verdicts of the experiments on the sheet's statements: each with data that must confirm, refute and leave open.
#include <gtest/gtest.h>

#include <string>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

/// Eight rounds around `middle`, each up to `noise` (a share) away from it.
std::vector<double> around(double middle, double noise = 0.02) {
  constexpr double kShape[] = {-1, 0.6, -0.3, 0.9, 0.1, -0.7, 0.4, -0.1};
  std::vector<double> values;
  for (const double shape : kShape) values.push_back(middle * (1 + noise * shape));
  return values;
}

Finding judge(const Experiment& experiment, const Measured& measured) {
  Finding finding = experiment.judge(measured);
  for (const std::string& text : {finding.why.en, finding.why.ru}) EXPECT_GT(text.size(), 20U);
  EXPECT_EQ(finding.why.ru.find("not available"), std::string::npos) << finding.why.ru;
  // Cyrillic letters begin with these bytes: an argument of the Russian text has slipped into the English one.
  EXPECT_EQ(finding.why.en.find_first_of("\xd0\xd1"), std::string::npos) << finding.why.en;
  for (const Figure& figure : finding.figures) EXPECT_TRUE(figure_from_json(to_json(figure))) << figure.id;
  return finding;
}

Verdict verdict(const Experiment& experiment, const Measured& measured) { return judge(experiment, measured).verdict; }

/// The same data measured while others took half of the processor.
Measured busy(Measured measured) {
  measured.samples["machine.stolen"] = around(0.5);
  return measured;
}

Measured under_gil(std::vector<double> whole, std::vector<double> interruptible) {
  Measured measured;
  measured.facts = {{"increments", 1'000'000}, {"workers", 4}};
  measured.samples["whole.lost"] = std::move(whole);
  measured.samples["interruptible.lost"] = std::move(interruptible);
  return measured;
}

TEST(GilRaceVerdict, NeedsTheCondition) {
  const Experiment& experiment = gil_race_experiment();
  const std::vector<double> none(8, 0);
  const Finding finding = judge(experiment, under_gil(none, around(480'000, 0.1)));
  EXPECT_EQ(finding.verdict, Verdict::confirmed) << finding.why.en;
  EXPECT_NEAR(finding.truth.get<double>(), 48, 5);
  std::vector<double> one = none;
  one[3] = 1;
  EXPECT_EQ(verdict(experiment, under_gil(one, around(480'000))), Verdict::refuted);
  EXPECT_EQ(verdict(experiment, busy(under_gil(one, around(480'000)))), Verdict::refuted);  // load loses no update
  EXPECT_EQ(verdict(experiment, under_gil(none, none)), Verdict::undecided);                // luck
  EXPECT_EQ(verdict(experiment, under_gil({}, around(480'000))), Verdict::undecided);
  EXPECT_EQ(verdict(experiment, {}), Verdict::undecided);
}

Measured gil(double speedup, double free_speedup, double wait_speedup) {
  Measured measured;
  measured.facts = {{"workers", 2}, {"overlap_share_gil", 0.0003}, {"overlap_share_free", 0.48}};
  measured.samples["compute.one.wall_ms"] = around(100);
  measured.samples["compute.gil.wall_ms"] = around(100 / speedup, -0.02);
  measured.samples["compute.threads.wall_ms"] = around(100 / free_speedup, -0.02);
  measured.samples["wait.one.wall_ms"] = around(60);
  measured.samples["wait.gil.wall_ms"] = around(60 / wait_speedup, -0.02);
  measured.samples["compute.gil.lock_wait_ms"] = around(95);
  return measured;
}

TEST(GilVerdict, NeedsOneAtATimeAndWaitsThatOverlap) {
  const Experiment& experiment = gil_experiment();
  const Finding finding = judge(experiment, gil(1, 1.9, 2));
  EXPECT_EQ(finding.verdict, Verdict::confirmed) << finding.why.en;
  EXPECT_NEAR(finding.truth.get<double>(), 1, 0.05);
  EXPECT_EQ(verdict(experiment, gil(1.9, 1.9, 2)), Verdict::refuted);
  EXPECT_EQ(verdict(experiment, busy(gil(1.9, 1.9, 2))), Verdict::undecided);
  EXPECT_EQ(verdict(experiment, gil(1, 1.9, 1)), Verdict::refuted);
  EXPECT_EQ(verdict(experiment, gil(1.27, 1.9, 2)), Verdict::undecided);
  EXPECT_EQ(verdict(experiment, {}), Verdict::undecided);
}

TEST(GilVerdict, WhatWasNotRecordedIsNotAnOverlapOfZero) {
  Measured measured = gil(1, 1.9, 2);
  measured.facts["overlap_share_gil"] = 0.3;  // two computed at once: load does not do that
  EXPECT_EQ(verdict(gil_experiment(), busy(measured)), Verdict::refuted);
  measured.facts.erase("overlap_share_gil");
  const Finding finding = judge(gil_experiment(), measured);
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  EXPECT_TRUE(finding.numbers.at("overlap_share_gil").is_null());
  measured = gil(1, 1.9, 2);
  measured.facts.erase("overlap_share_free");  // a recording in which nothing ever overlaps shows nothing
  EXPECT_EQ(verdict(gil_experiment(), measured), Verdict::undecided);
}

Measured race(std::vector<double> lost) {
  Measured measured;
  measured.facts = {{"increments", 1'000'000}, {"workers", 4}};
  measured.samples["split.lost"] = std::move(lost);
  for (const std::string way : {"split", "mutex", "atomic", "local"}) {
    measured.samples[way + ".wall_ms"] = around(10);
    if (way != "split") measured.samples[way + ".lost"] = std::vector<double>(8, 0);
  }
  return measured;
}

TEST(RaceConditionVerdict, LossesThatDifferConfirmIt) {
  const Experiment& experiment = race_condition_experiment();
  const Finding finding = judge(experiment, race(around(300'000, 0.2)));
  EXPECT_EQ(finding.verdict, Verdict::confirmed) << finding.why.en;
  EXPECT_NEAR(finding.truth.get<double>(), 30, 3);
  EXPECT_EQ(verdict(experiment, race(std::vector<double>(8, 0))), Verdict::undecided);  // luck
  Measured broken = race(around(300'000, 0.2));
  broken.samples["mutex.lost"][2] = 1;
  EXPECT_EQ(verdict(experiment, broken), Verdict::refuted);
  EXPECT_EQ(verdict(experiment, busy(broken)), Verdict::refuted);  // load breaks no mutex
  EXPECT_EQ(verdict(experiment, {}), Verdict::undecided);
}

TEST(LabWords, NumbersReadAsPeopleWriteThem) {
  const std::pair<double, BothTexts> numbers[] = {{8, {"8", "8"}},
                                                  {40.0, {"40", "40"}},
                                                  {0, {"0", "0"}},
                                                  {-0.0, {"0", "0"}},
                                                  {123'457, {"123\u202f457", "123\u202f457"}},  // whole: exact
                                                  {7.913, {"7.91", "7,91"}},
                                                  {1234.56, {"1230", "1230"}},
                                                  {-98765.4, {"-98\u202f800", "-98\u202f800"}}};
  for (const auto& [value, text] : numbers) EXPECT_EQ(lab::number(value), text) << value;
  const lab::Noun wait{"wait", "waits", "ожидание", "ожидания", "ожиданий"};
  const std::pair<double, const char*> cases[] = {{0, "0 ожиданий"},     {1, "1 ожидание"},     {2, "2 ожидания"},
                                                  {5, "5 ожиданий"},     {11, "11 ожиданий"},   {21, "21 ожидание"},
                                                  {112, "112 ожиданий"}, {2.5, "2,50 ожидания"}};
  for (const auto& [value, text] : cases) EXPECT_EQ(lab::counted(value, wait).ru, text);
  EXPECT_EQ(lab::counted(1, wait).en, "1 wait");
  EXPECT_EQ(lab::times(lab::Spread{8, 8, 8}).ru, "в 8 [8;\u00a08] раз");
  EXPECT_EQ(lab::times(lab::Spread{2.5, 2.4, 2.6}).ru, "в 2,50 [2,40;\u00a02,60] раза");
  EXPECT_EQ(lab::with_interval(std::nullopt).ru, "нет данных");
}

}  // namespace
}  // namespace trilane
