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

/// A timer that knows what was asked of it.
struct Timer : TimerNode {
  std::int64_t deadline_ns = 0;
};

std::vector<Timer*> taken(TimerNode* list) {
  std::vector<Timer*> timers;
  for (; list != nullptr; list = list->next) timers.push_back(static_cast<Timer*>(list));
  return timers;
}

TEST(TimerWheel, FiresAtTheFirstTickAtOrAfterItsDeadline) {
  for (const std::int64_t deadline :
       {std::int64_t{1}, kMs - 1, kMs, kMs + 1, 1023 * kMs, 1024 * kMs, 1024 * kMs + 1, 1025 * kMs, 1'000'000 * kMs,
        (std::int64_t{1} << 20) * kMs, (std::int64_t{1} << 20) * kMs - 1}) {
    TimerWheel wheel(0);
    Timer timer;
    wheel.insert(timer, deadline);
    const std::int64_t tick = (deadline + kMs - 1) / kMs * kMs;
    EXPECT_EQ(wheel.expire(tick - 1), nullptr) << "early: " << deadline;
    EXPECT_EQ(wheel.expire(tick), &timer) << "late: " << deadline;
    EXPECT_TRUE(wheel.empty());
  }
}

TEST(TimerWheel, ADeadlineInThePastFiresAtTheNextTick) {
  TimerWheel wheel(0);
  wheel.expire(50 * kMs);
  Timer timer;
  wheel.insert(timer, 3 * kMs);
  EXPECT_EQ(wheel.expire(51 * kMs), &timer);
}

TEST(TimerWheel, DelaysOfMonthsWait) {
  // Beyond the reach of the outermost wheel: parked in its last slot and put in again.
  constexpr std::int64_t kDayMs = 24 * 3600 * 1000;
  TimerWheel wheel(0);
  Timer soon, late;
  wheel.insert(late, 14 * kDayMs * kMs);
  wheel.insert(soon, 13 * kDayMs * kMs);
  std::vector<Timer*> fired;
  std::int64_t now = 0;
  for (int step = 0; !wheel.empty() && step < 100'000'000; ++step) {
    now = std::max(now + 1, wheel.next_deadline_ns());
    for (Timer* timer : taken(wheel.expire(now))) {
      EXPECT_EQ(now, timer == &soon ? 13 * kDayMs * kMs : 14 * kDayMs * kMs);
      fired.push_back(timer);
    }
  }
  EXPECT_EQ(fired, (std::vector<Timer*>{&soon, &late}));
}

TEST(TimerWheel, TakeAllLeavesNothing) {
  TimerWheel wheel(0);
  std::deque<Timer> timers(3000);
  Random random(5);
  for (auto& timer : timers) wheel.insert(timer, static_cast<std::int64_t>(random.next() % (5'000'000 * kMs)));
  auto all = taken(wheel.take_all());
  EXPECT_EQ(all.size(), timers.size());
  std::ranges::sort(all);
  EXPECT_TRUE(std::ranges::unique(all).empty()) << "a timer came twice";
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(wheel.expire(6'000'000 * kMs), nullptr);
  // It still works afterwards.
  Timer again;
  wheel.insert(again, 6'000'001 * kMs);
  EXPECT_EQ(wheel.expire(6'000'001 * kMs), &again);
}

TEST(TimerWheel, SleepersOfOneTickWakeInTheOrderInWhichTheyWentToSleep) {
  for (const std::int64_t deadline : {5 * kMs, 5000 * kMs}) {  // one level, and two
    TimerWheel wheel(0);
    std::deque<Timer> timers(50);
    std::vector<Timer*> order;
    for (auto& timer : timers) {
      wheel.insert(timer, deadline);
      order.push_back(&timer);
    }
    EXPECT_EQ(taken(wheel.expire(deadline)), order) << deadline / kMs << " ms";
  }
}

struct Mix {
  const char* name;
  std::int64_t longest_delay_ms;
  std::int64_t longest_step_ms;
};

class TimerWheelAgainstReference : public ::testing::TestWithParam<Mix> {};

// Random inserts and steps of time against a sorted map: never early, at most one tick late, all of them, in order of
// ticks; and next_deadline_ns() never lies beyond the earliest timer.
TEST_P(TimerWheelAgainstReference, AgreesOnEveryStep) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    const auto below = [&](std::int64_t limit) {
      return static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(limit));
    };
    const std::int64_t origin = below(1'000'000'000'000);
    std::int64_t now = origin;
    TimerWheel wheel(origin);
    std::deque<Timer> timers;
    std::multimap<std::int64_t, Timer*> reference;
    for (int step = 0; step < 400; ++step) {
      for (std::int64_t i = below(6); i > 0; --i) {
        // Cubed: many short delays, a few long ones, as real ones are.
        const double share = random.unit();
        Timer& timer = timers.emplace_back();
        timer.deadline_ns =
            now + static_cast<std::int64_t>(share * share * share * static_cast<double>(GetParam().longest_delay_ms) *
                                            static_cast<double>(kMs));
        wheel.insert(timer, timer.deadline_ns);
        reference.emplace(timer.deadline_ns, &timer);
      }
      ASSERT_EQ(wheel.size(), reference.size());
      if (!wheel.empty()) {
        ASSERT_LE(wheel.next_deadline_ns(), reference.begin()->first + kMs) << "would sleep past a timer";
      }
      // Half of the steps as a loop makes them, half at random (a loop that was blocked).
      if (!wheel.empty() && random.next() % 2 == 0) {
        now = std::max(now, wheel.next_deadline_ns());
      } else {
        now += below(GetParam().longest_step_ms * kMs);
      }
      std::int64_t last_tick = 0;
      for (Timer* timer : taken(wheel.expire(now))) {
        ASSERT_LE(timer->deadline_ns, now) << "fired early";
        ASSERT_GE(timer->tick, last_tick) << "out of order";
        last_tick = timer->tick;
        const auto range = reference.equal_range(timer->deadline_ns);
        const auto found = std::find_if(range.first, range.second, [&](auto& entry) { return entry.second == timer; });
        ASSERT_NE(found, range.second) << "fired twice";
        reference.erase(found);
      }
      if (!reference.empty()) {
        ASSERT_GT(reference.begin()->first, now - kMs) << "more than a tick late";
      }
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
