// The lab's pure parts: the book of experiments, predictions and their scores, the numbers' names.
#include <gtest/gtest.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "experiments/experiment.hpp"
#include "ui/lab/book.hpp"
#include "ui/lab/numbers.hpp"
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
  const json found = {{"id", "two"}, {"verdict", "refuted"}, {"numbers", {{"speedup", 2.0}}}, {"why", {{"en", "so"}}}};
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
  EXPECT_TRUE(lab.peek("one")->result->figures.empty());
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

TEST(LabNumbers, HaveUnitsIntervalsAndNeverZeroForNothing) {
  const json numbers = {{"async_wall_ms", 12.5}, {"speedup", 3.71},        {"speedup_low", 3.6},
                        {"speedup_high", 3.8},   {"gil_wait_ms", nullptr}, {"lost_low", 3}};
  const auto lines = number_lines(Words(Lang::en), numbers);
  ASSERT_EQ(lines.size(), 4U);
  const auto find = [&](std::string_view key) { return *std::ranges::find(lines, key, &NumberLine::key); };
  EXPECT_EQ(find("async_wall_ms").value, Words(Lang::en).duration_ms(12.5));
  EXPECT_EQ(find("async_wall_ms").racer, Racer::async);
  EXPECT_EQ(find("speedup").value, "3.71×");
  EXPECT_EQ(find("speedup").interval, "[3.60×, 3.80×]");
  EXPECT_EQ(find("gil_wait_ms").value, "not available");
  // An end of no interval is a number of its own.
  EXPECT_EQ(find("lost_low").value, "3");
}

// What verdicts rest on is named in people's words, in Russian without a word of English left over.
TEST(LabNumbers, EveryNumberOfEveryExperimentHasARussianName) {
  const std::set<std::string, std::less<>> same = {"GIL", "CPU", "N", "await", "try-lock", "p99", "p50"};
  for (const Experiment* experiment : experiment_catalog()) {
    for (const NumberLine& line : number_lines(Words(Lang::ru), experiment->judge(Measured{}).numbers)) {
      std::string word;
      for (const char c : line.name + " ") {
        if (std::isalpha(static_cast<unsigned char>(c)) || std::isdigit(static_cast<unsigned char>(c)) || c == '-') {
          word += c;
          continue;
        }
        if (word.size() > 1 && std::isalpha(static_cast<unsigned char>(word[0]))) {
          EXPECT_TRUE(same.contains(word)) << experiment->id << ": " << line.key << " is \"" << line.name << "\"";
        }
        word.clear();
      }
    }
  }
}

TEST(LabNumbers, CellsOfAMapSayWhereTheyAre) {
  const json numbers = {{"async.c50.t32.wall_ms", 82.6}, {"cells_open", 7}};
  EXPECT_EQ(number_lines(Words(Lang::en), numbers)[0].name, "async · CPU 50\u00a0% · 32\u00a0tasks · makespan");
  EXPECT_EQ(number_lines(Words(Lang::ru), numbers)[0].name,
            "асинхронно · CPU 50\u00a0% · 32\u00a0задачи · время выполнения");
}

TEST(LabNumbers, StandInTheOrderOfTheNumbersInTheirNames) {
  const json numbers = {{"a.t32.wall_ms", 1}, {"a.t8.wall_ms", 2}, {"a.t2.wall_ms", 3}, {"a.c100", 4}, {"a.c50", 5}};
  std::vector<std::string> keys;
  for (const NumberLine& line : number_lines(Words(Lang::en), numbers)) keys.push_back(line.key);
  EXPECT_EQ(keys, (std::vector<std::string>{"a.c50", "a.c100", "a.t2.wall_ms", "a.t8.wall_ms", "a.t32.wall_ms"}));
}

TEST(LabNumbers, RatesSayWhatOf) {
  const auto lines =
      number_lines(Words(Lang::en), {{"threads_switches_grew_per_s", 64.6}, {"sync_throughput_per_s", 12.5}});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1].value.find("tasks"), std::string::npos) << lines[1].value << ": context switches are no tasks";
  EXPECT_NE(lines[0].value.find("tasks"), std::string::npos) << lines[0].value;
}

}  // namespace
}  // namespace trilane::ui
