// Fixtures of await-order and event-loop, and of what helps to choose a model; and what a fixture cannot hold of them.
#include <gtest/gtest.h>

#include <algorithm>

#include "experiments/experiment.hpp"
#include "unit/claims/fixtures.hpp"

namespace trilane::claims {
namespace {

Change set_to(const char* of, const char* metric, double value, double noise = 0.01) {
  return [=](Measured& m) { fill(m, of, metric, value, noise); };
}
Change blur_around(const char* of, const char* metric, double value) {
  return [=](Measured& m) { blur(m, of, metric, value); };
}

Fixture await_order() {
  Measured good;
  for (const char* none : {"out_of_turn", "misplaced", "intrusions", "unordered"}) fill(good, "loop", none, 0);
  fill(good, "loop", "resumptions", 9, 0);
  fill(good, "loop", "meanwhile", 3, 0);
  const struct {
    const char* name;
    double slept_ms, place;
  } kSlept[] = {{"A", 61, 2}, {"B", 11, 0}, {"C", 31, 1}};
  for (const auto& one : kSlept) {
    fill(good, one.name, "slept_ms", one.slept_ms);
    fill(good, one.name, "place", one.place, 0);
  }
  return {"await-order",
          good,
          {{"fifo", set_to("loop", "out_of_turn", 1, 0), nullptr},
           {"same-place", set_to("loop", "misplaced", 1, 0), nullptr},
           {"undisturbed", set_to("loop", "intrusions", 2, 0), nullptr},
           {"meanwhile", set_to("loop", "meanwhile", 0, 0), nullptr},
           {"timers", set_to("loop", "unordered", 1, 0), nullptr},
           {"not-early", set_to("C", "slept_ms", 29), nullptr}}};
}

Fixture event_loop() {
  Measured good;
  good.settings = {{"simulated", 0}, {"cores", 2}};
  fill(good, "together", "wall_ms", 101);
  fill(good, "together", "handled", 16, 0);
  fill(good, "together", "thread_ids", 1, 0);
  fill(good, "together", "changes", 12, 0);
  for (const char* alone : {"alone.timer", "alone.network", "alone.child"}) fill(good, alone, "wall_ms", 85);
  return {"event-loop",
          good,
          {{"complete", set_to("together", "handled", 15, 0), nullptr},
           {"one-thread", set_to("together", "thread_ids", 2, 0), nullptr},
           {"in-turns", set_to("together", "changes", 2, 0), nullptr},
           {"together", set_to("together", "wall_ms", 250), set_to("together", "wall_ms", 180)}}};
}

/// Makespans of a program of 60 ms where p workers compute `gain`(p) times as fast as one.
template <class Gain>
Measured scaling(double cores, Gain gain) {
  Measured out;
  out.settings = {{"size", 120e6}, {"cores_used", cores}};
  fill(out, "w1", "wall_ms", 60, 0.002);
  for (const double percent : {0.0, 10.0, 25.0, 50.0}) {
    const std::string of = "s" + std::to_string(static_cast<int>(percent));
    const auto wall_ms = [&](double speed) { return 60 * (percent / 100 + (1 - percent / 100) / speed); };
    for (double workers = 2; workers <= cores; workers *= 2)
      fill(out, of + ".w" + std::to_string(static_cast<int>(workers)), "wall_ms", wall_ms(gain(workers)), 0.002);
    fill(out, of + ".beyond", "wall_ms", 1.17 * wall_ms(gain(cores)), 0.002);
  }
  for (double workers = 2; workers <= cores; workers *= 2) {
    fill(out, "weak.w" + std::to_string(static_cast<int>(workers)), "wall_ms",
         60 * (0.25 + 0.75 * workers / gain(workers)), 0.002);
  }
  return out;
}
Measured whole_cores(double cores) {
  return scaling(cores, [](double workers) { return workers; });
}

Fixture amdahl() {
  const auto times = [](const char* of, double factor) {
    return [=](Measured& m) { scale(m, of, "wall_ms", factor); };
  };
  return {"amdahl",
          whole_cores(2),
          {{"law-0", times("s0.w2", 0.8), set_to("s0.w2", "wall_ms", 30, 0.2)},
           {"law-10", times("s10.w2", 1.3), set_to("s10.w2", "wall_ms", 33, 0.2)},
           {"law-25", times("s25.w2", 1.3), set_to("s25.w2", "wall_ms", 37.5, 0.2)},
           {"law-50", times("s50.w2", 1.3), set_to("s50.w2", "wall_ms", 45, 0.2)},
           {"found-10", times("s10.w2", 0.94), times("s10.w2", 1.035)},
           {"found-25", times("s25.w2", 1.06), times("s25.w2", 0.97)},
           {"found-50", times("s50.w2", 0.95), times("s50.w2", 1.025)},
           {"beyond", times("s25.beyond", 0.6), times("s25.beyond", 0.72)},
           {"weak", times("weak.w2", 1.3), times("weak.w2", 1.12)}}};
}

Fixture model_map() {
  Measured good;
  good.settings = {{"wait_ms", 3}};
  const auto cell = [&](const char* model, int share, int tasks, double wall_ms) {
    fill(good, std::string(model) + ".c" + std::to_string(share) + ".t" + std::to_string(tasks), "wall_ms", wall_ms);
  };
  for (const int share : {0, 50, 100}) {
    for (const int tasks : {1, 4, 8}) {
      const bool computes = share == 100;
      cell("sync", share, tasks, 3.3 * tasks);
      cell("threads", share, tasks, computes ? 1.6 * tasks : 3.6);
      cell("gil", share, tasks, computes ? 3.2 * tasks : 3.8);
      cell("processes", share, tasks, computes ? 2.5 * tasks : 8);
      cell("async", share, tasks, computes ? 3.1 * tasks : 3.1);
    }
  }
  const auto each = [](auto change) {
    return [change](Measured& m) {
      for (const std::string& one : m.samples.cases()) {
        if (one.starts_with("async.")) change(m, one);
      }
    };
  };
  return {"model-map",
          good,
          {{"winners", each([](Measured& m, const std::string& one) { fill(m, one, "wall_ms", 1); }),
            each([](Measured& m, const std::string& one) {
              // About as long as the fastest of the others.
              const double tasks = std::stod(one.substr(one.rfind('t') + 1));
              blur(m, one, "wall_ms", one.find(".c100.") == std::string::npos ? 3.5 : 1.6 * tasks);
            })}}};
}

Fixture parse_and_save() {
  Measured good;
  good.settings = {{"tasks", 16}, {"wait_ms", 20}, {"concurrency", 8}, {"cores", 2}};
  const struct {
    const char* of;
    double wall_ms;
  } kWalls[] = {{"light.threads", 46},  {"light.gil", 47},        {"light.processes", 60}, {"light.async", 42},
                {"heavy.threads", 135}, {"heavy.processes", 150}, {"heavy.gil", 240},      {"heavy.async", 235}};
  for (const auto& one : kWalls) fill(good, one.of, "wall_ms", one.wall_ms);
  // Once, as the plan does it.
  good.samples.set({"light.sync", {}, ""}, lab::kWallMs, 0, 340);
  good.samples.set({"heavy.sync", {}, ""}, lab::kWallMs, 0, 520);
  return {"parse-and-save",
          good,
          {{"light-threads", set_to("light.threads", "wall_ms", 30), set_to("light.threads", "wall_ms", 38)},
           {"light-processes", set_to("light.processes", "wall_ms", 30), set_to("light.processes", "wall_ms", 38)},
           {"heavy-async", set_to("heavy.async", "wall_ms", 130), set_to("heavy.async", "wall_ms", 165)},
           {"heavy-gil", set_to("heavy.gil", "wall_ms", 130), blur_around("heavy.gil", "wall_ms", 180)}}};
}

const Predicate* predicate(const Finding& finding, std::string_view id) {
  const auto found = std::ranges::find(finding.predicates, id, &Predicate::id);
  return found == finding.predicates.end() ? nullptr : &*found;
}

TEST(AwaitOrder, TheTruthIsTheOrderInWhichTheyWentOn) {
  EXPECT_EQ(find_experiment("await-order")->judge(await_order().confirming).truth, nlohmann::json({"B", "C", "A"}));
}

TEST(AwaitOrder, RoundsThatWereNotSeenWholeProveNothing) {
  Measured measured = await_order().confirming;
  measured.samples.erase_case("loop");
  EXPECT_EQ(find_experiment("await-order")->judge(measured).verdict, Verdict::undecided);
}

TEST(EventLoop, ShowsWhatTheLoopHandledOfEachSource) {
  Measured measured = event_loop().confirming;
  EXPECT_TRUE(find_experiment("event-loop")->judge(measured).figures.empty());
  const auto happened = [&](double t_ms, const char* source) {
    measured.details["events"].push_back({{"t_ms", t_ms}, {"source", source}});
  };
  happened(15, "timer");
  happened(20, "network");
  happened(30, "timer");
  for (const char* hostile : {"7", "{}", R"({"source":7})", R"({"source":"timer","t_ms":"x"})"})
    measured.details["events"].push_back(nlohmann::json::parse(hostile));
  const Finding finding = find_experiment("event-loop")->judge(measured);
  ASSERT_EQ(finding.figures.size(), 1U);
  const auto& series = finding.figures[0].series;
  ASSERT_EQ(series.size(), 2U) << "a source that sent nothing has no line";
  ASSERT_EQ(series[0].points.size(), 2U);
  EXPECT_EQ(series[0].points[1].x, 30);
  EXPECT_EQ(series[0].points[1].y, 2);
  EXPECT_EQ(series[1].id, "network");
}

TEST(Amdahl, EachNumberOfWorkersUpToTheCoresIsJudged) {
  Measured measured = whole_cores(8);
  const Finding good = find_experiment("amdahl")->judge(measured);
  EXPECT_EQ(good.verdict, Verdict::confirmed) << finding_text(good).en;
  EXPECT_NEAR(good.truth.get<double>(), 1 / (0.5 + 0.5 / 8), 0.01) << "half of it serial, on all cores";
  scale(measured, "s25.w4", "wall_ms", 1.3);
  const Finding finding = find_experiment("amdahl")->judge(measured);
  EXPECT_EQ(finding.verdict, Verdict::refuted);
  ASSERT_NE(predicate(finding, "law-25"), nullptr);
  EXPECT_EQ(predicate(finding, "law-25")->holds, Holds::no);
  EXPECT_NE(predicate(finding, "law-25")->text.en.find("with 4 workers"), std::string::npos);
}

// Four logical cores of two: there the law holds with what they give, and the loss is named.
TEST(Amdahl, WhereCoresAreLessThanTheirNumberTheLossIsNamed) {
  const auto gain = [](double workers) { return workers <= 2 ? workers : 2.6; };
  Measured measured = scaling(4, gain);
  const Finding finding = find_experiment("amdahl")->judge(measured);
  EXPECT_EQ(finding.verdict, Verdict::confirmed) << finding_text(finding).en;
  const Predicate* of_gain = predicate(finding, "law-of-gain");
  ASSERT_NE(of_gain, nullptr);
  EXPECT_NE(of_gain->text.en.find("4 workers are 2.6"), std::string::npos) << of_gain->text.en;
  EXPECT_EQ(predicate(find_experiment("amdahl")->judge(whole_cores(4)), "law-of-gain"), nullptr);
  scale(measured, "s50.w4", "wall_ms", 1.3);
  EXPECT_EQ(predicate(find_experiment("amdahl")->judge(measured), "law-of-gain")->holds, Holds::no);
}

TEST(Amdahl, WithoutTwoWholeCoresItIsLeftOpen) {
  const Finding one = find_experiment("amdahl")->judge(whole_cores(1));
  EXPECT_EQ(one.verdict, Verdict::undecided);
  EXPECT_NE(one.advice.en.find("one core"), std::string::npos) << one.advice.en;
  const Finding shared = find_experiment("amdahl")->judge(scaling(2, [](double) { return 1.3; }));
  EXPECT_EQ(shared.verdict, Verdict::undecided);
  EXPECT_NE(shared.advice.en.find("two whole cores"), std::string::npos) << shared.advice.en;
}

// Up to the cores nothing has to be agreed on: USL's contention is Amdahl's serial part, its coherence is nothing.
TEST(Amdahl, TheUniversalScalabilityLawIsFittedBesideIt) {
  const Finding finding = find_experiment("amdahl")->judge(whole_cores(8));
  const auto number = [&](std::string_view id) {
    const auto found = std::ranges::find(finding.numbers, id, &Number::id);
    return found == finding.numbers.end() ? -1 : found->value.value_or(-1);
  };
  EXPECT_NEAR(number("usl.s25.contention"), 0.25, 0.01);
  EXPECT_NEAR(number("usl.s25.coherence"), 0, 0.005);
  const auto usl = std::ranges::find(finding.figures, "usl", &Figure::id);
  ASSERT_NE(usl, finding.figures.end());
  EXPECT_EQ(std::ranges::count(usl->series, SeriesStyle::measured, &FigureSeries::style), 4);
  EXPECT_EQ(std::ranges::count(usl->series, SeriesStyle::fit, &FigureSeries::style), 4);
}

TEST(ModelMap, TheSentenceIsMadeOfTheCellsThatWon) {
  Measured measured = model_map().confirming;
  Finding finding = find_experiment("model-map")->judge(measured);
  std::string text = finding_text(finding).en;
  EXPECT_NE(text.find("async with 0 % computing (1, 4, 8 tasks), 50 % computing (1, 4, 8 tasks)"), std::string::npos)
      << text;
  EXPECT_NE(text.find("threads with 100 % computing (1, 4, 8 tasks)"), std::string::npos) << text;
  EXPECT_EQ(finding.truth, "async");
  // The other way round it says the other way round.
  for (const char* tasks : {"t1", "t4", "t8"}) {
    for (const char* share : {".c0.", ".c50.", ".c100."})
      measured.samples.swap_cases(std::string("threads") + share + tasks, std::string("async") + share + tasks);
  }
  finding = find_experiment("model-map")->judge(measured);
  text = finding_text(finding).en;
  EXPECT_NE(text.find("threads with 0 % computing"), std::string::npos) << text;
  EXPECT_NE(text.find("async with 100 % computing"), std::string::npos) << text;
  EXPECT_EQ(finding.truth, "other");
}

TEST(ModelMap, CellsWithinTheNoiseHaveNoWinner) {
  Measured measured = model_map().confirming;
  blur(measured, "async.c0.t8", "wall_ms", 3.1);
  const Finding finding = find_experiment("model-map")->judge(measured);
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_TRUE(finding.truth.is_null()) << "the cell that is asked for has none";
  EXPECT_NE(finding_text(finding).en.find("in 1 of 9 cells"), std::string::npos) << finding_text(finding).en;
}

TEST(ParseAndSave, WhatHasNoThreadsIsJudgedWithoutThem) {
  Measured measured = parse_and_save().confirming;
  for (const char* lacking : {"light.threads", "heavy.threads", "light.gil", "heavy.gil"})
    measured.samples.erase_case(lacking);
  const Finding finding = find_experiment("parse-and-save")->judge(measured);
  EXPECT_EQ(finding.verdict, Verdict::confirmed) << finding_text(finding).en;
  EXPECT_EQ(finding.predicates.size(), 2U);
  EXPECT_EQ(finding.truth, "processes");
}

TEST(ParseAndSave, TooLittleToParseLeavesItOpenAndSaysWhatToChange) {
  Measured measured = parse_and_save().confirming;
  for (const char* heavy : {"heavy.threads", "heavy.gil", "heavy.async"}) fill(measured, heavy, "wall_ms", 60);
  fill(measured, "heavy.processes", "wall_ms", 70);
  const Finding finding = find_experiment("parse-and-save")->judge(measured);
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  EXPECT_NE(finding.advice.en.find("too little to parse"), std::string::npos) << finding.advice.en;
}

}  // namespace

std::vector<Fixture> choosing_fixtures() {
  return {await_order(), event_loop(), amdahl(), model_map(), parse_and_save()};
}

}  // namespace trilane::claims
