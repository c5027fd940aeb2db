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

TEST(AwaitOrderVerdict, OneWrongEventRefutes) {
  Measured measured;
  EXPECT_EQ(verdict("await-order", measured), Verdict::undecided);
  measured.facts["rounds"] = 6;
  measured.samples["place.B"] = {0, 0};
  measured.samples["place.C"] = {1, 1};
  measured.samples["place.A"] = {2, 2};
  const Finding finding = judge("await-order", measured);
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_EQ(finding.truth, nlohmann::json({"B", "C", "A"}));
  for (const char* wrong : {"intruded", "wrong_place", "wrong_order", "early"}) {
    Measured broken = measured;
    broken.facts[wrong] = 1;
    EXPECT_EQ(verdict("await-order", broken), Verdict::refuted) << wrong;
  }
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

Measured loop(double makespan, double threads) {
  Measured measured;
  measured.samples["makespan_ms"] = eight(makespan);
  measured.samples["sum_ms"] = eight(450);
  measured.samples["changes"] = eight(12);
  measured.samples["threads"] = std::vector<double>(8, threads);
  return measured;
}

TEST(EventLoopVerdict, ShowsWhatTheLoopHandledOfEachSource) {
  Measured measured = loop(165, 1);
  const auto happened = [&](double t_ms, const char* source) {
    measured.details["events"].push_back({{"t_ms", t_ms}, {"source", source}});
  };
  happened(15, "timer");
  happened(20, "network");
  happened(30, "timer");
  const Finding finding = event_loop_experiment().judge(measured);
  ASSERT_EQ(finding.figures.size(), 1U);
  const auto& series = finding.figures[0].series;
  ASSERT_EQ(series.size(), 2U) << "a source that sent nothing has no line";
  ASSERT_EQ(series[0].points.size(), 2U);
  EXPECT_EQ(series[0].points[1].x, 30);
  EXPECT_EQ(series[0].points[1].y, 2);
  EXPECT_EQ(series[1].id, "network");
  EXPECT_TRUE(event_loop_experiment().judge(loop(165, 1)).figures.empty());
}

TEST(EventLoopVerdict, NeedsOneThreadAndOverlap) {
  EXPECT_EQ(verdict("event-loop", loop(165, 1)), Verdict::confirmed);
  EXPECT_EQ(verdict("event-loop", loop(165, 2)), Verdict::refuted);
  EXPECT_EQ(verdict("event-loop", loop(448, 1)), Verdict::refuted);
  EXPECT_EQ(verdict("event-loop", loop(360, 1)), Verdict::undecided);
  Measured busy = loop(448, 1);
  busy.samples["machine.stolen"] = eight(0.5);
  EXPECT_EQ(verdict("event-loop", busy), Verdict::undecided);
  EXPECT_EQ(verdict("event-loop", {}), Verdict::undecided);
}

}  // namespace
}  // namespace trilane
