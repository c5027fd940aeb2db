// What a predicate, an estimate and a plan of looks are, apart from any experiment.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/stats.hpp"
#include "experiments/run/rounds.hpp"
#include "unit/claims/fixtures.hpp"

namespace trilane::lab {
namespace {

using nlohmann::json;

TEST(Predicates, HoldByTheWholeInterval) {
  const Estimate value{5, 4, 6};
  EXPECT_EQ(holds(at_least(4, 2), value), Holds::yes);
  EXPECT_EQ(holds(at_least(4.5, 2), value), Holds::unclear);
  EXPECT_EQ(holds(at_least(9, 7), value), Holds::no);
  EXPECT_EQ(holds(at_most(6, 9), value), Holds::yes);
  EXPECT_EQ(holds(at_most(5, 9), value), Holds::unclear);
  EXPECT_EQ(holds(at_most(1, 3), value), Holds::no);
  EXPECT_EQ(holds(within(5, 1, 2), value), Holds::yes);
  EXPECT_EQ(holds(within(5.5, 1, 2), value), Holds::unclear);
  EXPECT_EQ(holds(within(9, 1, 2), value), Holds::no);
  EXPECT_EQ(holds(at_least(0, 0), std::nullopt), Holds::unclear);
}

TEST(Predicates, OfEveryRoundFailWithOneRound) {
  EXPECT_EQ(holds(always(0), extremes({0, 0, 0})), Holds::yes);
  EXPECT_EQ(holds(always(0), extremes({0, 0, 1})), Holds::no);
  EXPECT_EQ(holds(always_at_least(2), extremes({2, 3, 9})), Holds::yes);
  EXPECT_EQ(holds(always_at_least(2), extremes({2, 1, 9})), Holds::no);
  EXPECT_EQ(holds(always_at_most(2), extremes({std::nullopt, 2})), Holds::yes);
  EXPECT_EQ(holds(always_at_most(2), extremes({std::nullopt})), Holds::unclear);
}

TEST(Predicates, OnABusyMachineNeitherOutcomeIsBelieved) {
  const Estimate fast{3, 2.9, 3.1}, slow{1, 0.95, 1.05};
  EXPECT_EQ(holds(at_least(2, 1.5), fast, 0.1), Holds::yes) << "the margin is larger than what others took";
  EXPECT_EQ(holds(at_least(2, 1.5), fast, 0.4), Holds::unclear);
  EXPECT_EQ(holds(at_least(2, 1.5), slow, 0.2), Holds::no);
  EXPECT_EQ(holds(at_least(2, 1.5), slow, 0.4), Holds::unclear);
  EXPECT_EQ(holds(at_least(2, 1.5), slow, 0.9), Holds::unclear) << "one of two times may have been ten times as long";
  EXPECT_EQ(holds(at_most(-2, -1), Estimate{-1, -1, -1}, 0.6), Holds::unclear);
  EXPECT_EQ(holds(at_most(1.2, 1.35), slow, 0.3), Holds::unclear);
  EXPECT_EQ(holds(at_least(1, 1), exactly(0), 0.05), Holds::no);
  EXPECT_EQ(holds(at_least(1, 1), exactly(0), 0.4), Holds::unclear) << "it may not have had the chance to happen";
  EXPECT_EQ(holds(always_at_least(5), extremes({12, 12}), 0.9), Holds::unclear) << "nor of every round";
  EXPECT_EQ(holds(always_at_least(5), extremes({12, 1}), 0.5), Holds::no);
}

TEST(Predicates, OfSeveralValuesTheWeakestDecides) {
  const Measured quiet;
  const Claim claim(quiet);
  const Estimate good{5, 4.9, 5.1}, better{7, 6.9, 7.1}, open{4, 3, 5}, bad{2, 1.9, 2.1}, worse{1, 0.9, 1.1};
  const auto place = [&](std::vector<std::optional<Estimate>> values) {
    return claim.weakest(at_least(4, 2.5), values).second;
  };
  EXPECT_EQ(place({better, good}), 1U) << "all hold: that with the smallest margin";
  EXPECT_EQ(place({good, open, better}), 1U);
  EXPECT_EQ(place({open, bad, worse, std::nullopt}), 2U) << "one no is a no";
  EXPECT_EQ(place({good, std::nullopt, open}), 1U);
  EXPECT_FALSE(claim.weakest(at_least(4, 2.5), std::vector<std::optional<Estimate>>{good, std::nullopt}).first);
  EXPECT_FALSE(claim.weakest(at_least(4, 2.5), {}).first);
  const std::optional<Estimate> above[] = {Estimate{1.02, 1.01, 1.03}, Estimate{0.95, 0.94, 0.96}};
  EXPECT_EQ(claim.weakest(within(1, 0.1, 0.2), above).second, 1U) << "farther from the target";
}

TEST(Series, AMissingSampleShiftsNoPair) {
  Samples samples;
  for (std::size_t round : {0U, 1U, 3U})
    samples.set(sync_case(), kWallMs, round, 10.0 * static_cast<double>(round + 1));
  for (std::size_t round : {0U, 1U, 2U, 3U}) samples.set(async_case(), kWallMs, round, static_cast<double>(round + 1));
  const Series pairs = ratio(samples.of(sync_case(), kWallMs), samples.of(async_case(), kWallMs));
  EXPECT_EQ(pairs, (Series{10, 10, std::nullopt, 10}));
  EXPECT_EQ(ratio({1, 2}, {0, 4}), (Series{std::nullopt, 0.5})) << "nothing over 0";
}

TEST(Series, AreReadBackAsTheyWereWritten) {
  Samples samples;
  samples.set(sync_case(), kWallMs, 1, 1.5);
  samples.set(kMachine, kStolen, 0, 0.25);
  const auto again = Samples::from_json(json::parse(samples.to_json().dump()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->to_json(), samples.to_json());
  EXPECT_EQ(again->rounds(), 2U);
  for (const char* bad : {"[]", R"({"a":1})", R"({"a":{"b":1}})", R"({"a":{"b":["x"]}})", R"({"a":{"b":[1e999]}})"}) {
    EXPECT_FALSE(Samples::from_json(json::parse(bad, nullptr, false))) << bad;
  }
}

TEST(Plans, AllLooksTogetherMissOneTimeInTwentyAtMost) {
  double errors = 0;
  for (const Plan::Look& look : Plan::kLooks) {
    errors += look.error;
    std::vector<double> values(look.rounds);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
    const auto interval = median_interval(values, look.error);
    EXPECT_GE(interval->coverage, 1 - look.error) << "this look can decide with all of its rounds";
  }
  EXPECT_LE(errors, Plan::kError);
}

/// Of many imagined experiments whose ratio truly is at the threshold, the share that some look would have decided.
TEST(Plans, LookingSeveralTimesDecidesWronglySeldom) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> noise(0, 0.1);  // its median is 1
  constexpr int kExperiments = 4000;
  int wrong = 0;
  for (int i = 0; i < kExperiments; ++i) {
    Series series;
    for (const Plan::Look& look : Plan::kLooks) {
      while (series.size() < look.rounds) series.emplace_back(noise(random));
      const auto value = estimate(series, look.error);
      if (value->low > 1 || value->high < 1) {
        ++wrong;
        break;
      }
    }
  }
  EXPECT_LE(wrong, kExperiments / 20);
  EXPECT_GT(wrong, kExperiments / 100) << "so wide that nothing is ever decided";
}

Measured three_rounds() {
  Measured measured;
  for (std::size_t round : {0U, 1U, 2U}) measured.samples.set(sync_case(), kWallMs, round, 5);
  measured.plan = {.rounds = 3, .error = Plan::kError, .chosen = true};
  return measured;
}

TEST(Claims, SayWhatToChange) {
  const Measured few = three_rounds();
  Claim claim(few);
  claim.require({.id = "a",
                 .label = {"a", "а"},
                 .value = claim.of(sync_case(), kWallMs),
                 .unit = "ms",
                 .test = at_least(1, 0),
                 .yes = {"Yes.", "Да."},
                 .no = {"No.", "Нет."}});
  const Finding finding = std::move(claim).conclude();
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  EXPECT_NE(finding.advice.en.find("set repeat to 6 or more"), std::string::npos) << finding.advice.en;
  EXPECT_EQ(finding.predicates[0].text.en, "Not tested: a.");
}

TEST(Claims, AnOptionThatMakesThemPointlessLeavesThemOpen) {
  const Measured measured = three_rounds();
  Claim claim(measured);
  claim.needs(false, {"Set tasks to 2.", "Задайте 2 задачи."});
  claim.require({.id = "a",
                 .label = {"a", "а"},
                 .value = exactly(2),
                 .test = at_least(1, 0),
                 .yes = {"Yes.", "Да."},
                 .no = {"No.", "Нет."}});
  claim.truth("a");
  const Finding finding = std::move(claim).conclude();
  EXPECT_EQ(finding.verdict, Verdict::undecided);
  EXPECT_EQ(finding.advice.en, "Set tasks to 2.");
  EXPECT_TRUE(finding.truth.is_null());
}

TEST(Documents, ThatCannotBeJudgedSayWhy) {
  const auto error = [](const char* text) { return judge_entry(json::parse(text)).error().message; };
  EXPECT_NE(error(R"({"id":"overlap-waits"})").find("before trilane.lab/2"), std::string::npos);
  EXPECT_NE(error(R"({"id":"nothing"})").find("there is no experiment"), std::string::npos);
  EXPECT_NE(error(R"([])").find("must be an object"), std::string::npos);
  EXPECT_NE(error(R"({"id":"overlap-waits","samples":{},"settings":{},"plan":{"rounds":6,"error":0.9,"chosen":true}})")
                .find("plan.error"),
            std::string::npos)
      << "an interval that misses nine times in ten would decide anything";
}

}  // namespace
}  // namespace trilane::lab
