// The experiments below run(), for real: threads held by a gate, a deadlock and its watchdog, a child's own memory.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <set>

#include "experiments/lab_runner.hpp"
#include "models/child_probe.hpp"
#include "platform/event_loop.hpp"

namespace trilane {
namespace {

using nlohmann::json;

Result<json> run(std::string_view id, json options = json::object(), bool stopped = false) {
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  CancelToken cancel;
  if (stopped) cancel.request();
  LabRunner lab(scheduler, cancel, std::move(options), nullptr);
  return coro::block_on(scheduler, run_experiment(*find_experiment(id), lab));
}

TEST(LowLevelExperiments, DeadlockShowsAWholeCycleAndEnds) {
  const auto entry = run("deadlock", {{"repeat", 2}});
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_NE(entry->at("verdict"), "refuted") << entry->at("why").at("en");
  EXPECT_EQ(entry->at("numbers").at("transfers_missing"), 0);
  const json& details = entry->at("details");
  ASSERT_EQ(details.at("remedies").size(), 5U);
  if (details.at("cycle").is_null()) return;  // luck: then the verdict is "undecided"
  ASSERT_EQ(details.at("cycle").size(), 2U);
  for (const json& arrow : details.at("cycle")) EXPECT_NE(arrow.at("holds"), arrow.at("waits_for"));
  EXPECT_EQ(details.at("cycle")[0].at("held_by"), details.at("cycle")[1].at("thread"));
  EXPECT_EQ(details.at("cycle")[0].at("waits_for"), details.at("cycle")[1].at("holds"));
}

TEST(LowLevelExperiments, AScheduleIsRunStepByStep) {
  const auto entry = run("you-schedule", {{"schedule", "ABA"}});
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->at("verdict"), "confirmed") << entry->at("why").at("en");
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
    const auto entry = run("you-schedule", {{"schedule", wrong}});
    ASSERT_FALSE(entry) << wrong;
    EXPECT_EQ(entry.error().field, "schedule");
  }
}

TEST(LowLevelExperiments, AwaitOrderRecordsALoopThatIsTrueToItself) {
  const auto entry = run("await-order", {{"repeat", 2}});
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

TEST(LowLevelExperiments, AChildsWriteIsItsOwn) {
  const auto entry = run("isolation", {{"repeat", 2}});
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->at("verdict"), "confirmed") << entry->at("why").at("en");
  const json& places = entry->at("details").at("places");
  ASSERT_EQ(places.size(), 3U);
  EXPECT_EQ(places[1].at("address"), places[0].at("address"));
  EXPECT_EQ(places[1].at("process"), places[0].at("process"));
  EXPECT_NE(places[1].at("thread"), places[0].at("thread"));
  EXPECT_NE(places[2].at("process"), places[0].at("process"));
  EXPECT_EQ(places[2].at("before"), 0);
}

TEST(LowLevelExperiments, SharedMemoryAndTheEventLoopAreNotRefuted) {
  for (const char* id : {"shared-memory", "event-loop"}) {
    const auto entry = run(id);
    ASSERT_TRUE(entry) << entry.error().message;
    EXPECT_NE(entry->at("verdict"), "refuted") << entry->at("why").at("en");
  }
}

TEST(LowLevelExperiments, WhatFollowsFromCountsIsConfirmedUnderAnyLoad) {
  // One id over all coroutines; no overlap in sync; losses only where a switch can fall within.
  for (const char* id : {"sequential", "one-thread", "gil-race"}) {
    const auto entry = run(id, {{"repeat", 6}});
    ASSERT_TRUE(entry) << entry.error().message;
    EXPECT_NE(entry->at("verdict"), "refuted") << entry->at("why").at("en");
  }
  const auto one = run("one-thread", {{"repeat", 1}});
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one->at("numbers").at("thread_ids"), 1);
  EXPECT_EQ(one->at("numbers").at("process_ids"), 1);
  EXPECT_EQ(one->at("numbers").at("waits_at_once"), 8);
  EXPECT_GT(one->at("numbers").at("threads.thread_ids"), 1);
  EXPECT_GT(one->at("numbers").at("processes.process_ids"), 1);
  const auto sequence = run("sequential", {{"repeat", 1}});
  ASSERT_TRUE(sequence) << sequence.error().message;
  EXPECT_EQ(sequence->at("numbers").at("overlaps"), 0);
  EXPECT_GT(sequence->at("numbers").at("overlaps_async"), 0);
  const auto race = run("gil-race", {{"repeat", 2}});
  ASSERT_TRUE(race) << race.error().message;
  EXPECT_EQ(race->at("numbers").at("lost_uninterrupted"), 0);
}

TEST(LowLevelExperiments, WhatFollowsFromTimesIsNotRefuted) {
  for (const char* id : {"cores", "spawn-cost", "memory-cost", "blocked-loop"}) {
    const auto entry = run(id, {{"repeat", 6}});
    ASSERT_TRUE(entry) << id << ": " << entry.error().message;
    EXPECT_NE(entry->at("verdict"), "refuted") << entry->at("why").at("en");
    EXPECT_FALSE(entry->at("figures").empty()) << id;
  }
}

TEST(LowLevelExperiments, AStoppedOneSaysSo) {
  for (const char* id :
       {"deadlock", "you-schedule", "await-order", "isolation", "shared-memory", "event-loop", "sequential",
        "one-thread", "cores", "spawn-cost", "memory-cost", "gil-race", "blocked-loop"}) {
    const auto entry = run(id, json::object(), true);
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
  child::Probe question;
  question.add = 5;
  for (const std::int64_t before : {0, 5}) {
    const auto report = coro::block_on(scheduler, child.probe(question));
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
  child::Probe question;
  question.wait_ns = 500'000'000;
  const auto report = coro::block_on(scheduler, child.probe(question));
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find(std::to_string(child.pid())), std::string::npos) << report.error().message;
}

}  // namespace
}  // namespace trilane
