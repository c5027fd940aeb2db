// Children of the processes model that are killed, stopped, missing or mad.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "base/bytes.hpp"
#include "platform/child_process.hpp"
#include "support/environment.hpp"
#include "support/harness.hpp"
#include "support/processes.hpp"

namespace trilane {
namespace {

using nlohmann::json;
using test::ProgramInstead;

/// About half a second of work on two children.
RunConfig half_second() {
  return test::config_of({{"model", "processes"},
                          {"workload", "sleep"},
                          {"tasks", 60},
                          {"wait_ms", 20},
                          {"workers", 2},
                          {"repeat", 1},
                          {"warmup", 0}});
}

std::uint64_t expected_checksum(RunConfig config) {
  test::Bench bench;
  config.model = "sync";
  config.wait_ms = 0;
  return bench.run(config)->checksum;
}

class ChildDies : public ::testing::TestWithParam<int> {};

// One child dies of a signal in mid-run: its tasks run again elsewhere, the answer is whole, and the run ends with an
// error that says what happened: its times are not only the model's.
TEST_P(ChildDies, ItsTasksAreRunAgainAndTheCauseIsNamed) {
  test::Bench bench;
  test::Recording recording;
  std::atomic<pid_t> victim{0};
  recording.on_first_progress = [&] {
    const auto children = test::children_of(getpid());
    ASSERT_FALSE(children.empty());
    victim = children.front();
    kill(victim, GetParam());
  };
  const RunConfig config = half_second();
  const auto result = bench.run(config, &recording);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->checksum, expected_checksum(config));
  EXPECT_EQ(recording.progress.back(), config.tasks);
  const std::string pid = std::to_string(victim.load());
  const std::string signal = std::to_string(GetParam());
  EXPECT_FALSE(result->valid);
  EXPECT_TRUE(std::ranges::any_of(result->errors,
                                  [&](const Note& note) {
                                    return note.text.en.find(pid) != std::string::npos &&
                                           note.text.en.find("signal " + signal) != std::string::npos;
                                  }))
      << "pid " << pid << " and signal " << signal << " must be told: " << english_lines(result->errors);
  test::expect_no_children();
}

INSTANTIATE_TEST_SUITE_P(Signals, ChildDies, ::testing::Values(SIGKILL, SIGSEGV, SIGABRT, SIGTERM),
                         [](const auto& signal) { return std::string(sigabbrev_np(signal.param)); });

TEST(Children, ThatDieAgainAndAgainFailTheRunWithPidAndSignal) {
  test::Bench bench;
  test::Recording recording;
  recording.on_tick = [] {
    for (const pid_t child : test::children_of(getpid())) kill(child, SIGKILL);
  };
  RunConfig config = half_second();
  config.tasks = 100'000;
  const auto result = bench.run(config, &recording);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("process "), std::string::npos) << result.error().message;
  EXPECT_NE(result.error().message.find("signal 9 (SIGKILL)"), std::string::npos) << result.error().message;
  test::expect_no_children();
  EXPECT_TRUE(bench.run(half_second())) << "the next run is not harmed";
}

// A stopped child says nothing: after ten seconds it counts as hung, is killed and replaced.
TEST(Children, ThatAreStoppedAreReplaced) {
  test::Bench bench;
  test::Recording recording;
  recording.on_first_progress = [] { kill(test::children_of(getpid()).front(), SIGSTOP); };
  const RunConfig config = half_second();
  const auto result = bench.run(config, &recording);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->checksum, expected_checksum(config));
  EXPECT_TRUE(std::ranges::any_of(result->errors, [](const Note& note) {
    const std::string& error = note.text.en;
    return error.find("no sign of life") != std::string::npos;
  })) << english_lines(result->errors);
  test::expect_no_children();
}

TEST(Children, ThatCannotBeStartedAreAnErrorThatNamesTheProgram) {
  const ProgramInstead missing("/nonexistent/trilane");
  test::Bench bench;
  const auto result = bench.run(half_second());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("/nonexistent/trilane"), std::string::npos) << result.error().message;
  EXPECT_NE(result.error().message.find("no such file"), std::string::npos) << result.error().message;
}

TEST(Children, ThatExitAtOnceAreNotStartedForEver) {
  const ProgramInstead script("#!/bin/sh\necho the library is missing >&2\nexit 3\n", ProgramInstead::kScript);
  test::Bench bench;
  const std::int64_t begin = now_ns();
  const auto result = bench.run(half_second());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("code 3"), std::string::npos) << result.error().message;
  EXPECT_NE(result.error().message.find("the library is missing"), std::string::npos)
      << "the child's last words: " << result.error().message;
  EXPECT_LT(now_ns() - begin, 10'000'000'000);
  test::expect_no_children();
}

TEST(Children, ThatTalkNonsenseAreEnded) {
  const ProgramInstead script("#!/bin/sh\necho Segmentation fault, core dumped\nexec sleep 1000\n",
                              ProgramInstead::kScript);
  test::Bench bench;
  const auto result = bench.run(half_second());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("Trilane frames"), std::string::npos) << result.error().message;
  test::expect_no_children();
}

TEST(Children, OfAnotherVersionAreNamed) {
  const ProgramInstead script(
      "#!/bin/sh\nprintf 'TRL\\011\\145\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000'\nexec sleep 1000\n",
      ProgramInstead::kScript);
  test::Bench bench;
  const auto result = bench.run(half_second());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("version 9"), std::string::npos) << result.error().message;
}

TEST(Children, ThatEchoAreEnded) {
  const ProgramInstead echo("#!/bin/sh\nexec cat\n", ProgramInstead::kScript);
  test::Bench bench;
  const auto result = bench.run(half_second());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("process "), std::string::npos) << result.error().message;
  test::expect_no_children();
}

/// Counts what a child says.
class Ear final : public ChildListener {
 public:
  void on_bytes(std::span<const std::byte> bytes) override { heard += bytes.size(); }
  void on_exit(const ChildExit& exit) override { ended = exit; }
  std::size_t heard = 0;
  std::optional<ChildExit> ended;
};

TEST(Children, ThatNeverReadDoNotFillTheMemory) {
  const ProgramInstead script("#!/bin/sh\nexec sleep 1000\n", ProgramInstead::kScript);
  test::Bench bench;
  Ear ear;
  const auto child = ChildProcess::spawn(bench.loop(), ChildRole::worker, ear);
  ASSERT_TRUE(child) << child.error().message;
  const Bytes megabyte(1U << 20);
  std::size_t taken = 0;
  Status status;
  while (taken < 64 && (status = (*child)->send(megabyte))) ++taken;
  ASSERT_FALSE(status) << "64 MiB were queued for a child that does not read";
  EXPECT_LE(taken, ChildProcess::kMaxQueuedBytes / megabyte.size() + 1);
  EXPECT_NE(status.error().message.find("does not read"), std::string::npos) << status.error().message;
  (*child)->kill();
  bench.loop().run_until([&] { return ear.ended.has_value(); });
  EXPECT_EQ(ear.ended->signal, SIGKILL);
  EXPECT_TRUE((*child)->send(megabyte)) << "its end was told, and is not told again";
}

TEST(Children, ThatWereKilledAreToldByTheSignalAlsoToWhoWritesToThemFirst) {
  test::Bench bench;
  Ear ear;
  const auto child = ChildProcess::spawn(bench.loop(), ChildRole::worker, ear);
  ASSERT_TRUE(child) << child.error().message;
  ASSERT_EQ(kill(static_cast<pid_t>((*child)->pid()), SIGKILL), 0);
  // Its end of the pipe is closed when it has ended, which the loop has not heard of yet.
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>((*child)->pid()), &info, WEXITED | WNOWAIT), 0);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE((*child)->send(Bytes(10)));
  bench.loop().run_until([&] { return ear.ended.has_value(); });
  EXPECT_NE(ear.ended->reason.find("signal 9"), std::string::npos) << ear.ended->reason;
  EXPECT_EQ(ear.ended->reason.find("input"), std::string::npos) << ear.ended->reason;
}

TEST(Children, ThatCloseTheirInputAndDoNotEndAreEnded) {
  const ProgramInstead script("#!/bin/sh\nexec <&-\necho closed\nexec sleep 1000\n", ProgramInstead::kScript);
  test::Bench bench;
  Ear ear;
  const auto child = ChildProcess::spawn(bench.loop(), ChildRole::worker, ear);
  ASSERT_TRUE(child) << child.error().message;
  bench.loop().run_until([&] { return ear.heard > 0; });
  EXPECT_TRUE((*child)->send(Bytes(10)));
  bench.loop().run_until([&] { return ear.ended.has_value(); });
  EXPECT_EQ(ear.ended->signal, SIGKILL);
  EXPECT_NE(ear.ended->reason.find("its input was closed, and it did not end"), std::string::npos) << ear.ended->reason;
}

TEST(Children, EndByThemselvesWhenTheirInputEnds) {
  test::Bench bench;
  Ear ear;
  const auto child = ChildProcess::spawn(bench.loop(), ChildRole::worker, ear);
  ASSERT_TRUE(child) << child.error().message;
  (*child)->close_input();
  bench.loop().run_until([&] { return ear.ended.has_value(); });
  EXPECT_TRUE(ear.ended->clean) << ear.ended->reason;
  EXPECT_GT(ear.heard, 0U) << "its first frame was delivered before its end";
}

/// A limit of this process, lowered for a while.
class LoweredLimit {
 public:
  LoweredLimit(__rlimit_resource resource, rlim_t value) : resource_(resource) {
    getrlimit(resource_, &before_);
    const rlimit lower{value, before_.rlim_max};
    setrlimit(resource_, &lower);
  }
  ~LoweredLimit() { setrlimit(resource_, &before_); }
  LoweredLimit(const LoweredLimit&) = delete;
  LoweredLimit& operator=(const LoweredLimit&) = delete;

 private:
  __rlimit_resource resource_;
  rlimit before_{};
};

TEST(Limits, TooManyOpenFilesIsSaidAndHarmsNothing) {
  const auto before = test::Footprint::now();
  {
    test::Bench bench;
    RunConfig config = half_second();
    config.workers = 32;
    {
      const LoweredLimit files(RLIMIT_NOFILE, test::open_files() + 20);
      const auto result = bench.run(config);
      ASSERT_FALSE(result);
      EXPECT_NE(result.error().message.find("too many files open"), std::string::npos) << result.error().message;
      EXPECT_NE(result.error().message.find("fewer workers"), std::string::npos) << "and what to do";
    }
    test::expect_no_children();
    EXPECT_TRUE(bench.run(half_second()));
  }
  test::expect_nothing_left(before);
}

TEST(Limits, ThreadsThatCannotBeMadeAreAnError) {
  test::Bench bench;
  RunConfig config = test::config_of({{"model", "threads"},
                                      {"workload", "sleep"},
                                      {"tasks", 1000},
                                      {"wait_ms", 10},
                                      {"workers", 256},
                                      {"repeat", 1},
                                      {"warmup", 0}});
  {
    // Room for the stacks of a few dozen threads only.
    const LoweredLimit memory(RLIMIT_AS, test::virtual_bytes() + (rlim_t{256} << 20));
    const auto result = bench.run(config);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find("could not be created"), std::string::npos) << result.error().message;
    EXPECT_EQ(result.error().field, "workers");
  }
  EXPECT_TRUE(bench.run(config)) << "works again when there is room";
}

}  // namespace
}  // namespace trilane
