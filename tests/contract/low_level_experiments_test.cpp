// The experiments below, for real: threads held by a gate, a deadlock and its watchdog, a child's own memory.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <set>

#include "experiments/probes/child_probe.hpp"
#include "platform/event_loop.hpp"
#include "support/run_lab.hpp"

namespace trilane {
namespace {

using nlohmann::json;

using test::predicate, test::run_lab;

TEST(LowLevelExperiments, EveryMeetingInOppositeOrderIsADeadlockAndIsFound) {
  const auto entry = run_lab("deadlock", {{"repeat", 2}});
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->at("verdict"), "confirmed") << entry->at("finding").at("en");
  EXPECT_EQ(entry->at("truth"), "deadlock");
  const json& details = entry->at("details");
  ASSERT_EQ(details.at("remedies").size(), 5U);
  EXPECT_EQ(details.at("remedies")[0].at("deadlocks"), 16) << "two repeats of eight meetings";
  for (const json& way : details.at("remedies")) EXPECT_EQ(way.at("done"), way.at("wanted")) << way;
  ASSERT_EQ(details.at("cycle").size(), 2U);
  for (const json& arrow : details.at("cycle")) EXPECT_NE(arrow.at("holds"), arrow.at("waits_for"));
  EXPECT_EQ(details.at("cycle")[0].at("held_by"), details.at("cycle")[1].at("thread"));
  EXPECT_EQ(details.at("cycle")[0].at("waits_for"), details.at("cycle")[1].at("holds"));
}

TEST(LowLevelExperiments, AScheduleIsRunStepByStep) {
  const auto entry = run_lab("you-schedule", {{"schedule", "ABA"}});
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->at("verdict"), "confirmed") << entry->at("finding").at("en");
  EXPECT_EQ(entry->at("truth"), 18);
  const json& details = entry->at("details");
  EXPECT_EQ(details.at("interleavings").size(), 20U);
  EXPECT_EQ(details.at("distribution"), (json{{"1", 18}, {"2", 2}}));
  const json& schedule = details.at("schedule");
  EXPECT_EQ(schedule.at("complete"), false);
  EXPECT_EQ(schedule.at("final"), nullptr);
  EXPECT_EQ(schedule.at("next"), json::parse(R"(["A","B"])"));
  ASSERT_EQ(schedule.at("states").size(), 3U);
  EXPECT_EQ(schedule.at("states")[2].at("operation"), "add");
  EXPECT_EQ(schedule.at("states")[2].at("A").at("register"), 1);
  EXPECT_EQ(schedule.at("states")[2].at("B").at("register"), 0);
}

TEST(LowLevelExperiments, AWrongScheduleNamesItsField) {
  for (const json& wrong : {json("AXB"), json("AAAA"), json(7)}) {
    const auto entry = run_lab("you-schedule", {{"schedule", wrong}});
    ASSERT_FALSE(entry) << wrong;
    EXPECT_EQ(entry.error().field, "schedule");
  }
}

TEST(LowLevelExperiments, AwaitOrderRecordsALoopThatIsTrueToItself) {
  const auto entry = run_lab("await-order", {{"repeat", 2}});
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->at("verdict"), "confirmed") << entry->at("finding").at("en");
  const json& details = entry->at("details");
  double last_ms = 0;
  std::map<std::string, int> ended;
  for (const json& step : details.at("steps")) {
    EXPECT_GE(step.at("t_ms").get<double>(), last_ms);
    last_ms = step.at("t_ms").get<double>();
    EXPECT_LE(step.at("line").get<std::size_t>(), details.at("code").size());
    // Nobody is in two places at once.
    std::set<std::string> places;
    std::size_t count = 0;
    const auto place = [&](const json& name) { ++count, places.insert(name.get<std::string>()); };
    if (step.at("running").is_string()) place(step.at("running"));
    for (const json& name : step.at("ready")) place(name);
    for (const json& timer : step.at("timers")) place(timer.at("name"));
    EXPECT_EQ(places.size(), count) << step;
    if (step.at("event") == "ended") ++ended[step.at("who").get<std::string>()];
  }
  EXPECT_EQ(ended, (std::map<std::string, int>{{"A", 1}, {"B", 1}, {"C", 1}}));
}

TEST(LowLevelExperiments, ThreadsOfOneProcessFindTheDataAtOneAddress) {
  const auto entry = run_lab("shared-memory", {{"repeat", 1}});
  ASSERT_TRUE(entry) << entry.error().message;
  for (const char* id : {"several-threads", "one-process", "same-address", "nothing-lost"}) {
    EXPECT_EQ(predicate(*entry, id).at("holds"), "yes") << entry->at("finding").at("en");
  }
}

TEST(LowLevelExperiments, AProcessThatIsLimitedToACoreGetsNoMore) {
  const auto entry = run_lab("cpu-share", {{"repeat", 1}});
  ASSERT_TRUE(entry) << entry.error().message;
  // On a busy machine less than there is, but never more.
  for (const char* of : {"one", "four", "limited"}) {
    const json cores = entry->at("samples").at(of).at("cores_used");
    ASSERT_EQ(cores.size(), 1U);
    EXPECT_GT(cores[0], 0.0) << of;
    EXPECT_LT(cores[0], 1.1) << of;
  }
}

TEST(LowLevelExperiments, TheEventLoopIsNotRefuted) {
  const auto entry = run_lab("event-loop");
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_NE(entry->at("verdict"), "refuted") << entry->at("finding").at("en");
}

TEST(LowLevelExperiments, WhatFollowsFromCountsIsConfirmedUnderAnyLoad) {
  const auto race = run_lab("gil-race", {{"repeat", 2}});
  ASSERT_TRUE(race) << race.error().message;
  EXPECT_EQ(predicate(*race, "whole-keeps").at("holds"), "yes") << race->at("finding").at("en");
}

TEST(LowLevelExperiments, AStoppedOneSaysSo) {
  for (const char* id :
       {"deadlock", "you-schedule", "await-order", "shared-memory", "cpu-share", "event-loop", "gil-race"}) {
    const auto entry = run_lab(id, json::object(), true);
    ASSERT_FALSE(entry) << id;
    EXPECT_EQ(entry.error().message, kCancelled) << id;
  }
}

TEST(ChildProbe, AnswersOneAfterTheOther) {
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  const CancelToken never;
  ChildProbe child(scheduler, never);
  ASSERT_TRUE(coro::block_on(scheduler, child.start()));
  child::AddToGlobal question;
  question.add = 5;
  for (const std::int64_t before : {0, 5}) {
    const auto report = coro::block_on(scheduler, child.add_to_global(question));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->before, before);
    EXPECT_EQ(report->process_id, child.pid());
  }
  const Bytes message(300'000, std::byte{42});
  const auto delivered = coro::block_on(scheduler, child.deliver(message));
  ASSERT_TRUE(delivered);
  EXPECT_EQ(delivered->delivery.bytes, message.size());
  EXPECT_EQ(delivered->delivery.last, 42U);
  EXPECT_GT(delivered->round_trip_ns, 0);
}

TEST(ChildProbe, SaysThatTheChildWasKilled) {
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  const CancelToken never;
  ChildProbe child(scheduler, never);
  ASSERT_TRUE(coro::block_on(scheduler, child.start()));
  ASSERT_EQ(kill(static_cast<pid_t>(child.pid()), SIGKILL), 0);
  child::AddToGlobal question;
  question.wait_ns = 500'000'000;
  const auto report = coro::block_on(scheduler, child.add_to_global(question));
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find(std::to_string(child.pid())), std::string::npos) << report.error().message;
}

}  // namespace
}  // namespace trilane
