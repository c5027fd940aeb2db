// Every experiment's claim, held against its fixtures: it is confirmed only by data that meets each of its predicates;
// each predicate alone can refute it and leave it open; exchanging what two cases measured is noticed; on a busy
// machine nothing is believed that the load could have made; and a saved document gives the same verdict again.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "experiments/run/rounds.hpp"
#include "unit/claims/fixtures.hpp"

namespace trilane::claims {
namespace {

using nlohmann::json;

std::vector<Fixture> all_fixtures() {
  std::vector<Fixture> out;
  for (auto part : {process_fixtures(), thread_fixtures(), wait_fixtures(), choosing_fixtures()}) {
    for (Fixture& one : part) out.push_back(std::move(one));
  }
  return out;
}

Finding judge(const Fixture& fixture, const Measured& measured) {
  return find_experiment(fixture.experiment)->judge(measured);
}

Holds holds(const Finding& finding, std::string_view id) {
  const auto found = std::ranges::find(finding.predicates, id, &Predicate::id);
  EXPECT_NE(found, finding.predicates.end()) << id;
  return found == finding.predicates.end() ? Holds::unclear : found->holds;
}

std::string told(const Finding& finding) { return finding_text(finding).en; }

/// Cyrillic letters begin with these bytes.
bool cyrillic(const std::string& text) { return text.find_first_of("\xd0\xd1") != std::string::npos; }

class EveryClaim : public testing::TestWithParam<Fixture> {};

TEST_P(EveryClaim, IsConfirmedByDataThatMeetsAllOfIt) {
  const Fixture& fixture = GetParam();
  const Finding finding = judge(fixture, fixture.confirming);
  EXPECT_EQ(finding.verdict, Verdict::confirmed) << told(finding);
  for (const Predicate& one : finding.predicates) {
    EXPECT_EQ(one.holds, Holds::yes) << one.id << ": " << one.text.en;
    EXPECT_GT(one.text.en.size(), 20U) << one.id;
    EXPECT_FALSE(cyrillic(one.text.en + one.label.en)) << one.id << ": " << one.text.en;
    EXPECT_TRUE(cyrillic(one.text.ru)) << one.id << ": " << one.text.ru;
    EXPECT_EQ(one.text.en.find("not available"), std::string::npos) << one.text.en;
  }
  std::set<std::string> ids;
  for (const Number& one : finding.numbers) {
    EXPECT_TRUE(ids.insert(one.id).second) << one.id << " twice";
    EXPECT_FALSE(one.label.en.empty() || one.label.ru.empty()) << one.id;
    EXPECT_FALSE(cyrillic(one.label.en)) << one.id;
  }
  for (const Figure& figure : finding.figures) EXPECT_TRUE(figure_from_json(to_json(figure))) << figure.id;
  EXPECT_FALSE(finding.truth.is_null()) << "the prediction has no truth";
  EXPECT_FALSE(cyrillic(finding.background.en));
}

TEST_P(EveryClaim, IsRefutedByEachPredicateAlone) {
  const Fixture& fixture = GetParam();
  for (const OfPredicate& one : fixture.predicates) {
    Measured changed = fixture.confirming;
    one.no(changed);
    const Finding finding = judge(fixture, changed);
    EXPECT_EQ(holds(finding, one.id), Holds::no) << one.id << ": " << told(finding);
    EXPECT_EQ(finding.verdict, Verdict::refuted) << one.id << ": " << told(finding);
  }
}

TEST_P(EveryClaim, IsLeftOpenByEachPredicateAlone) {
  const Fixture& fixture = GetParam();
  for (const OfPredicate& one : fixture.predicates) {
    if (!one.unclear) continue;
    Measured changed = fixture.confirming;
    one.unclear(changed);
    const Finding finding = judge(fixture, changed);
    EXPECT_EQ(holds(finding, one.id), Holds::unclear) << one.id << ": " << told(finding);
    EXPECT_EQ(finding.verdict, Verdict::undecided) << one.id << ": " << told(finding);
    EXPECT_FALSE(finding.advice.en.empty()) << "what to change is said";
  }
}

TEST_P(EveryClaim, HasAFixtureForEachPredicate) {
  const Fixture& fixture = GetParam();
  for (const Predicate& one : judge(fixture, fixture.confirming).predicates) {
    EXPECT_TRUE(std::ranges::any_of(fixture.predicates, [&](const auto& of) { return of.id == one.id; })) << one.id;
  }
}

TEST_P(EveryClaim, IsUndecidedWithoutData) {
  const Finding finding = judge(GetParam(), {});
  EXPECT_EQ(finding.verdict, Verdict::undecided) << told(finding);
  EXPECT_TRUE(finding.truth.is_null());
}

bool matches(const std::string& id, std::string_view pattern) {
  return pattern.ends_with('*') ? id.starts_with(pattern.substr(0, pattern.size() - 1)) : id == pattern;
}

bool interchangeable(const Experiment& experiment, const std::string& a, const std::string& b) {
  const auto among = [](const std::string& id, std::string_view group) {
    while (!group.empty()) {
      const std::size_t end = std::min(group.find(' '), group.size());
      if (matches(id, group.substr(0, end))) return true;
      group.remove_prefix(std::min(end + 1, group.size()));
    }
    return false;
  };
  return std::ranges::any_of(experiment.interchangeable,
                             [&](std::string_view group) { return among(a, group) && among(b, group); });
}

TEST_P(EveryClaim, NoticesExchangedCases) {
  const Fixture& fixture = GetParam();
  const Experiment& experiment = *find_experiment(fixture.experiment);
  const std::vector<std::string> cases = fixture.confirming.samples.cases();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (std::size_t j = i + 1; j < cases.size(); ++j) {
      if (interchangeable(experiment, cases[i], cases[j])) continue;
      Measured swapped = fixture.confirming;
      swapped.samples.swap_cases(cases[i], cases[j]);
      EXPECT_NE(judge(fixture, swapped).verdict, Verdict::confirmed) << cases[i] << " and " << cases[j];
    }
  }
}

TEST_P(EveryClaim, BelievesNothingTimedWhileOthersTookNearlyAll) {
  const Fixture& fixture = GetParam();
  Measured busy = fixture.confirming;
  fill(busy, "machine", "stolen", 0.97, 0);
  const Finding quiet = judge(fixture, fixture.confirming), finding = judge(fixture, busy);
  for (const Predicate& one : finding.predicates) {
    // A load makes nothing clear that was not, and turns no yes into a no.
    if (one.holds == Holds::unclear) continue;
    EXPECT_EQ(one.holds, holds(quiet, one.id)) << one.id;
  }
  EXPECT_NE(finding.verdict, Verdict::refuted);
}

TEST_P(EveryClaim, GivesTheSameVerdictFromASavedDocument) {
  const Fixture& fixture = GetParam();
  const Experiment& experiment = *find_experiment(fixture.experiment);
  for (std::size_t i = 0; i <= fixture.predicates.size(); ++i) {
    Measured measured = fixture.confirming;
    if (i > 0) fixture.predicates[i - 1].no(measured);
    const json entry = entry_of(experiment, measured);
    const auto again = judge_entry(json::parse(entry.dump()));
    ASSERT_TRUE(again) << again.error().message;
    for (const char* part : {"verdict", "predicates", "numbers", "truth", "finding"}) {
      EXPECT_EQ(again->at(part).dump(), entry.at(part).dump()) << part;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Lab, EveryClaim, testing::ValuesIn(all_fixtures()), [](const auto& param) {
  std::string name(param.param.experiment);
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Claims, EveryExperimentHasFixtures) {
  const std::vector<Fixture> fixtures = all_fixtures();
  for (const Experiment* experiment : experiment_catalog()) {
    EXPECT_TRUE(std::ranges::any_of(fixtures, [&](const auto& one) { return one.experiment == experiment->id; }))
        << experiment->id;
  }
}

}  // namespace
}  // namespace trilane::claims
