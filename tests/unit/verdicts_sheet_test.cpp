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

Measured memory(double coroutine, double thread, double process, double noise = 0.02) {
  Measured measured;
  measured.facts = {{"coroutine.step", 12'500}, {"thread.step", 100}, {"process.step", 1}};
  measured.samples["coroutine.bytes"] = around(coroutine, noise);
  measured.samples["thread.bytes"] = around(thread, noise);
  measured.samples["process.bytes"] = around(process, noise);
  return measured;
}

TEST(MemoryCostVerdict, FollowsFromTheSlopes) {
  const Experiment& experiment = memory_cost_experiment();
  const Finding finding = judge(experiment, memory(160, 9000, 9e6));
  EXPECT_EQ(finding.verdict, Verdict::confirmed) << finding.why.en;
  EXPECT_NEAR(finding.truth.get<double>(), 160, 4);
  EXPECT_EQ(verdict(experiment, memory(9000, 9000, 9e6)), Verdict::refuted);
  EXPECT_EQ(verdict(experiment, memory(160, 9000, 161)), Verdict::refuted);
  EXPECT_EQ(verdict(experiment, memory(160, 600, 9e6)), Verdict::undecided);
  Measured alone = memory(160, 9000, 9e6);
  alone.samples.erase("thread.bytes");
  EXPECT_EQ(verdict(experiment, alone), Verdict::confirmed);
  alone.samples.erase("process.bytes");  // nothing to compare with
  EXPECT_EQ(verdict(experiment, alone), Verdict::undecided);
  EXPECT_EQ(verdict(experiment, {}), Verdict::undecided);
}

Measured coroutines(double threads, double wall_ms, double rival_threads = 8) {
  Measured measured;
  measured.facts = {{"tasks", 8},
                    {"wait_ms", 40},
                    {"threads.workers", 8},
                    {"threads.thread_ids", rival_threads},
                    {"processes.workers", 8},
                    {"processes.process_ids", 8}};
  measured.samples["thread_ids"] = std::vector<double>(8, threads);
  measured.samples["process_ids"] = std::vector<double>(8, 1);
  measured.samples["at_once"] = std::vector<double>(8, 8);
  measured.samples["wall_ms"] = around(wall_ms);
  measured.samples["sum_ms"] = around(322, -0.01);
  return measured;
}

TEST(OneThreadVerdict, NeedsOneIdAndOverlap) {
  const Experiment& experiment = one_thread_experiment();
  const Finding finding = judge(experiment, coroutines(1, 41));
  EXPECT_EQ(finding.verdict, Verdict::confirmed) << finding.why.en;
  EXPECT_EQ(finding.truth, 1);
  EXPECT_EQ(verdict(experiment, coroutines(2, 41)), Verdict::refuted);
  EXPECT_EQ(verdict(experiment, busy(coroutines(2, 41))), Verdict::refuted);  // load makes no threads
  EXPECT_EQ(verdict(experiment, coroutines(1, 330)), Verdict::refuted);
  EXPECT_EQ(verdict(experiment, busy(coroutines(1, 330))), Verdict::undecided);
  EXPECT_EQ(verdict(experiment, coroutines(1, 250)), Verdict::undecided);
  EXPECT_EQ(verdict(experiment, coroutines(1, 41, 1)), Verdict::undecided);  // ids that tell nobody apart
  EXPECT_EQ(verdict(experiment, {}), Verdict::undecided);
}

Measured lags(double awaiting, double cpu, double commit, double offloaded) {
  Measured measured;
  measured.samples["awaiting.lag_p99_ms"] = around(awaiting);
  const auto add = [&](const std::string& name, double late, double took) {
    measured.samples[name + ".lag_p99_ms"] = around(late, -0.02);
    measured.samples[name + ".lag_max_ms"] = around(late, -0.02);
    measured.samples[name + ".took_ms"] = around(took);
    measured.facts[name + ".rounds"] = measured.facts[name + ".named"] = 8;
  };
  add("cpu", cpu, 60);
  add("commit", commit, 40);
  add("offloaded", offloaded, 40);
  return measured;
}

TEST(BlockedLoopVerdict, TheTickerTells) {
  const Experiment& experiment = blocked_loop_experiment();
  const Finding finding = judge(experiment, lags(1, 57, 37, 1.5));
  EXPECT_EQ(finding.verdict, Verdict::confirmed) << finding.why.en;
  EXPECT_EQ(finding.truth, "both");
  EXPECT_EQ(finding.numbers.at("culprits_named"), 16);
  EXPECT_EQ(verdict(experiment, lags(1, 1.1, 37, 1.5)), Verdict::refuted);  // computing made nobody late
  EXPECT_EQ(verdict(experiment, lags(57, 57, 37, 1.5)), Verdict::refuted);  // awaiting did as well
  EXPECT_EQ(verdict(experiment, lags(1, 57, 37, 38)), Verdict::refuted);    // off-loading did not help
  EXPECT_EQ(verdict(experiment, busy(lags(57, 57, 37, 38))), Verdict::undecided);
  EXPECT_EQ(verdict(experiment, lags(25, 57, 37, 1.5)), Verdict::undecided);
  EXPECT_EQ(verdict(experiment, {}), Verdict::undecided);
}

TEST(BlockedLoopVerdict, WhereNoCommitCanBeWaitedForTheCpuLoopDecides) {
  Measured page = lags(1, 57, 37, 1.5);
  std::erase_if(page.samples,
                [](const auto& one) { return one.first.starts_with("commit") || one.first.starts_with("offloaded"); });
  const Finding finding = judge(blocked_loop_experiment(), page);
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_TRUE(finding.truth.is_null());
}

Measured waits(double sync_ms, double async_ms, double noise = 0.02) {
  Measured measured;
  measured.facts = {{"tasks", 8}, {"wait_ms", 40}};
  measured.samples["sync.wall_ms"] = around(sync_ms, noise);
  measured.samples["async.wall_ms"] = around(async_ms, -noise);
  return measured;
}

TEST(OverlapWaitsVerdict, FollowsFromTheMakespans) {
  const Experiment& experiment = overlap_waits_experiment();
  const Finding finding = judge(experiment, waits(322, 41));
  EXPECT_EQ(finding.verdict, Verdict::confirmed) << finding.why.en;
  EXPECT_NEAR(finding.truth.get<double>(), 7.9, 0.4);
  EXPECT_NE(finding.why.en.find("8 waits of 40 ms"), std::string::npos) << finding.why.en;
  EXPECT_NE(finding.why.ru.find("8 ожиданий по 40 мс"), std::string::npos) << finding.why.ru;
  EXPECT_EQ(verdict(experiment, waits(322, 320)), Verdict::refuted);
  EXPECT_EQ(verdict(experiment, busy(waits(322, 320))), Verdict::undecided);
  EXPECT_EQ(verdict(experiment, waits(322, 100, 0.7)), Verdict::undecided);
  Measured one = waits(41, 41);
  one.facts["tasks"] = 1;
  EXPECT_EQ(verdict(experiment, one), Verdict::undecided);
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
