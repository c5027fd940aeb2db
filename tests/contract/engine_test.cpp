// The engine in an address space of its own, through its client: as the window and the page use it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "experiments/run/runner.hpp"
#include "support/engine_log.hpp"
#include "support/processes.hpp"

namespace trilane {
namespace {

using nlohmann::json;
using protocol::Command;
using test::FrontEnd;

json quick(const char* model = "threads") {
  return {{"model", model}, {"workload", "primes"}, {"size", 20'000}, {"tasks", 10}, {"workers", 2}, {"repeat", 2}};
}

json endless(const char* model = "threads") {
  return {{"model", model}, {"workload", "primes"}, {"size", 1'000'000'000},
          {"tasks", 5000},  {"workers", 2},         {"repeat", 1}};
}

TEST(Engine, SaysWhatItCanDoAndRunsAJob) {
  FrontEnd front;
  front.client().start();
  const int job = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until_ended(job));
  ASSERT_EQ(front.log().ready.size(), 1U);
  EXPECT_EQ(front.log().ready[0].host.at("platform"), "native");
  EXPECT_EQ(front.log().ready[0].capabilities.at("threads"), true);
  const json& document = front.log().documents[job];
  EXPECT_EQ(document.at("schema"), "trilane.run/1");
  EXPECT_EQ(document.at("wall_ms").at("samples").size(), 2U);
  EXPECT_EQ(front.log().started[job], 1);
  EXPECT_EQ(front.log().last_started.at("lanes"), 2);
  EXPECT_EQ(front.log().done_tasks[job], 10U);
  EXPECT_GE(front.log().spans[job], 10U);
  EXPECT_EQ(front.client().state(), EngineState::ready);
  EXPECT_EQ(test::children_of(getpid()).size(), 1U) << "one engine, in a process of its own";
}

TEST(Engine, GivesTheSameChecksumForEveryModel) {
  FrontEnd front;
  std::vector<int> jobs;
  for (const Model* model : model_catalog()) {
    jobs.push_back(front.client().submit(Command::run, quick(std::string(model->name()).c_str())));
  }
  ASSERT_TRUE(front.until_ended(jobs.back()));
  for (const int job : jobs) {
    ASSERT_TRUE(front.log().documents.contains(job)) << front.log().errors[job].message;
    EXPECT_EQ(front.log().documents[job].at("checksum"), front.log().documents[jobs[0]].at("checksum"));
  }
}

TEST(Engine, SendsThePictureWhole) {
  FrontEnd front;
  const int job = front.client().submit(
      Command::run,
      {{"model", "processes"}, {"workload", "mandelbrot"}, {"size", 100}, {"tasks", 7}, {"repeat", 1}, {"warmup", 0}});
  ASSERT_TRUE(front.until_ended(job));
  EXPECT_EQ(front.log().last_started.at("picture_side"), 100);
  EXPECT_EQ(front.log().pixels[job], 10'000U);
}

TEST(Engine, RunsASweep) {
  FrontEnd front;
  const int job = front.client().submit(Command::sweep, {{"over", "workers"},
                                                         {"values", {1, 2}},
                                                         {"models", {"sync", "threads"}},
                                                         {"workload", "sum"},
                                                         {"size", 10'000},
                                                         {"repeat", 1}});
  ASSERT_TRUE(front.until_ended(job));
  ASSERT_TRUE(front.log().documents.contains(job)) << front.log().errors[job].message;
  EXPECT_EQ(front.log().documents[job].at("schema"), "trilane.sweep/1");
  EXPECT_EQ(front.log().documents[job].at("runs").size(), 4U);
  ASSERT_EQ(front.log().results[job].size(), 4U) << "each run is told when it is done";
  std::set<std::size_t> told;
  for (const json& result : front.log().results[job]) {
    told.insert(result.at("index").get<std::size_t>());
    EXPECT_EQ(result.at("of"), 4);
  }
  EXPECT_EQ(told, (std::set<std::size_t>{0, 1, 2, 3}));
}

TEST(Engine, TheRepeatsOfARaceAlternate) {
  FrontEnd front;
  json one = quick("sync"), two = quick("threads"), wrong = quick();
  one["repeat"] = two["repeat"] = 4;
  one["warmup"] = two["warmup"] = 1;
  wrong["workers"] = -3;
  const std::vector<int> jobs = front.client().submit_series({one, wrong, two});
  const int next = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until_ended(next));
  EXPECT_EQ(front.log().errors.at(jobs[1]).field, "workers") << "which ends alone";
  for (const int job : {jobs[0], jobs[2]}) {
    ASSERT_TRUE(front.log().documents.contains(job)) << front.log().errors[job].message;
    EXPECT_EQ(front.log().documents[job].at("wall_ms").at("samples").size(), 4U);
    EXPECT_EQ(front.log().started[job], 1);
    EXPECT_EQ(front.log().done_tasks[job], 10U);
    EXPECT_GE(front.log().spans[job], 10U) << "each hears of its own";
  }
  EXPECT_EQ(front.log().documents[jobs[0]].at("model"), "sync");
  // Both are warm before either is measured, and no round begins before the one before it is over.
  std::vector<int> rounds;
  for (const auto& [job, repeat] : front.log().repeats) {
    if (job != next) rounds.push_back(repeat);
  }
  EXPECT_EQ(rounds, (std::vector<int>{-1, -1, 0, 0, 1, 1, 2, 2, 3, 3}));
}

TEST(Engine, StopEndsAllOfARace) {
  FrontEnd front;
  const std::vector<int> jobs = front.client().submit_series({endless("sync"), endless("threads"), endless("async")});
  ASSERT_TRUE(front.until([&] { return front.log().done_tasks.contains(jobs[0]); }));
  front.client().cancel_all();
  ASSERT_TRUE(front.until([&] { return std::ranges::all_of(jobs, [&](int job) { return front.log().ended(job); }); }));
  for (const int job : jobs) EXPECT_EQ(front.log().errors.at(job).message, kCancelled);
  EXPECT_EQ(front.client().state(), EngineState::ready);
}

TEST(Engine, RefusesABadConfigAndLives) {
  FrontEnd front;
  const int bad = front.client().submit(Command::run, {{"model", "threads"}, {"workers", -3}});
  const int worse = front.client().submit(Command::run, "no object");
  const int sweep = front.client().submit(Command::sweep, {{"values", {1}}, {"over", "weather"}});
  const int good = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until_ended(good));
  EXPECT_EQ(front.log().errors.at(bad).field, "workers");
  EXPECT_NE(front.log().errors.at(bad).message.find("-3"), std::string::npos);
  EXPECT_TRUE(front.log().errors.contains(worse));
  EXPECT_EQ(front.log().errors.at(sweep).field, "over");
  EXPECT_TRUE(front.log().documents.contains(good));
  EXPECT_EQ(front.log().ready.size(), 1U) << "the same engine all the time";
}

TEST(Engine, AsksTheReaderAndTakesOnlyAnswersToTheJobThatRuns) {
  FrontEnd front;
  const int job =
      front.client().submit(Command::lab, {{"id", "you-schedule"}, {"options", {{"live", true}, {"repeat", 2}}}});
  const auto& asked = front.log().asked[job];
  ASSERT_TRUE(front.until([&] { return asked.size() == 1; }));
  EXPECT_EQ(asked[0].at("schedule").at("text"), "");
  // What is no answer changes nothing, and the question is put again.
  const std::vector<json> answers = {{{"do", "A"}}, "B",           nullptr,         {{"do", 7}},
                                     {{"do", "C"}}, {{"do", "B"}}, {{"do", "undo"}}};
  const std::vector<std::string> after = {"A", "A", "A", "A", "A", "AB", "A"};
  for (std::size_t i = 0; i < answers.size(); ++i) {
    front.client().answer_lab(job + 1, {{"do", "done"}});  // to nobody
    front.client().answer_lab(job, answers[i]);
    ASSERT_TRUE(front.until([&] { return asked.size() == i + 2; }));
    EXPECT_EQ(asked[i + 1].at("schedule").at("text"), after[i]) << answers[i].dump();
  }
  front.client().answer_lab(job, {{"do", "done"}});
  ASSERT_TRUE(front.until_ended(job));
  ASSERT_TRUE(front.log().documents.contains(job)) << front.log().errors[job].message;
  EXPECT_EQ(front.log().documents[job].at("experiments")[0].at("details").at("schedule").at("text"), "A");
  front.client().answer_lab(job, {{"do", "A"}});  // too late: nothing happens
  const int next = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until_ended(next));
  EXPECT_EQ(front.log().ready.size(), 1U) << "the same engine all the time";
}

TEST(Engine, AQuestionThatWaitsIsEndedByStop) {
  FrontEnd front;
  const int job = front.client().submit(Command::lab, {{"id", "you-schedule"}, {"options", {{"live", true}}}});
  ASSERT_TRUE(front.until([&] { return front.log().asked[job].size() == 1; }));
  front.client().cancel_all();
  ASSERT_TRUE(front.until_ended(job));
  EXPECT_EQ(front.log().errors.at(job).message, kCancelled);
  EXPECT_EQ(front.log().ready.size(), 1U) << "it obeyed: no need to kill it";
}

class EngineCancel : public ::testing::TestWithParam<const char*> {};

TEST_P(EngineCancel, EndsTheJobAndKeepsTheEngine) {
  FrontEnd front;
  const int job = front.client().submit(Command::run, endless(GetParam()));
  const int queued = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until([&] { return front.log().started[job] == 1 && front.log().done_tasks.contains(job); }));
  const std::int64_t begin = now_ns();
  front.client().cancel_all();
  ASSERT_TRUE(front.until_ended(job));
  EXPECT_LT(now_ns() - begin, 5'000'000'000);
  EXPECT_EQ(front.log().errors.at(job).message, kCancelled);
  EXPECT_EQ(front.log().errors.at(queued).message, kCancelled) << "what waited is dropped";
  const int next = front.client().submit(Command::run, quick(GetParam()));
  ASSERT_TRUE(front.until_ended(next));
  EXPECT_TRUE(front.log().documents.contains(next));
  EXPECT_EQ(front.log().ready.size(), 1U) << "it obeyed: no need to kill it";
}

INSTANTIATE_TEST_SUITE_P(Models, EngineCancel, ::testing::Values("sync", "threads", "processes", "async"),
                         [](const auto& model) { return std::string(model.param); });

TEST(Engine, CancelWithoutAJobDoesNothing) {
  FrontEnd front;
  front.client().start();
  ASSERT_TRUE(front.until_ready());
  front.client().cancel_all();
  const int job = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until_ended(job));
  EXPECT_TRUE(front.log().documents.contains(job)) << "an old cancel must not stop a later job";
}

TEST(Engine, EndsWithItsClientAndLeavesNothing) {
  const auto before = test::Footprint::now();
  for (int i = 0; i < 5; ++i) {
    FrontEnd front;
    const int job = front.client().submit(Command::run, endless("processes"));
    ASSERT_TRUE(front.until([&] { return front.log().done_tasks[job] > 0; }));
  }  // in the midst of a run
  EXPECT_TRUE(test::eventually([] { return test::children_of(getpid()).empty(); }));
  test::expect_nothing_left(before);
}

}  // namespace
}  // namespace trilane
