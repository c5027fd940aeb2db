// What the experiments on processes tell beside their claims, and what they do where a platform lacks something.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>

#include "experiments/probes/steady_rate.hpp"
#include "experiments/probes/switch_times.hpp"
#include "platform/system_info.hpp"
#include "unit/claims/fixtures.hpp"

namespace trilane::claims {
namespace {

using nlohmann::json;

Measured confirming(std::string_view id) {
  for (const auto& fixtures : {process_fixtures(), thread_fixtures()}) {
    for (const Fixture& one : fixtures) {
      if (one.experiment == id) return one.confirming;
    }
  }
  ADD_FAILURE() << id;
  return {};
}

Finding judge(std::string_view id, const Measured& measured) { return find_experiment(id)->judge(measured); }

const Number& number_of(const Finding& finding, std::string_view id) {
  static const Number none;
  const auto found = std::ranges::find(finding.numbers, id, &Number::id);
  EXPECT_NE(found, finding.numbers.end()) << id;
  return found == finding.numbers.end() ? none : *found;
}

bool has_predicate(const Finding& finding, std::string_view id) {
  return std::ranges::find(finding.predicates, id, &Predicate::id) != finding.predicates.end();
}

TEST(SteadyRate, IsOfTheTimeInWhichAllAreAtWork) {
  const auto computed = [](std::uint16_t lane, std::int64_t begin, std::int64_t end, std::uint64_t units) {
    return Span{begin, end, 0, lane, SpanKind::compute, 0, units};
  };
  // The second lane comes late and ends late: both compute from 100 to 200 only, one unit a ns each.
  const std::vector<Span> spans = {
      computed(0, 0, 200, 200), computed(1, 100, 300, 200), {0, 1000, 0, 1, SpanKind::create, 0, 0}};
  EXPECT_DOUBLE_EQ(lab::steady_rate(spans, 2).value_or(0), 2e9);
  EXPECT_DOUBLE_EQ(lab::steady_rate(spans, 1).value_or(0), 1e9);
  EXPECT_FALSE(lab::steady_rate(spans, 3)) << "a lane that never computed";
  EXPECT_FALSE(lab::steady_rate(std::vector<Span>{computed(0, 0, 50, 50), computed(1, 60, 90, 30)}, 2));
  EXPECT_FALSE(lab::steady_rate({}, 0));
}

TEST(SwitchTimes, CoroutinesAndThreadsReallySwitch) {
  const double coroutine_ns = lab::switch_coroutines(100'000);
  EXPECT_GT(coroutine_ns, 0);
  const auto thread_ns = lab::switch_threads(2'000, {});
  ASSERT_TRUE(thread_ns) << thread_ns.error().message;
  EXPECT_GT(*thread_ns, coroutine_ns);
  CancelToken stopped;
  stopped.request();
  EXPECT_FALSE(lab::switch_threads(2'000, stopped));
}

TEST(SwitchTimes, EightThreadsOnACoreTakeTurns) {
  const auto alone = lab::share_one_core(1), together = lab::share_one_core(8);
  ASSERT_TRUE(alone && together);
  EXPECT_GT(*alone, 0);
  EXPECT_GT(*together, 0);
}

/// Makespans at 10^4, 10^5 and 10^6: processes need `start_ms` to begin, and half of the time.
Measured sums(double start_ms) {
  Measured measured;
  measured.settings = {{"size", 1e6}, {"tasks", 32}, {"workers", 2}, {"has_threads", 1}};
  for (const double n : {1e4, 1e5, 1e6}) {
    const std::string level = n == 1e6 ? "largest" : fmt::format("below.{:.0f}", n);
    for (const char* model : {"sync.", "async.", "gil."}) fill(measured, model + level, "wall_ms", n / 1e4);
    fill(measured, "processes." + level, "wall_ms", start_ms + n / 2e4);
    fill(measured, "threads." + level, "wall_ms", n / 2e4);
  }
  return measured;
}

TEST(CpuBound, FindsWhereProcessesOvertake) {
  const Finding finding = judge("cpu-bound", sums(5));  // n/1e4 = 5 + n/2e4 at n = 1e5
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_EQ(finding.truth, "large");
  EXPECT_NEAR(number_of(finding, "crossover").value.value_or(0), 1e5, 3e4);
  const Number& far = number_of(finding, "processes.extrapolated_ms");
  EXPECT_NEAR(far.value.value_or(0), 55 * 1e7, 1e7);
  EXPECT_NE(far.label.en.find("not measured"), std::string::npos);
  const auto& series = finding.figures.at(0).series;
  EXPECT_EQ(std::ranges::count(series, SeriesStyle::extrapolated, &FigureSeries::style), 5);
}

TEST(CpuBound, TellsAlwaysAndNever) {
  const Finding always = judge("cpu-bound", sums(0.01));
  EXPECT_EQ(always.truth, "always");
  EXPECT_FALSE(number_of(always, "crossover").value) << "there is no such place";
  const Finding never = judge("cpu-bound", sums(60));
  EXPECT_EQ(never.verdict, Verdict::refuted);
  EXPECT_EQ(never.truth, "never");
}

TEST(CpuBound, NeedsTwoWorkers) {
  Measured measured = sums(5);
  measured.settings["workers"] = 1;
  const Finding finding = judge("cpu-bound", measured);
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  EXPECT_NE(finding.advice.en.find("set workers to 2"), std::string::npos) << finding.advice.en;
}

TEST(Cores, TellsTheKneeThatWasFound) {
  Measured measured = confirming("cores");
  EXPECT_EQ(judge("cores", measured).truth, 2);
  for (const char* level : {"processes.cores", "processes.beyond.4", "processes.beyond.8"}) {
    fill(measured, level, "rate_per_s", 1.02e9);
  }
  const Finding finding = judge("cores", measured);
  EXPECT_EQ(finding.verdict, Verdict::refuted);
  EXPECT_EQ(finding.truth, 1) << "the host's number of cores is not what was found";
}

TEST(Cores, WhereSwitchesCannotBeToldTheRatesDecide) {
  Measured page;
  page.settings = confirming("cores").settings;
  for (const std::string model : {"threads", "processes"}) {
    fill(page, model + ".one", "rate_per_s", 1e9);
    for (const char* level : {".cores", ".beyond.4", ".beyond.8"}) fill(page, model + level, "rate_per_s", 1.9e9);
  }
  const Finding finding = judge("cores", page);
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  EXPECT_FALSE(has_predicate(finding, "threads-switches"));
}

TEST(Cores, BesideOtherProgramsSwitchesAreNotTested) {
  Measured measured = confirming("cores");
  fill(measured, "machine", "stolen", 0.15, 0);
  fill(measured, "threads.cores", "workers_switches", 100);
  const Finding finding = judge("cores", measured);
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  EXPECT_NE(finding_text(finding).en.find("Not tested: threads, involuntary"), std::string::npos)
      << finding_text(finding).en;
}

TEST(Cores, OneCoreLeavesItOpen) {
  Measured measured = confirming("cores");
  measured.settings["cores"] = 1;
  const Finding finding = judge("cores", measured);
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  EXPECT_NE(finding.advice.en.find("one core"), std::string::npos) << finding.advice.en;
  for (const Predicate& predicate : finding.predicates) {
    EXPECT_TRUE(!predicate.id.ends_with("-rise") || predicate.holds == Holds::unclear) << predicate.id;
  }
}

TEST(Gil, OnOneCoreNoTwoThreadsComputeAtOnce) {
  Measured measured = confirming("gil");
  measured.settings["cores"] = 1;
  const Finding finding = judge("gil", measured);
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  const auto at_once = std::ranges::find(finding.predicates, "at-once-without", &Predicate::id);
  ASSERT_NE(at_once, finding.predicates.end());
  EXPECT_EQ(at_once->holds, Holds::unclear);
}

TEST(Cores, AHostileNumberOfCoresIsNoTrouble) {
  for (const double cores : {-1.0, 0.0, 1e300, 7.5}) {
    Measured measured = confirming("cores");
    measured.settings["cores"] = measured.settings["most_processes"] = measured.settings["most_threads"] = cores;
    EXPECT_NE(judge("cores", measured).verdict, Verdict::confirmed) << cores;
  }
}

TEST(CpuBound, AHostileSizeIsNoTrouble) {
  for (const double size : {-1.0, 0.0, 1e300}) {
    Measured measured = sums(5);
    measured.settings["size"] = size;
    EXPECT_FALSE(judge("cpu-bound", measured).figures.empty()) << size;
  }
}

TEST(SpawnCost, RanksByNeighboursThatCanBeToldApart) {
  Measured measured = confirming("spawn-cost");
  EXPECT_EQ(judge("spawn-cost", measured).truth, json({"coroutine", "pooled", "thread", "process"}));
  fill(measured, "pooled", "cost_us", 40, 0.2);
  EXPECT_TRUE(judge("spawn-cost", measured).truth.is_null());
}

TEST(SpawnCost, WithoutThreadsProcessesAreComparedWithCoroutines) {
  Measured plain;
  fill(plain, "coroutine", "cost_us", 0.05);
  fill(plain, "process", "cost_us", 40'000);
  const Finding finding = judge("spawn-cost", plain);
  EXPECT_EQ(finding.verdict, Verdict::confirmed);
  ASSERT_EQ(finding.predicates.size(), 1U);
  EXPECT_EQ(finding.predicates[0].id, "process-over-coroutine");
}

TEST(SwitchCost, TellsWhatEightOnACoreLoseOnlyWhereTheyWereOnOne) {
  Measured measured = confirming("switch-cost");
  EXPECT_NEAR(number_of(judge("switch-cost", measured), "together").value.value_or(0), 1.02, 0.02);
  measured.settings["one_core"] = 0;
  const Finding page = judge("switch-cost", measured);
  EXPECT_EQ(std::ranges::count(page.numbers, std::string("together"), &Number::id), 0);
  EXPECT_NE(page.background.en.find("cannot choose a core"), std::string::npos);
}

}  // namespace
}  // namespace trilane::claims
