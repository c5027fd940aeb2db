#include "coro/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

#include "base/random.hpp"

namespace trilane::coro {
namespace {

constexpr std::int64_t kMs = 1'000'000;

using Timer = TimerNode;

std::vector<Timer*> expired(TimerWheel& wheel, std::int64_t now) {
  TimerList due;
  wheel.expire(now, due);
  std::vector<Timer*> timers;
  while (!due.empty()) timers.push_back(&due.pop_front());
  return timers;
}

bool empty(const TimerWheel& wheel) { return wheel.next_deadline_ns() == TimerWheel::kNever; }

TEST(TimerWheel, FiresAtItsDeadlineToTheNanosecond) {
  for (const std::int64_t deadline :
       {std::int64_t{1}, kMs - 1, kMs, kMs + 1, 63 * kMs, 64 * kMs, (std::int64_t{1} << 20),
        (std::int64_t{1} << 20) - 1, (std::int64_t{1} << 26) - 1, std::int64_t{1} << 26, (std::int64_t{1} << 26) + 1,
        1023 * kMs, (std::int64_t{1} << 38) - 1, std::int64_t{1} << 38, std::int64_t{1} << 62}) {
    TimerWheel wheel(0);
    Timer timer;
    wheel.insert(timer, deadline);
    EXPECT_EQ(wheel.next_deadline_ns(), deadline);
    EXPECT_TRUE(expired(wheel, deadline - 1).empty()) << "early: " << deadline;
    EXPECT_EQ(wheel.next_deadline_ns(), deadline);
    EXPECT_EQ(expired(wheel, deadline), (std::vector{&timer})) << "late: " << deadline;
    EXPECT_TRUE(empty(wheel));
  }
}

TEST(TimerWheel, ADeadlineInThePastFiresAtOnce) {
  TimerWheel wheel(0);
  expired(wheel, 50 * kMs);
  Timer timer;
  wheel.insert(timer, 3 * kMs);
  EXPECT_LE(wheel.next_deadline_ns(), 50 * kMs);
  EXPECT_EQ(expired(wheel, 50 * kMs), (std::vector{&timer}));
}

TEST(TimerWheel, WhatIsDestroyedOrUnlinkedDoesNotFire) {
  TimerWheel wheel(0);
  Timer stays, leaves;
  {
    Timer dies;
    wheel.insert(dies, 10 * kMs);
    wheel.insert(stays, 10 * kMs);
    wheel.insert(leaves, 500 * kMs);
  }
  leaves.unlink();
  EXPECT_EQ(expired(wheel, 1000 * kMs), (std::vector{&stays}));
  EXPECT_TRUE(empty(wheel));
}

TEST(TimerWheel, VisitsEveryTimer) {
  TimerWheel wheel(0);
  std::deque<Timer> timers(3000);
  Random random(5);
  for (auto& timer : timers) wheel.insert(timer, static_cast<std::int64_t>(random.next() % (5'000'000 * kMs)));
  std::size_t visited = 0;
  wheel.for_each([&](TimerNode& node) {
    ++visited;
    node.unlink();
  });
  EXPECT_EQ(visited, timers.size());
  EXPECT_TRUE(expired(wheel, 6'000'000 * kMs).empty());
  // It still works afterwards.
  Timer again;
  wheel.insert(again, 6'000'001 * kMs);
  EXPECT_EQ(expired(wheel, 6'000'001 * kMs), (std::vector{&again}));
}

TEST(TimerWheel, EqualDeadlinesFireInOrderOfInsertionAcrossLevels) {
  for (const std::int64_t deadline : {5 * kMs, 5000 * kMs, 5'000'000 * kMs}) {
    TimerWheel wheel(0);
    std::deque<Timer> timers(60);
    std::vector<Timer*> order;
    // Each goes in nearer to the deadline than the one before: into ever finer levels.
    std::int64_t left = deadline;
    for (auto& timer : timers) {
      EXPECT_TRUE(expired(wheel, deadline - left).empty());
      wheel.insert(timer, deadline);
      order.push_back(&timer);
      left = left * 4 / 5;
    }
    EXPECT_EQ(expired(wheel, deadline), order) << deadline / kMs << " ms";
  }
}

TEST(TimerWheel, DeadlinesWithinOneTickFireInTheirOrder) {
  TimerWheel wheel(0);
  std::deque<Timer> timers(100);
  std::vector<Timer*> order;
  for (std::size_t i = 0; i < timers.size(); ++i) {
    wheel.insert(timers[i], 300 * kMs - static_cast<std::int64_t>(i));  // the later put in, the earlier due
    order.insert(order.begin(), &timers[i]);
  }
  EXPECT_EQ(expired(wheel, 300 * kMs), order);
}

struct Mix {
  const char* name;
  std::int64_t longest_delay_ms;
  std::int64_t longest_step_ms;
};

class TimerWheelAgainstReference : public ::testing::TestWithParam<Mix> {};

// Random inserts, removals and steps of time against a sorted map: neither early nor late, all of them, in order of
// deadlines and of insertion; and next_deadline_ns() is the earliest, or before it where something was removed.
TEST_P(TimerWheelAgainstReference, AgreesOnEveryStep) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    const auto below = [&](std::int64_t limit) {
      return static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(limit));
    };
    std::int64_t now = below(1'000'000'000'000);
    const bool removes = seed % 2 == 0;
    TimerWheel wheel(now);
    std::deque<Timer> timers;
    std::multimap<std::int64_t, Timer*> reference;  // equal ones stay in order of insertion
    for (int step = 0; step < 400; ++step) {
      for (std::int64_t i = below(6); i > 0; --i) {
        // Cubed: many short delays, a few long ones, as real ones are.
        const double share = random.unit();
        Timer& timer = timers.emplace_back();
        const auto delay = static_cast<std::int64_t>(
            share * share * share * static_cast<double>(GetParam().longest_delay_ms) * static_cast<double>(kMs));
        // Half of them on few different instants, so that many are equal.
        const std::int64_t deadline = random.next() % 2 == 0 ? now + delay : (now + delay) / (20 * kMs) * 20 * kMs;
        wheel.insert(timer, deadline);
        reference.emplace(deadline, &timer);
      }
      if (removes && !reference.empty() && random.next() % 4 == 0) {
        const auto gone = std::next(reference.begin(), below(static_cast<std::int64_t>(reference.size())));
        gone->second->unlink();
        reference.erase(gone);
      }
      const std::int64_t earliest = reference.empty() ? TimerWheel::kNever : reference.begin()->first;
      if (removes) {
        ASSERT_LE(wheel.next_deadline_ns(), earliest) << "would sleep past a timer";
      } else {
        ASSERT_EQ(wheel.next_deadline_ns(), earliest);
      }
      // Half of the steps as a loop makes them, half at random (a loop that was blocked).
      if (!empty(wheel) && random.next() % 2 == 0) {
        now = std::max(now, wheel.next_deadline_ns());
      } else {
        now += below(GetParam().longest_step_ms * kMs);
      }
      std::vector<Timer*> due;
      while (!reference.empty() && reference.begin()->first <= now) {
        due.push_back(reference.begin()->second);
        reference.erase(reference.begin());
      }
      ASSERT_EQ(expired(wheel, now), due);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Mixes, TimerWheelAgainstReference,
                         ::testing::Values(Mix{"milliseconds", 40, 5}, Mix{"seconds", 4'000, 700},
                                           Mix{"minutes", 3'000'000, 30'000}, Mix{"days", 2'000'000'000, 1'000'000},
                                           Mix{"blocked", 1'500, 60'000}),
                         [](const auto& mix) { return mix.param.name; });

}  // namespace
}  // namespace trilane::coro
