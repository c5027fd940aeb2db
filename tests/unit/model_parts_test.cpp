// The pieces that models are built of: task queue, chunk sizer, GIL, shared counter.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "models/gil.hpp"
#include "models/model.hpp"
#include "models/shared_counter.hpp"
#include "models/task_queue.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

TEST(TaskQueue, HandsOutEveryTaskExactlyOnceToManyThreads) {
  constexpr std::uint32_t kTasks = 50'000;
  constexpr std::uint32_t kWorkers = 4;
  TaskQueue queue(kTasks, kWorkers);
  std::vector<std::vector<Range>> taken(kWorkers);
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < kWorkers; ++i) {
    threads.emplace_back([&, i] {
      for (std::uint64_t wanted = 1;; wanted = wanted % 200 + 7) {
        const Range range = queue.take(wanted);
        if (range.first == range.last) break;
        taken[i].push_back(range);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<int> times(kTasks);
  for (const auto& ranges : taken) {
    for (const Range& range : ranges) {
      for (std::uint64_t task = range.first; task < range.last; ++task) ++times[task];
    }
  }
  EXPECT_TRUE(std::ranges::all_of(times, [](int n) { return n == 1; }));
  EXPECT_EQ(queue.take(10).first, queue.take(10).last) << "stays empty";
}

TEST(TaskQueue, LeavesNobodyAloneWithALongTail) {
  TaskQueue queue(100, 2);
  const Range first = queue.take(1000);
  EXPECT_LE(first.last - first.first, 13U) << "a quarter of an even share at most";
  std::uint64_t last_size = 0;
  for (Range range = queue.take(1000); range.first != range.last; range = queue.take(1000)) {
    last_size = range.last - range.first;
  }
  EXPECT_EQ(last_size, 1U) << "one by one at the end";
}

TEST(ChunkSizer, GrowsStepByStepForShortTasksAndStaysOneForLongOnes) {
  ChunkSizer short_tasks(10'000, 256);
  std::uint64_t before = short_tasks.size();
  EXPECT_EQ(before, 1U);
  for (int i = 0; i < 10; ++i) {
    short_tasks.took(static_cast<std::int64_t>(short_tasks.size()) * 10, short_tasks.size());
    EXPECT_LE(short_tasks.size(), before * 4);
    before = short_tasks.size();
  }
  EXPECT_EQ(short_tasks.size(), 256U) << "the most allowed";
  short_tasks.took(256 * 1'000'000, 256);
  EXPECT_EQ(short_tasks.size(), 1U) << "back at once when tasks turn long";
  ChunkSizer no_time(10'000, 64);
  no_time.took(0, 1);  // a clock too coarse to see the task
  EXPECT_EQ(no_time.size(), 4U);
}

TEST(Gil, LetsOneThreadInAtATime) {
  Gil gil(0.05);
  int inside = 0;
  std::uint64_t turns = 0;  // both guarded by the lock under test: TSan would see it fail
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 500; ++round) {
        gil.acquire();
        EXPECT_EQ(++inside, 1);
        ++turns;
        --inside;
        if (gil.drop_requested()) gil.yield();
        EXPECT_EQ(++inside, 1) << "after yield() it is ours again";
        --inside;
        gil.release();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(turns, 2000U);
}

// A thread that never waits must hand over when asked, to somebody else, and within about the interval.
TEST(Gil, AnsweringARequestLetsTheOtherRun) {
  Gil gil(1);
  std::atomic<bool> other_ran{false};
  gil.acquire();
  std::thread other([&] {
    gil.acquire();
    other_ran = true;
    gil.release();
  });
  while (!gil.drop_requested()) std::this_thread::yield();
  EXPECT_FALSE(other_ran) << "it asks; it does not take";
  gil.yield();
  EXPECT_TRUE(other_ran) << "yield() waits until the other has really had it";
  gil.release();
  other.join();
}

TEST(Gil, IsNotAskedForWhenNobodyWaits) {
  Gil gil(0.01);
  gil.acquire();
  EXPECT_FALSE(gil.drop_requested());
  gil.yield();  // does nothing
  gil.release();
  gil.acquire();
  gil.release();
}

TEST(SharedCounter, OnlySplitCanLoseUpdates) {
  constexpr std::uint64_t kEach = 20'000;
  for (const CounterMode mode : {CounterMode::split, CounterMode::mutex, CounterMode::atomic, CounterMode::local}) {
    SharedCounter counter(mode, 3);
    std::vector<std::thread> threads;
    for (std::size_t lane = 0; lane < 3; ++lane)
      threads.emplace_back([&, lane] { counter.add(kEach, lane, [](std::int64_t, std::int64_t) {}); });
    for (auto& thread : threads) thread.join();
    if (mode == CounterMode::split) {
      EXPECT_GE(counter.value(), kEach / 10);
      EXPECT_LE(counter.value(), 3 * kEach);
    } else {
      EXPECT_EQ(counter.value(), 3 * kEach);
    }
  }
}

TEST(SharedCounter, TellsWhenEachWaitForTheMutexWas) {
  SharedCounter counter(CounterMode::mutex, 2);
  // Both threads in one stretch of time: each wait lies within it, and one thread's follow each other.
  const std::int64_t begin = now_ns();
  std::vector<std::thread> threads;
  for (std::size_t lane = 0; lane < 2; ++lane) {
    threads.emplace_back([&, lane, last = begin]() mutable {
      counter.add(300'000, lane, [&last](std::int64_t from, std::int64_t to) {
        EXPECT_GE(from, last);
        EXPECT_GE(to, from);
        EXPECT_LE(to, now_ns());
        last = to;
      });
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 600'000U);
}

TEST(LoopLag, KeepsEverySampleInBoundedMemory) {
  LoopLag lag(1000);
  constexpr std::int64_t kEveryNs = 5'000'000;
  for (std::int64_t i = 0; i < 1'000'000; ++i) lag.add(1000 + i * kEveryNs, i == 700'000 ? 900'000'000 : 1'000);
  EXPECT_EQ(lag.all().count(), 1'000'000U);
  EXPECT_EQ(lag.all().max_ns(), 900'000'000);
  ASSERT_LE(lag.max_ms().size(), 240U);
  const auto at = static_cast<std::size_t>(700'000 * 5.0 / lag.slot_ms());
  EXPECT_EQ(lag.max_ms().at(at), 900) << "the greatest of a stretch stays in its stretch";
  EXPECT_LT(lag.max_ms().at(at - 1), 1);
  EXPECT_GE(lag.slot_ms() * static_cast<double>(lag.max_ms().size()), 1'000'000 * 5.0);
}

TEST(SharedCounter, CountsExactlyOnOneThreadInEveryMode) {
  for (const CounterMode mode : {CounterMode::split, CounterMode::mutex, CounterMode::atomic, CounterMode::local}) {
    SharedCounter counter(mode, 1);
    const auto no_wait = [](std::int64_t, std::int64_t) { ADD_FAILURE() << "nobody else is there"; };
    counter.add(1000, 0, no_wait);
    counter.add(0, 0, no_wait);
    EXPECT_EQ(counter.value(), 1000U);
  }
}

}  // namespace
}  // namespace trilane
