// What the lab's viewers show, apart from drawing: recorded steps read and placed, the player's time, hostile details.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "ui/viewers/await_model.hpp"
#include "ui/viewers/deadlock_model.hpp"
#include "ui/viewers/schedule_model.hpp"
#include "ui/viewers/step_player.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

TEST(StepPlayer, TakesEachStepWhenItIsDueAndPausesAtTheLast) {
  StepPlayer player;
  player.set_count(3);
  EXPECT_TRUE(std::isinf(player.due_s()));
  player.toggle(10);
  EXPECT_FALSE(player.advance(10.9));
  EXPECT_TRUE(player.advance(11));
  EXPECT_EQ(player.at(), 1);
  EXPECT_TRUE(player.advance(100)) << "a window that slept takes one step, not ninety";
  EXPECT_EQ(player.at(), 2);
  EXPECT_FALSE(player.playing());
  EXPECT_FALSE(player.advance(200));
}

TEST(StepPlayer, PlayAtTheEndBeginsAnewAndStepsByHandPause) {
  StepPlayer player;
  player.set_count(4);
  player.by(10);
  EXPECT_EQ(player.at(), 3);
  player.toggle(0);
  EXPECT_EQ(player.at(), 0);
  EXPECT_TRUE(player.playing());
  player.by(1);
  EXPECT_FALSE(player.playing());
  EXPECT_EQ(player.at(), 1);
  player.by(-5);
  EXPECT_EQ(player.at(), 0);
}

TEST(StepPlayer, SpeedIsStepsASecondAndScrubbingPlaysOnFromThere) {
  StepPlayer player;
  player.set_count(10);
  player.toggle(0);
  player.set_speed(3, 0);
  EXPECT_DOUBLE_EQ(player.due_s(), 0.25);
  player.seek(7, 5);
  EXPECT_TRUE(player.playing());
  EXPECT_DOUBLE_EQ(player.due_s(), 5.25);
  player.set_speed(99, 5);
  player.seek(99, 5);
  EXPECT_EQ(player.at(), 9);
}

TEST(StepPlayer, OtherStepsBeginAtTheFirstAndNoneIsNoTrouble) {
  StepPlayer player;
  player.toggle(0);
  EXPECT_FALSE(player.playing());
  player.by(1);
  EXPECT_EQ(player.at(), 0);
  player.set_count(5);
  player.by(2);
  player.set_count(5);
  EXPECT_EQ(player.at(), 2) << "the same steps: where one was";
  player.set_count(6);
  EXPECT_EQ(player.at(), 0);
}

json await_details() {
  const auto step = [](const char* event, const char* who, json running, json ready, json timers, int line) {
    return json{{"t_ms", 1.5},
                {"event", event},
                {"who", who},
                {"line", line},
                {"running", std::move(running)},
                {"ready", std::move(ready)},
                {"timers", std::move(timers)},
                {"lines", {{"A", line}, {"B", 0}}},
                {"text", {{"en", "so"}, {"ru", "так"}}}};
  };
  return {{"code", {"async def work():", "    await sleep(1)"}},
          {"coroutines", {{{"name", "A"}}, {{"name", "B"}}}},
          {"steps",
           {step("created", "A", nullptr, {"A"}, json::array(), 0), step("resumed", "A", "A", {"B"}, json::array(), 1),
            step("awaits", "A", nullptr, {"B"}, {{{"name", "A"}, {"due_ms", 61.5}}}, 2),
            step("ended", "A", nullptr, json::array(), json::array(), 2)}}};
}

TEST(AwaitModel, EveryCoroutineHasItsPlaceAfterEachStep) {
  const auto show = read_await(await_details());
  ASSERT_TRUE(show);
  ASSERT_EQ(show->steps.size(), 4U);
  EXPECT_EQ(place_of(*show, 0, 0), AwaitPlace::ready);
  EXPECT_EQ(place_of(*show, 0, 1), AwaitPlace::absent);
  EXPECT_EQ(place_of(*show, 1, 0), AwaitPlace::running);
  EXPECT_EQ(place_of(*show, 1, 1), AwaitPlace::ready);
  EXPECT_EQ(place_of(*show, 2, 0), AwaitPlace::waiting);
  EXPECT_EQ(place_of(*show, 3, 0), AwaitPlace::ended);
  EXPECT_DOUBLE_EQ(show->steps[2].timers[0].due_ms, 61.5);
  EXPECT_EQ(show->steps[2].lines, (std::vector<int>{2, 0}));
  EXPECT_EQ(show->steps[2].text.ru, "так");
}

TEST(AwaitModel, DetailsOfAnotherKindAreRefusedAndBrokenStepsLeftOut) {
  json russian = await_details();
  russian["code_ru"] = {"async def work():", "    await sleep(1)  # ждёт"};
  EXPECT_EQ(read_await(russian)->code[1], (BothTexts{"    await sleep(1)", "    await sleep(1)  # ждёт"}));
  russian["code_ru"] = {"one line"};
  EXPECT_EQ(read_await(russian)->code[1].ru, "    await sleep(1)");
  for (const json& bad : {json(), json(3), json::array(), json::object(), json{{"code", 1}, {"steps", "x"}}})
    EXPECT_FALSE(read_await(bad)) << bad;
  json details = await_details();
  details["steps"][1]["who"] = "nobody";
  details["steps"][2]["timers"] = {1, "x", {{"name", 5}}};
  details["steps"][2]["ready"] = "none";
  details["steps"][3] = nullptr;
  const auto show = read_await(details);
  ASSERT_TRUE(show);
  EXPECT_EQ(show->steps.size(), 2U);
  EXPECT_TRUE(show->steps[1].timers.empty());
}

TEST(DeadlockModel, TheCycleAndTheWaysAreRead) {
  const json details = {
      {"cycle",
       {{{"thread", "A"}, {"holds", "1"}, {"waits_for", "2"}, {"held_by", "B"}, {"waited_ms", 18.5}},
        {{"thread", "B"}, {"holds", "2"}, {"waits_for", "1"}, {"held_by", "A"}, {"waited_ms", nullptr}}}},
      {"victim", "B"},
      {"found_after_ms", 19.5},
      {"remedies",
       {{{"id", "none"},
         {"name", {{"en", "opposite"}}},
         {"wanted", 16},
         {"done", 16},
         {"deadlocks", 7},
         {"balanced", true},
         {"wall_ms", nullptr}}}}};
  const auto show = read_deadlock(details);
  ASSERT_TRUE(show);
  ASSERT_EQ(show->cycle.size(), 2U);
  EXPECT_EQ(show->cycle[0].waited_ms, 18.5);
  EXPECT_FALSE(show->cycle[1].waited_ms) << "not measured is not 0";
  EXPECT_EQ(show->ways[0].deadlocks, 7);
  EXPECT_FALSE(show->ways[0].wall_ms);
  json none = details;
  none["cycle"] = nullptr;
  EXPECT_TRUE(read_deadlock(none)->cycle.empty());
  for (const json& bad : {json(), json(1), json::object(), json{{"remedies", 5}}}) EXPECT_FALSE(read_deadlock(bad));
}

json schedule(const std::string& text) {
  json states = json::array();
  for (const char c : text)
    states.push_back({{"thread", std::string(1, c)},
                      {"operation", "load"},
                      {"shared", 0},
                      {"A", {{"register", nullptr}, {"done", 1}}},
                      {"B", {{"register", 4}, {"done", 99}}}});
  return {{"text", text}, {"final", nullptr}, {"states", std::move(states)}};
}

TEST(ScheduleModel, AScheduleKnowsWhoMayGoOn) {
  const auto read = read_schedule(schedule("AAAB"));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->may('A'));
  EXPECT_TRUE(read->may('B'));
  EXPECT_FALSE(read->states[0].registers[0]) << "nothing loaded yet is not 0";
  EXPECT_EQ(read->states[0].registers[1], 4);
  EXPECT_EQ(read->states[0].done[1], kStepsOfEach) << "clamped";
}

TEST(ScheduleModel, WhatIsNoScheduleIsRefused) {
  for (const char* text : {"C", "AAAA", "a", "ABABABB"}) EXPECT_FALSE(read_schedule(schedule(text))) << text;
  json short_of_states = schedule("AB");
  short_of_states["states"].erase(0);
  EXPECT_FALSE(read_schedule(short_of_states));
}

TEST(ScheduleModel, OrdersAndFreeRunsAreRead) {
  const json details = {{"operations", {"load", "add", "store"}},
                        {"interleavings",
                         {{{"schedule", "AAABBB"}, {"final", 2}},
                          {{"schedule", "ABABAB"}, {"final", 1}},
                          {{"schedule", "hello"}, {"final", 1}}}},
                        {"free", {{"rounds", 10}, {"finals", {{"1", 3}, {"2", 7}}}}},
                        {"schedule", schedule("")}};
  const auto show = read_schedules(details);
  ASSERT_TRUE(show);
  EXPECT_EQ(show->orders.size(), 2U);
  EXPECT_EQ(show->free.at(1), 3);
  EXPECT_TRUE(show->chosen.text.empty());
  for (const json& bad : {json(), json::object(), json{{"operations", {"load"}}}}) EXPECT_FALSE(read_schedules(bad));
}

}  // namespace
}  // namespace trilane::ui
