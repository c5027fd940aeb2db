// An engine that is killed, stopped, missing or mad: the front end stays, the job ends with the cause, the next one
// works.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "experiments/run/runner.hpp"
#include "support/engine_log.hpp"
#include "support/environment.hpp"
#include "support/processes.hpp"

namespace trilane {
namespace {

using nlohmann::json;
using protocol::Command;
using test::FrontEnd;
using test::ProgramInstead;

json quick() { return {{"model", "threads"}, {"workload", "sum"}, {"size", 1000}, {"tasks", 4}, {"repeat", 1}}; }
json endless(const char* model) {
  return {{"model", model}, {"workload", "primes"}, {"size", 1'000'000'000},
          {"tasks", 5000},  {"workers", 2},         {"repeat", 1}};
}

pid_t engine_pid() {
  const auto children = test::children_of(getpid());
  EXPECT_EQ(children.size(), 1U);
  return children.empty() ? 0 : children.front();
}

void expect_next_job_works(FrontEnd& front) {
  const int next = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until_ended(next));
  EXPECT_TRUE(front.log().documents.contains(next)) << front.log().errors[next].message;
}

class EngineDies : public ::testing::TestWithParam<int> {};

TEST_P(EngineDies, TheJobFailsWithPidAndSignalAndTheNextOneWorks) {
  FrontEnd front;
  const int job = front.client().submit(Command::run, endless("threads"));
  const int waiting = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until([&] { return front.log().done_tasks[job] > 0; }));
  const pid_t engine = engine_pid();
  kill(engine, GetParam());
  ASSERT_TRUE(front.until_ended(job));
  const std::string message = front.log().errors.at(job).message;
  EXPECT_NE(message.find(std::to_string(engine)), std::string::npos) << message;
  EXPECT_NE(message.find("signal " + std::to_string(GetParam())), std::string::npos) << message;
  ASSERT_TRUE(front.until_ended(waiting));
  EXPECT_TRUE(front.log().documents.contains(waiting)) << "a job that only waited is run by the next engine";
  EXPECT_NE(engine_pid(), engine);
}

INSTANTIATE_TEST_SUITE_P(Signals, EngineDies, ::testing::Values(SIGKILL, SIGSEGV, SIGABRT),
                         [](const auto& signal) { return std::string(sigabbrev_np(signal.param)); });

TEST(EngineDies, ItsChildrenGoWithIt) {
  FrontEnd front;
  const int job = front.client().submit(Command::run, endless("processes"));
  ASSERT_TRUE(front.until([&] { return front.log().done_tasks[job] > 0; }));
  const pid_t engine = engine_pid();
  const auto grandchildren = test::children_of(engine);
  EXPECT_EQ(grandchildren.size(), 2U);
  kill(engine, SIGKILL);
  ASSERT_TRUE(front.until_ended(job));
  for (const pid_t pid : grandchildren) {
    EXPECT_TRUE(test::eventually([&] {
      const char state = test::state_of(pid);
      return state == 0 || state == 'Z';  // a zombie is init's to reap
    })) << "an orphan computes on";
  }
}

TEST(Engine, ThatIgnoresACancelIsKilledAfterTheGrace) {
  FrontEnd front;
  const int job = front.client().submit(Command::run, endless("threads"));
  ASSERT_TRUE(front.until([&] { return front.log().done_tasks[job] > 0; }));
  const pid_t engine = engine_pid();
  kill(engine, SIGSTOP);
  const std::int64_t begin = now_ns();
  front.client().cancel_all();
  ASSERT_TRUE(front.until_ended(job));
  const std::int64_t took_ms = (now_ns() - begin) / 1'000'000;
  EXPECT_EQ(front.log().errors.at(job).message, kCancelled) << "what the user asked for, not a crash";
  EXPECT_GE(took_ms, EngineClient::kCancelGraceMs - 5);
  EXPECT_LT(took_ms, EngineClient::kCancelGraceMs + 3000);
  expect_next_job_works(front);
  EXPECT_NE(engine_pid(), engine);
}

TEST(Engine, ThatCannotStartIsGivenUpWithTheReasonAndTriedAgainOnRequest) {
  FrontEnd front;
  {
    const ProgramInstead missing("/nonexistent/trilane");
    const int job = front.client().submit(Command::run, quick());
    ASSERT_TRUE(front.until([&] { return front.client().state() == EngineState::broken; }));
    ASSERT_TRUE(front.log().ended(job)) << "a job must not wait for ever";
    EXPECT_NE(front.log().errors.at(job).message.find("/nonexistent/trilane"), std::string::npos)
        << front.log().errors.at(job).message;
    const auto starts = std::ranges::count(front.log().states, EngineState::starting);
    EXPECT_LE(starts, 2 * (EngineClient::kMaxRestarts + 1)) << "not for ever";
  }
  expect_next_job_works(front);
}

TEST(Engine, ThatCrashesAtOnceIsNotStartedForEver) {
  const ProgramInstead script("#!/bin/sh\necho no display >&2\nexit 7\n", ProgramInstead::kScript);
  FrontEnd front;
  const int job = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until([&] { return front.client().state() == EngineState::broken; }));
  const std::string message = front.log().errors.at(job).message;
  EXPECT_NE(message.find("code 7"), std::string::npos) << message;
  EXPECT_NE(message.find("no display"), std::string::npos) << message;
}

TEST(Engine, ThatTalksNonsenseIsEndedAndSaidSo) {
  const ProgramInstead script("#!/bin/sh\necho Hello World, this is no frame\nexec sleep 1000\n",
                              ProgramInstead::kScript);
  FrontEnd front;
  const int job = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until([&] { return front.client().state() == EngineState::broken; }));
  EXPECT_NE(front.log().errors.at(job).message.find("cannot be read"), std::string::npos)
      << front.log().errors.at(job).message;
  EXPECT_TRUE(test::eventually([] { return test::children_of(getpid()).empty(); }));
}

// The engine sends frames of the right form with the wrong content.
TEST(Engine, ThatSendsABrokenEventIsEndedAndSaidSo) {
  // A `spans` frame (type 104) with a payload of one byte.
  const ProgramInstead script(
      "#!/bin/sh\nprintf 'TRL\\001\\150\\000\\000\\000\\000\\000\\000\\000\\001\\000\\000\\000x'\nexec sleep 1000\n",
      ProgramInstead::kScript);
  FrontEnd front;
  const int job = front.client().submit(Command::run, quick());
  ASSERT_TRUE(front.until([&] { return front.client().state() == EngineState::broken; }));
  EXPECT_NE(front.log().errors.at(job).message.find("cannot be read"), std::string::npos)
      << front.log().errors.at(job).message;
}

TEST(Engine, ThatDiesWhileIdleIsStartedAnew) {
  FrontEnd front;
  front.client().start();
  ASSERT_TRUE(front.until_ready());
  const pid_t engine = engine_pid();
  kill(engine, SIGKILL);
  ASSERT_TRUE(front.until([&] { return front.log().ready.size() == 2; }));
  EXPECT_TRUE(front.log().errors.empty()) << "no job, so nothing failed";
  expect_next_job_works(front);
}

}  // namespace
}  // namespace trilane
