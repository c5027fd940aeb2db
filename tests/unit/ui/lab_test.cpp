// The lab's pure parts: the book of experiments, predictions and their scores, what was found as it is looked at.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "experiments/experiment.hpp"
#include "ui/lab/book.hpp"
#include "ui/lab/finding.hpp"
#include "ui/lab/predict.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

json entry(const std::string& id, const std::string& section) {
  return {{"id", id},
          {"section", section},
          {"title", {{"en", id}, {"ru", id}}},
          {"claim", {{"en", "claim"}, {"ru", "утверждение"}}},
          {"about", {{"en", "about"}, {"ru", "о чём"}}},
          {"question", nullptr},
          {"config", {{"workload", "primes"}}},
          {"missing", nullptr}};
}

LabBook book() {
  LabBook lab;
  lab.set_catalog({entry("one", "synchronous"), entry("two", "threads"), entry("three", "choosing")});
  return lab;
}

PredictionQuestion question(PredictionKind kind) {
  PredictionQuestion out;
  out.kind = kind;
  out.text = {"which?", "какая?"};
  for (const char* id : {"sync", "threads", "async"}) out.options.push_back({id, {id, id}});
  out.unit = "x";
  out.min = 0;
  out.max = 10;
  out.x_min = 1;
  out.x_max = 8;
  out.y_min = 0;
  out.y_max = 8;
  return out;
}

// Only the sheet's own words stand in quotes.
TEST(LabBook, WhoseTheClaimIsIsSaid) {
  LabEntry entry;
  entry.claim = {"Locks can wait for each other.", "Блокировки могут ждать друг друга."};
  entry.origin = "says";
  EXPECT_EQ(claim_text(Words(Lang::ru), entry), "«Блокировки могут ждать друг друга.»");
  EXPECT_EQ(origin_text(entry), T::lab_sheet_says);
  entry.origin = "beyond";
  EXPECT_EQ(claim_text(Words(Lang::en), entry), "Locks can wait for each other.");
  EXPECT_EQ(origin_text(entry), T::lab_sheet_beyond);
}

TEST(LabBook, OpensWhatWasAskedForBeforeTheCatalogueCame) {
  LabBook lab;
  ASSERT_TRUE(lab.choose("two"));
  EXPECT_EQ(lab.open(), nullptr);
  lab.set_catalog({entry("one", "a"), entry("two", "b")});
  ASSERT_NE(lab.open(), nullptr);
  EXPECT_EQ(lab.open()->id, "two");
}

TEST(LabBook, KnowsWhatAnExperimentReads) {
  json one = entry("one", "a"), two = entry("two", "a");
  one["reads"] = {"tasks", "repeat", 7};
  one["own_options"] = {"with_python"};
  two["reads"] = "nonsense";
  LabBook lab;
  lab.set_catalog({one, two});
  EXPECT_EQ(lab.find("one")->reads, (std::vector<std::string>{"tasks", "repeat", "with_python"}));
  EXPECT_TRUE(lab.find("two")->reads.empty());
}

TEST(LabBook, AnUnknownIdIsSaidAndNothingOpens) {
  LabBook lab;
  ASSERT_TRUE(lab.choose("nonsense"));
  lab.set_catalog(json::array({entry("one", "a")}));
  EXPECT_EQ(lab.open(), nullptr);
  EXPECT_EQ(lab.unknown(), "nonsense");
  const Status known = lab.choose("other");
  ASSERT_FALSE(known);
  EXPECT_NE(known.error().message.find("one"), std::string::npos) << known.error().message;
}

TEST(LabBook, NeighboursEndAtTheEnds) {
  LabBook lab = book();
  ASSERT_TRUE(lab.choose("one"));
  EXPECT_EQ(lab.neighbour(-1), nullptr);
  ASSERT_NE(lab.neighbour(1), nullptr);
  EXPECT_EQ(lab.neighbour(1)->id, "two");
  ASSERT_TRUE(lab.choose("three"));
  EXPECT_EQ(lab.neighbour(1), nullptr);
}

TEST(LabBook, KeepsVerdictsAndPredictionsAndForgetsNumbers) {
  LabBook lab = book();
  const json found = {
      {"id", "two"}, {"verdict", "refuted"}, {"predicates", json::array()}, {"finding", {{"en", "so"}}}};
  ASSERT_TRUE(lab.take_result(found, json::object()));
  lab.record("one").prediction = "threads";
  lab.record("three").skipped = true;
  LabBook later = book();
  later.load(lab.to_json());
  ASSERT_NE(later.peek("two"), nullptr);
  EXPECT_EQ(later.peek("two")->verdict, trilane::Verdict::refuted);
  EXPECT_FALSE(later.peek("two")->result);
  EXPECT_EQ(later.peek("one")->prediction, "threads");
  EXPECT_TRUE(later.peek("three")->skipped);
  EXPECT_EQ(later.finished(), 1U);
}

TEST(LabBook, AVerdictSurvivesAFigureThatCannotBeRead) {
  LabBook lab = book();
  const json found = {{"id", "one"}, {"verdict", "confirmed"}, {"figures", {{{"kind", "nonsense"}}}}};
  ASSERT_TRUE(lab.take_result(found, json::object()));
  EXPECT_EQ(lab.peek("one")->verdict, trilane::Verdict::confirmed);
  EXPECT_TRUE(lab.peek("one")->result->entry.figures.empty());
  EXPECT_FALSE(lab.take_result({{"id", "one"}, {"verdict", "perhaps"}}, json::object()));
}

TEST(LabBook, WhatWasSavedByOthersDoesNoHarm) {
  for (const char* text : {"[]", "7", R"({"verdicts":[1],"predictions":3,"skipped":{},"open":4})",
                           R"({"verdicts":{"one":7},"skipped":[null],"open":"gone"})"}) {
    LabBook lab = book();
    lab.load(json::parse(text));
    EXPECT_EQ(lab.open(), nullptr) << text;
    EXPECT_EQ(lab.finished(), 0U) << text;
  }
}

TEST(Prediction, AnswersAreChecked) {
  const auto choice = question(PredictionKind::choice);
  EXPECT_TRUE(check_answer(choice, "async"));
  EXPECT_FALSE(check_answer(choice, "gpu"));
  EXPECT_FALSE(check_answer(choice, 3));
  const auto rank = question(PredictionKind::rank);
  EXPECT_TRUE(check_answer(rank, {"async", "sync", "threads"}));
  EXPECT_FALSE(check_answer(rank, {"async", "sync"}));
  EXPECT_FALSE(check_answer(rank, {"async", "async", "sync"}));
  const auto number = question(PredictionKind::number);
  EXPECT_TRUE(check_answer(number, 10));
  EXPECT_FALSE(check_answer(number, 11));
  EXPECT_FALSE(check_answer(number, nullptr));
  const auto curve = question(PredictionKind::curve);
  EXPECT_TRUE(check_answer(curve, json::parse("[[1,1],[2,2]]")));
  EXPECT_FALSE(check_answer(curve, json::parse("[[1,1]]")));
  EXPECT_FALSE(check_answer(curve, json::parse("[[2,1],[1,1]]")));
  EXPECT_FALSE(check_answer(curve, json::parse("[[1,null],[2,1]]")));
}

TEST(Prediction, ARankIsScoredByItsPairs) {
  const auto rank = question(PredictionKind::rank);
  const json truth = {"async", "threads", "sync"};
  EXPECT_DOUBLE_EQ(score(rank, truth, truth)->value, 1);
  EXPECT_TRUE(score(rank, truth, truth)->right);
  EXPECT_DOUBLE_EQ(score(rank, {"sync", "threads", "async"}, truth)->value, 0);
  EXPECT_NEAR(score(rank, {"threads", "async", "sync"}, truth)->value, 2.0 / 3, 1e-12);
  const auto lines = compare_lines(Words(Lang::en), rank, {"threads", "async", "sync"}, truth);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines[1].find("“threads” before “async”"), std::string::npos) << lines[1];
  EXPECT_FALSE(score(rank, truth, json()));
}

TEST(Prediction, NumbersAndCurvesAreRightWithinAQuarter) {
  const auto number = question(PredictionKind::number);
  EXPECT_TRUE(score(number, 2.0, 2.4)->right);
  EXPECT_FALSE(score(number, 2.0, 2.6)->right);
  EXPECT_DOUBLE_EQ(score(number, 1.0, 4.0)->value, 0);
  const auto curve = question(PredictionKind::curve);
  const json drawn = json::parse("[[1,1],[8,8]]");
  EXPECT_TRUE(score(curve, drawn, json::parse("[[1,1],[2,2],[4,4],[8,8]]"))->right);
  const json flat = json::parse("[[1,1],[2,2],[4,2],[8,2]]");
  EXPECT_FALSE(score(curve, drawn, flat)->right);
  const auto lines = compare_lines(Words(Lang::en), curve, drawn, flat);
  EXPECT_NE(lines.back().find("at 8"), std::string::npos) << lines.back();
}

TEST(Prediction, MovingAnOptionKeepsTheOthersInOrder) {
  const json rank = {"a", "b", "c"};
  EXPECT_EQ(moved(rank, 2, 0), json({"c", "a", "b"}));
  EXPECT_EQ(moved(rank, 0, 99), json({"b", "c", "a"}));
  EXPECT_EQ(moved(rank, 1, -5), json({"b", "a", "c"}));
  EXPECT_EQ(moved(rank, 7, 0), rank);
}

TEST(Prediction, AStrokeBecomesAFunctionOfX) {
  auto curve = question(PredictionKind::curve);
  CurveDraft draft;
  EXPECT_TRUE(draft.answer(curve).is_null());
  draft.stroke(0, 0, true);
  draft.stroke(1, 1, false);
  const json drawn = draft.answer(curve);
  ASSERT_TRUE(check_answer(curve, drawn)) << drawn.dump();
  EXPECT_DOUBLE_EQ(drawn.front()[0].get<double>(), 1);
  EXPECT_DOUBLE_EQ(drawn.back()[0].get<double>(), 8);
  EXPECT_NEAR(*curve_at(curve, drawn, 4.5), 4, 0.1);
  // Going back over it draws anew.
  draft.stroke(1, 0.5, true);
  draft.stroke(0, 0.5, false);
  EXPECT_NEAR(*curve_at(curve, draft.answer(curve), 2), 4, 1e-9);
  curve.x_log = true;
  EXPECT_NEAR(*curve_at(curve, draft.answer(curve), 2.83), 4, 1e-9);
}

Predicate tested(std::string_view kind, std::optional<lab::Estimate> value, double yes, double no) {
  Predicate one;
  one.id = "speedup";
  one.label = {"sync over async", "к асинхронному"};
  one.value = value;
  one.unit = "×";
  one.kind = kind;
  one.yes = yes;
  one.no = no;
  one.text = {"It is faster.", "Быстрее."};
  return one;
}

Holds zone_at(const PredicateScale& scale, float place) {
  for (const PredicateScale::Zone& zone : scale.zones) {
    if (place >= zone.from && place <= zone.to) return zone.holds;
  }
  ADD_FAILURE() << "no zone at " << place;
  return Holds::unclear;
}

void expect_whole(const PredicateScale& scale) {
  EXPECT_FLOAT_EQ(scale.zones.front().from, 0);
  EXPECT_FLOAT_EQ(scale.zones.back().to, 1);
  for (std::size_t i = 1; i < scale.zones.size(); ++i) EXPECT_FLOAT_EQ(scale.zones[i].from, scale.zones[i - 1].to);
  EXPECT_LE(scale.low, scale.median);
  EXPECT_LE(scale.median, scale.high);
}

TEST(LabScale, TheValueStandsInTheZoneOfWhatItMeans) {
  const auto yes = scale_of(tested("at_least", lab::Estimate{7.9, 7.8, 8}, 5.2, 3.1));
  ASSERT_TRUE(yes);
  expect_whole(*yes);
  ASSERT_EQ(yes->zones.size(), 3U);
  EXPECT_EQ(zone_at(*yes, yes->low), Holds::yes);
  EXPECT_EQ(zone_at(*yes, 0.01F), Holds::no);
  const auto open = scale_of(tested("at_most", lab::Estimate{1.3, 1.25, 1.32}, 1.2, 1.35));
  ASSERT_TRUE(open);
  expect_whole(*open);
  EXPECT_EQ(zone_at(*open, open->median), Holds::unclear);
  EXPECT_EQ(zone_at(*open, 0.01F), Holds::yes);
  EXPECT_EQ(zone_at(*open, 0.99F), Holds::no);
  Predicate band = tested("within", lab::Estimate{0.7, 0.69, 0.71}, 0.1, 0.2);
  band.target = 1;
  const auto no = scale_of(band);
  ASSERT_TRUE(no);
  expect_whole(*no);
  ASSERT_EQ(no->zones.size(), 5U);
  EXPECT_EQ(zone_at(*no, no->high), Holds::no);
}

TEST(LabScale, HasRoomForValuesFarAwayAndForASingleOne) {
  const auto far = scale_of(tested("at_least", lab::Estimate{4000, 3900, 4100}, 3, 1));
  ASSERT_TRUE(far);
  expect_whole(*far);
  EXPECT_GT(far->zones[2].from - far->zones[1].from, 0.05F) << "the thresholds are still told apart";
  Predicate exactly = tested("within", lab::Estimate{0, 0, 0}, 0, 0);
  exactly.target = 0;
  exactly.every = true;
  const auto one = scale_of(exactly);
  ASSERT_TRUE(one);
  expect_whole(*one);
  EXPECT_EQ(zone_at(*one, one->median), Holds::yes);
  EXPECT_FALSE(scale_of(tested("at_least", std::nullopt, 3, 1)));
}

SavedEntry found() {
  SavedEntry entry;
  entry.id = "overlap-waits";
  entry.verdict = trilane::Verdict::undecided;
  Predicate one = tested("at_least", lab::Estimate{4, 2, 6}, 5.2, 3.1);
  one.holds = Holds::unclear;
  entry.predicates = {one};
  entry.numbers = {{.id = "speedup", .label = {"s", "s"}, .value = 4, .unit = "×", .role = Role::decisive},
                   {.id = "async.wall_ms",
                    .label = {"async: makespan", "асинхронно: общее время"},
                    .value = 20.3,
                    .low = 20.1,
                    .high = 20.6,
                    .unit = "ms",
                    .hue = "async"},
                   {.id = "cores", .label = {"cores", "ядра"}, .role = Role::setting}};
  entry.advice = {"Use more repeats.", "Добавьте повторов."};
  entry.background = {"A coroutine gives the loop back.", "Корутина отдаёт управление циклу."};
  entry.fairness = {{.of = "async", .workers = 1, .in_flight = 8}};
  entry.subject = {"in_flight"};
  entry.plan = Plan{.rounds = 7, .error = 0.016, .chosen = false};
  return entry;
}

TEST(LabFinding, TellsEachPredicateWithMarkValueAndThresholdsAndKeepsBackgroundApart) {
  const json en = finding_json(Words(Lang::en), found());
  const json& one = en["predicates"][0];
  EXPECT_EQ(one["holds"], "unclear");
  EXPECT_EQ(one["mark"], "?");
  EXPECT_EQ(one["value"], "4 [2,\u00a06]\u00a0×");
  EXPECT_EQ(one["thresholds"], "yes from 5.2\u00a0×, no below 3.1\u00a0×");
  EXPECT_EQ(one["scale"]["zones"].size(), 3U);
  EXPECT_EQ(en["advice"], "Use more repeats.");
  EXPECT_EQ(en["background"]["text"], "A coroutine gives the loop back.");
  EXPECT_EQ(en["older"], nullptr);
  const json ru = finding_json(Words(Lang::ru), found());
  EXPECT_EQ(ru["predicates"][0]["text"], "Быстрее.");
  EXPECT_EQ(ru["terms"]["rows"][0][0], "асинхронно");
  EXPECT_NE(ru["terms"]["subject"].get<std::string>().find("число задач одновременно"), std::string::npos);
  EXPECT_NE(ru["plan"].get<std::string>().find("98,4 %"), std::string::npos) << ru["plan"];
}

TEST(LabFinding, NumbersHaveLabelsAndUnitsAndNeverZeroForNothing) {
  const json numbers = finding_json(Words(Lang::en), found())["numbers"];
  ASSERT_EQ(numbers.size(), 2U) << "what a predicate shows is not told twice";
  EXPECT_EQ(numbers[0]["name"], "async: makespan");
  EXPECT_EQ(numbers[0]["value"], "20.3 [20.1,\u00a020.6]\u00a0ms");
  EXPECT_EQ(racer_of_hue("async"), Racer::async);
  EXPECT_EQ(racer_of_hue("gil"), Racer::threads_gil);
  EXPECT_FALSE(racer_of_hue(""));
  EXPECT_EQ(numbers[1]["value"], "not available");
}

TEST(LabFinding, AnOlderEntryIsSaidToBeOne) {
  const auto old = read_entry(
      {{"id", "gil"}, {"verdict", "confirmed"}, {"why", {{"en", "Because."}}}, {"numbers", {{"gil_speedup", 1.02}}}});
  ASSERT_TRUE(old);
  const json shown = finding_json(Words(Lang::en), *old);
  EXPECT_NE(shown["older"].get<std::string>().find("older version"), std::string::npos);
  EXPECT_EQ(shown["finding"], "Because.");
  EXPECT_EQ(shown["numbers"][0]["name"], "gil_speedup");
}

// What is shown has a name in people's words, in Russian with Russian letters.
TEST(LabFinding, EveryNumberOfEveryExperimentHasItsLabels) {
  for (const Experiment* experiment : experiment_catalog()) {
    for (const Number& one : experiment->judge(Measured{}).numbers) {
      EXPECT_NE(one.label.ru.find_first_of("\xd0\xd1"), std::string::npos) << experiment->id << ": " << one.label.ru;
      EXPECT_EQ(one.label.en.find('_'), std::string::npos) << experiment->id << ": " << one.label.en;
    }
  }
}

}  // namespace
}  // namespace trilane::ui
