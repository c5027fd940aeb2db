// Verdicts of the experiments below run(): data that must confirm, refute and leave open.
#include <gtest/gtest.h>

#include "experiments/builtin.hpp"
#include "experiments/experiment.hpp"
#include "models/interleavings.hpp"

namespace trilane {
namespace {

Finding judge(std::string_view id, const Measured& measured) {
  const Experiment* experiment = find_experiment(id);
  EXPECT_NE(experiment, nullptr) << id;
  Finding finding = experiment->judge(measured);
  EXPECT_FALSE(finding.why.en.empty());
  EXPECT_FALSE(finding.why.ru.empty());
  for (const Figure& figure : finding.figures) EXPECT_TRUE(figure_from_json(to_json(figure))) << figure.id;
  return finding;
}

Verdict verdict(std::string_view id, const Measured& measured) { return judge(id, measured).verdict; }

std::vector<double> eight(double value) {
  std::vector<double> values;
  for (int i = 0; i < 8; ++i) values.push_back(value * (1 + 0.01 * i));
  return values;
}

Measured deadlocks() {
  Measured measured;
  for (const std::string way : {"none", "ordered", "try-lock", "messages", "async"}) {
    measured.facts[way + ".wanted"] = 16;
    measured.facts[way + ".done"] = 16;
    measured.samples[way + ".wall_ms"] = eight(20);
  }
  measured.facts["none.deadlocks"] = 3;
  measured.samples["none.search_ms"] = {20, 35};
  return measured;
}

TEST(DeadlockVerdict, FollowsFromTheCounts) {
  Measured measured = deadlocks();
  EXPECT_EQ(verdict("deadlock", measured), Verdict::confirmed);
  measured.facts["none.deadlocks"] = 0;  // luck
  EXPECT_EQ(verdict("deadlock", measured), Verdict::undecided);
  measured = deadlocks();
  measured.facts["ordered.deadlocks"] = 1;
  EXPECT_EQ(verdict("deadlock", measured), Verdict::refuted);
  measured = deadlocks();
  measured.facts["async.unbalanced"] = 1;
  EXPECT_EQ(verdict("deadlock", measured), Verdict::refuted);
  measured = deadlocks();
  measured.facts["messages.done"] = 7;  // stopped by the deadline
  EXPECT_EQ(verdict("deadlock", measured), Verdict::undecided);
  EXPECT_EQ(verdict("deadlock", {}), Verdict::undecided);
}

Measured schedules() {
  Measured measured;
  for (const std::string& schedule : all_interleavings()) {
    const double final = schedule == "AAABBB" || schedule == "BBBAAA" ? 2 : 1;
    measured.samples["final." + schedule] = {final, final, final};
  }
  measured.facts["free.rounds"] = 1000;
  measured.facts["free.2"] = 998;
  measured.facts["free.1"] = 2;
  return measured;
}

TEST(YouScheduleVerdict, TheOrderDecides) {
  Measured measured = schedules();
  const Finding finding = judge("you-schedule", measured);
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_EQ(finding.truth, 18);
  EXPECT_EQ(finding.numbers.at("free_rounds_that_lost"), 2);
  ASSERT_EQ(finding.figures.size(), 1U);
  EXPECT_DOUBLE_EQ(finding.figures[0].series[1].points[1].y, 99.8);  // percent of the free rounds that ended at 2
  measured.samples["final.ABABAB"] = {1, 2, 1};
  EXPECT_EQ(verdict("you-schedule", measured), Verdict::refuted);
  measured = schedules();
  for (auto& [name, finals] : measured.samples) finals = {2, 2};
  EXPECT_EQ(verdict("you-schedule", measured), Verdict::refuted);
  measured = schedules();
  measured.samples.erase("final.ABABAB");
  EXPECT_EQ(verdict("you-schedule", measured), Verdict::undecided);
}

TEST(IsolationVerdict, NeedsAChildThatWrote) {
  Measured measured;
  EXPECT_EQ(verdict("isolation", measured), Verdict::undecided);
  measured.samples["thread.seen"] = {7, 7};
  measured.samples["child.seen"] = {0, 0};
  measured.samples["child.own"] = {7, 7};
  EXPECT_EQ(verdict("isolation", measured), Verdict::confirmed);
  Measured other = measured;
  other.samples["child.own"] = {7, 0};
  EXPECT_EQ(verdict("isolation", other), Verdict::undecided);
  other = measured;
  other.samples["child.seen"] = {0, 7};
  EXPECT_EQ(verdict("isolation", other), Verdict::refuted);
  other = measured;
  other.samples["thread.seen"] = {7, 0};
  EXPECT_EQ(verdict("isolation", other), Verdict::refuted);
}

TEST(IsolationFigure, IsOfWritesMadeAndSeenAndTheTextNamesTheAddresses) {
  Measured measured;
  measured.samples["thread.seen"] = {7, 7, 7};
  measured.samples["child.seen"] = {0, 7, 0};
  measured.samples["child.own"] = {7, 7, 7};
  measured.details["places"] = {{{"id", "parent"}, {"address", "0x10"}}, {{"id", "child"}, {"address", "0x20"}}};
  Finding finding = judge("isolation", measured);
  ASSERT_EQ(finding.figures.size(), 1U);
  const auto& series = finding.figures[0].series;
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ((std::vector<double>{series[0].points[0].y, series[0].points[1].y}), (std::vector<double>{3, 3}));
  EXPECT_EQ((std::vector<double>{series[1].points[0].y, series[1].points[1].y}), (std::vector<double>{3, 1}));
  EXPECT_NE(finding.why.en.find("at the address 0x10, in the child at 0x20"), std::string::npos) << finding.why.en;
  measured.details["places"][1]["address"] = "0x10";
  finding = judge("isolation", measured);
  EXPECT_NE(finding.why.en.find("0x10: the same number, two variables"), std::string::npos) << finding.why.en;
}

Measured passing(double message_small, double message_large, double shared_small, double shared_large) {
  Measured measured;
  measured.samples["message.64.us"] = eight(message_small);
  measured.samples["message.1048576.us"] = eight(message_large);
  measured.samples["shared.64.us"] = eight(shared_small);
  measured.samples["shared.1048576.us"] = eight(shared_large);
  return measured;
}

TEST(SharedMemoryVerdict, FollowsFromTheGrowth) {
  EXPECT_EQ(verdict("shared-memory", passing(50, 900, 12, 12.5)), Verdict::confirmed);
  EXPECT_EQ(verdict("shared-memory", passing(50, 51, 12, 12)), Verdict::refuted);
  EXPECT_EQ(verdict("shared-memory", passing(50, 900, 12, 120)), Verdict::refuted);
  EXPECT_EQ(verdict("shared-memory", passing(50, 80, 12, 12)), Verdict::undecided);
  Measured busy = passing(50, 51, 12, 12);
  busy.samples["machine.stolen"] = eight(0.5);
  EXPECT_EQ(verdict("shared-memory", busy), Verdict::undecided);
  busy.facts["shared.copied"] = 1;  // load copies nothing
  EXPECT_EQ(verdict("shared-memory", busy), Verdict::refuted);
  EXPECT_EQ(verdict("shared-memory", {}), Verdict::undecided);
}

}  // namespace
}  // namespace trilane
