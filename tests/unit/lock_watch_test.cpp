// The wait-for graph, the watchdog over real threads, and the schedules held by a gate.
#include "experiments/probes/lock_watch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "experiments/probes/global_probe.hpp"
#include "experiments/probes/hand_over.hpp"
#include "experiments/probes/interleavings.hpp"
#include "experiments/probes/step_gate.hpp"
#include "experiments/probes/transfers.hpp"

namespace trilane {
namespace {

constexpr std::size_t kNone = LockWatch::kNone;
using Indices = std::vector<std::size_t>;

TEST(WaitCycle, IsFoundAmongThreadsThatOnlyWaitForIt) {
  // 0 waits for what 1 holds; 1 and 2 wait for each other.
  const auto cycle = find_wait_cycle(Indices{1, 2}, Indices{0, 1, 0});
  ASSERT_TRUE(cycle);
  EXPECT_EQ(*cycle, (std::vector<WaitFor>{{1, 1, 2}, {2, 0, 1}}));
}

TEST(WaitCycle, OfThreeIsToldWhole) {
  const auto cycle = find_wait_cycle(Indices{0, 1, 2}, Indices{1, 2, 0});
  ASSERT_TRUE(cycle);
  EXPECT_EQ(*cycle, (std::vector<WaitFor>{{0, 1, 1}, {1, 2, 2}, {2, 0, 0}}));
}

TEST(WaitCycle, AChainIsNone) {
  EXPECT_FALSE(find_wait_cycle(Indices{0, 1}, Indices{kNone, 0, 1}));
  EXPECT_FALSE(find_wait_cycle(Indices{kNone, kNone}, Indices{kNone, kNone}));
  // A lock that has just become free: who waited for it will get it.
  EXPECT_FALSE(find_wait_cycle(Indices{kNone, 0}, Indices{0, 1}));
}

TEST(LockWatch, RefusesOneOfADeadlockAndTheOtherGoesOn) {
  LockWatch locks(2, 2);
  ASSERT_EQ(locks.lock(0, 0), LockWatch::Got::lock);
  ASSERT_EQ(locks.lock(1, 1), LockWatch::Got::lock);
  EXPECT_FALSE(locks.look());
  LockWatch::Got got[2] = {};
  std::thread threads[2];
  for (std::size_t self = 0; self < 2; ++self) {
    threads[self] = std::thread([&, self] {
      got[self] = locks.lock(self, 1 - self);
      if (got[self] == LockWatch::Got::lock) locks.unlock(self, 1 - self);
      locks.unlock(self, self);
    });
  }
  std::optional<Deadlock> found;
  while (!found) found = locks.look();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found->cycle, (std::vector<WaitFor>{{0, 1, 1}, {1, 0, 0}}));
  EXPECT_EQ(got[found->victim], LockWatch::Got::refused);
  EXPECT_EQ(got[1 - found->victim], LockWatch::Got::lock);
  EXPECT_FALSE(locks.look());
}

TEST(LockWatch, StopEndsAWait) {
  LockWatch locks(2, 1);
  ASSERT_EQ(locks.lock(0, 0), LockWatch::Got::lock);
  LockWatch::Got got = LockWatch::Got::lock;
  std::thread waiter([&] { got = locks.lock(1, 0); });
  locks.stop();
  waiter.join();
  EXPECT_EQ(got, LockWatch::Got::stopped);
  EXPECT_FALSE(locks.try_lock(1, 0));
}

TEST(Transfers, RemediesNeverDeadlockAndKeepTheBalance) {
  const CancelToken never;
  for (const Remedy remedy : {Remedy::ordered, Remedy::try_lock, Remedy::messages}) {
    const auto run = run_transfers(remedy, 5, never);
    ASSERT_TRUE(run);
    EXPECT_EQ(run->deadlocks, 0U);
    EXPECT_EQ(run->done, 10U);
    EXPECT_TRUE(run->balanced);
  }
}

TEST(Transfers, InOppositeOrderEveryMeetingIsADeadlockAndAllAreMadeInTheEnd) {
  const CancelToken never;
  const auto run = run_transfers(Remedy::none, 5, never);
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->deadlocks, 5U);
  EXPECT_EQ(run->done, 10U);
  EXPECT_TRUE(run->balanced);
  EXPECT_EQ(run->retries, 5U);
  ASSERT_TRUE(run->example);
  EXPECT_EQ(run->example->cycle, (std::vector<WaitFor>{{0, 1, 1}, {1, 0, 0}}));
  EXPECT_GT(run->longest_search_ms, 0);
}

TEST(Transfers, AStoppedRunEnds) {
  CancelToken stopped;
  stopped.request();
  const auto run = run_transfers(Remedy::none, 1'000'000, stopped);
  ASSERT_TRUE(run);
  EXPECT_LT(run->done, run->wanted);
}

TEST(StepGate, WhoHasLeftMakesNoStep) {
  StepGate gate(1);
  std::thread held([&] {
    EXPECT_TRUE(gate.arrive(0));
    gate.leave(0);
  });
  EXPECT_TRUE(gate.step(0, 5'000'000'000));
  EXPECT_FALSE(gate.step(0, 5'000'000'000));
  held.join();
}

TEST(StepGate, WhoHasDepartedMayComeBack) {
  StepGate gate(1);
  std::thread held([&] {
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(gate.arrive(0));
      gate.depart(0);
    }
  });
  EXPECT_TRUE(gate.step(0, 5'000'000'000));
  EXPECT_TRUE(gate.step(0, 5'000'000'000));
  held.join();
  EXPECT_FALSE(gate.step(0, 1)) << "it does not come any more";
}

TEST(StepGate, ClosingSendsTheHeldHome) {
  StepGate gate(1);
  bool went_on = true;
  std::thread held([&] { went_on = gate.arrive(0); });
  gate.close();
  held.join();
  EXPECT_FALSE(went_on);
}

TEST(Interleavings, AreTwentyAndOnlyTwoKeepBothUpdates) {
  const CancelToken never;
  const auto all = all_interleavings();
  ASSERT_EQ(all.size(), 20U);
  std::vector<std::string> correct;
  for (const std::string& schedule : all) {
    const auto states = run_schedule(schedule, never);
    ASSERT_TRUE(states);
    ASSERT_EQ(states->size(), 6U);
    if (states->back().shared == 2) correct.push_back(schedule);
  }
  EXPECT_EQ(correct, (std::vector<std::string>{"AAABBB", "BBBAAA"}));
}

TEST(Interleavings, APrefixTellsEveryStateAndSendsTheThreadsHome) {
  const CancelToken never;
  const auto states = run_schedule("ABAA", never);
  ASSERT_TRUE(states);
  ASSERT_EQ(states->size(), 4U);
  const IncrementState& last = states->back();
  EXPECT_EQ(last.thread, 'A');
  EXPECT_EQ(kIncrementSteps[last.step], "store");
  EXPECT_EQ(last.shared, 1);
  EXPECT_EQ(last.registers[1], 0);
  EXPECT_EQ(last.made[0], 3);
  EXPECT_EQ(last.made[1], 1);
}

TEST(Interleavings, WrongSchedulesNameTheField) {
  const CancelToken never;
  for (const char* wrong : {"AAAA", "ABC", "a", "ABABABB"}) {
    const auto states = run_schedule(wrong, never);
    ASSERT_FALSE(states) << wrong;
    EXPECT_EQ(states.error().field, "schedule");
  }
}

TEST(Interleavings, RunningFreeGivesOneOrTwo) {
  const CancelToken never;
  const auto finals = run_free(200, never);
  ASSERT_TRUE(finals);
  std::uint64_t rounds = 0;
  for (const auto& [value, count] : *finals) {
    EXPECT_TRUE(value == 1 || value == 2) << value;
    rounds += count;
  }
  EXPECT_GE(rounds, 1U);
  EXPECT_LE(rounds, 200U);
}

TEST(HandOver, EveryReaderSeesTheWritersBytesWhereTheyLie) {
  const CancelToken never;
  for (const ReadPart part : {ReadPart::ends, ReadPart::every}) {
    const auto over = hand_over(100'000, 3, 5, part, never);
    ASSERT_TRUE(over);
    EXPECT_EQ(over->lost, 0U);
    EXPECT_EQ(over->addresses.size(), 1U);
    EXPECT_EQ(over->thread_ids.size(), 4U) << "three readers and the writer";
    EXPECT_EQ(over->process_ids.size(), 1U);
    EXPECT_EQ(over->round_trips_ns.size(), 5U);
  }
}

TEST(HandOver, AStoppedOneSaysSo) {
  CancelToken stopped;
  stopped.request();
  const auto over = hand_over(64, 1, 5, ReadPart::ends, stopped);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().message, "stopped");
}

TEST(GlobalProbe, AThreadsWriteIsSeen) {
  set_global(100);
  GlobalReport report;
  std::thread([&] { report = add_to_global(7); }).join();
  EXPECT_EQ(report.before, 100);
  EXPECT_EQ(report.after, 107);
  EXPECT_EQ(read_global(), 107);
  EXPECT_EQ(report.address, add_to_global(0).address);
}

}  // namespace
}  // namespace trilane
