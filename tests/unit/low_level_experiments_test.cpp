// Verdicts of the experiments below run(): data that must confirm, refute and leave open.
#include <gtest/gtest.h>

#include "experiments/builtin.hpp"
#include "experiments/experiment.hpp"

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
