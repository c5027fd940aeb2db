// What pins keep, and what of them is remembered.
#include "ui/pins.hpp"

#include <gtest/gtest.h>

#include "ui/result_reader.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

json document(const std::string& model, double ms) {
  RunResult result;
  result.config.model = model;
  result.config.workload = "primes";
  result.config.tasks = 4;
  result.config.size = 1000;
  result.wall_ms = summarize({ms, ms + 1});
  return to_json(result);
}

RunView view(const std::string& model, double ms) {
  RunView run;
  EXPECT_TRUE(set_finished(run, document(model, ms)));
  return run;
}

std::vector<const RunView*> pointers(const Pin& pin) {
  std::vector<const RunView*> out;
  for (const RunView& run : pin.runs) out.push_back(&run);
  return out;
}

Pin pin_of(int id, const std::string& name) {
  Pin pin;
  pin.id = id;
  pin.name = name;
  pin.mark = id;
  pin.runs = {view("sync", 10), view("threads", 5)};
  return pin;
}

TEST(Pins, ComeBackWithNamesMarksAndResultsButWithoutTraces) {
  Pin one = pin_of(1, "before");
  one.imported = true;
  one.shown = false;
  one.host = {{"cpu", "x"}};
  const nlohmann::json entry = {{"id", "gil"},
                                {"verdict", "confirmed"},
                                {"predicates", nlohmann::json::array()},
                                {"finding", {{"en", "so"}, {"ru", "так"}}},
                                {"samples", {{"sync", {{"wall_ms", {1, 2}}}}}}};
  one.entries.push_back(*pinned_entry(entry));
  Span span;
  span.end_ns = 5;
  span.task = 0;
  one.runs[0].add_spans(std::span(&span, 1));
  one.runs[0].settle();
  const std::vector<Pin> pins{one, pin_of(2, "after")};
  int next = 10;
  const auto back = load_pins(save_pins(pins, pointers), next);
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(next, 12);
  EXPECT_EQ(back[0].id, 10);
  EXPECT_EQ(back[0].name, "before");
  EXPECT_TRUE(back[0].imported);
  EXPECT_FALSE(back[0].shown);
  EXPECT_EQ(back[0].host["cpu"], "x");
  ASSERT_EQ(back[0].entries.size(), 1U);
  EXPECT_EQ(back[0].entries[0].entry.id, "gil");
  EXPECT_EQ(back[0].entries[0].entry.verdict, trilane::Verdict::confirmed);
  EXPECT_EQ(back[0].entries[0].entry.finding.ru, "так");
  EXPECT_FALSE(back[0].entries[0].document.contains("samples")) << "there is no room to remember them";
  ASSERT_EQ(back[0].runs.size(), 2U);
  EXPECT_EQ(back[0].runs[0].pin, 10);
  EXPECT_EQ(back[0].runs[0].span_count, 0U);
  EXPECT_EQ(back[0].runs[1].racer, Racer::threads);
  EXPECT_EQ(back[0].runs[1].result->wall_ms.samples, (std::vector<double>{5, 6}));
  EXPECT_DOUBLE_EQ(*back[0].runs[1].finished_ms(), 6) << "its end is drawn, though no span is";
}

TEST(Pins, AnotherProgramsRunKeepsItsName) {
  json python = document("threads", 12);
  python["schema"] = "trilane.python/1";
  python["model"] = "python-threading";
  python["counterpart"] = "threads";
  python["label"] = "CPython 3.11.2 threading (GIL)";
  Pin one = pin_of(1, "beside");
  one.runs.emplace_back();
  ASSERT_TRUE(set_finished(one.runs.back(), python));
  int next = 1;
  const std::vector<Pin> loaded = load_pins(json::array({save_pin(one, pointers(one))}), next);
  ASSERT_EQ(loaded.size(), 1U);
  ASSERT_EQ(loaded[0].runs.size(), 3U);
  EXPECT_EQ(loaded[0].runs[1].beside, "");
  EXPECT_EQ(loaded[0].runs[2].beside, "CPython 3.11.2 threading (GIL)");
  EXPECT_EQ(loaded[0].runs[2].racer, Racer::threads_gil);
}

TEST(Pins, AnotherProgramsNameIsTwoLines) {
  EXPECT_EQ(beside_name("CPython 3.11.2 threading (GIL)").kind, "threading");
  EXPECT_EQ(beside_name("CPython 3.11.2 threading (GIL)").program, "CPython 3.11.2 (GIL)");
  EXPECT_EQ(beside_name("Python multiprocessing").kind, "multiprocessing");
  EXPECT_EQ(beside_name("Python multiprocessing").program, "Python");
  EXPECT_EQ(beside_name("Python").kind, "Python");
  EXPECT_EQ(beside_name("").kind, "");
}

TEST(Pins, WhatIsRememberedIsBoundedAndTheNewestStay) {
  std::vector<Pin> pins;
  for (int i = 0; i < 6; ++i) {
    pins.push_back(pin_of(i, "pin " + std::to_string(i)));
    pins.back().runs[0].document["notes"] = json::array({std::string(40'000, 'x')});
  }
  const json saved = save_pins(pins, pointers);
  EXPECT_LE(saved.dump().size(), kMostSavedPinBytes + 100);
  ASSERT_GE(saved.size(), 2U);
  EXPECT_EQ(saved.back()["name"], "pin 5");
}

TEST(Pins, NonsenseIsLeftOut) {
  int next = 1;
  EXPECT_TRUE(load_pins("text", next).empty());
  const json saved = json::array({1,
                                  json::object(),
                                  {{"name", "a"}, {"runs", json::array({json::object()})}},
                                  {{"name", 5}, {"mark", 1e9}, {"runs", json::array({document("async", 3), 7})}}});
  const auto back = load_pins(saved, next);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].mark, kPinMarks - 1);
  EXPECT_EQ(back[0].runs.size(), 1U);
}

TEST(Pins, NamesAreOneLineAndCutBetweenCharacters) {
  EXPECT_EQ(pin_name("  a\nb\t "), "a b");
  std::string long_name;
  for (int i = 0; i < 60; ++i) long_name += "ж";
  const std::string cut = pin_name(long_name);
  EXPECT_LE(cut.size(), kMostPinNameBytes);
  EXPECT_EQ(cut.size() % 2, 0U);
}

TEST(Pins, ACopyHasNoPictureAndOnRequestNoTrace) {
  RunView run = view("async", 3);
  run.lanes.resize(3);
  run.picture_side = 2;
  run.picture = {1, 2, 3, 4};
  Span span;
  span.end_ns = 9;
  span.kind = SpanKind::wait;
  run.add_spans(std::span(&span, 1));
  run.settle();
  EXPECT_EQ(copy_for_pin(run, true).span_count, 1U);
  const RunView bare = copy_for_pin(run, false);
  EXPECT_EQ(bare.span_count, 0U);
  EXPECT_TRUE(bare.wait_rows.empty() && bare.picture.empty());
  EXPECT_EQ(bare.lanes.size(), 1U);
  EXPECT_TRUE(bare.result);
}

TEST(Pins, TheLeastFreeMarkIsTaken) {
  const std::vector<Pin> pins{pin_of(0, "a"), pin_of(2, "b")};
  EXPECT_EQ(free_mark(pins), 1);
}

// Before trilane.lab/2 no more than the verdict was remembered.
TEST(Pins, VerdictsThatAnOlderVersionRememberedComeBack) {
  nlohmann::json saved = save_pins(std::vector<Pin>{pin_of(1, "old")}, pointers);
  saved[0].erase("entries");
  saved[0]["verdicts"] = {{"gil", "refuted"}, {"odd", "perhaps"}, {1, 2}};
  int next = 1;
  const auto back = load_pins(saved, next);
  ASSERT_EQ(back.size(), 1U);
  ASSERT_EQ(back[0].entries.size(), 1U);
  EXPECT_EQ(back[0].entries[0].entry.verdict, trilane::Verdict::refuted);
  EXPECT_TRUE(back[0].entries[0].entry.older);
}

}  // namespace
}  // namespace trilane::ui
