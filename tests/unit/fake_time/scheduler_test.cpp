#include "coro/scope.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fake_platform.hpp"

namespace trilane::coro {
namespace {

constexpr std::int64_t kMs = 1'000'000;

class SchedulerTest : public ::testing::Test {
 protected:
  // The first member: the scheduler's wheel counts from the time at which it is made.
  const std::int64_t origin_ = fake::now = 1'000 * kMs;
  fake::Loop loop_;
  Scheduler scheduler_{loop_};
  std::vector<std::string> log_;
};

TEST_F(SchedulerTest, ReadyCoroutinesRunInTheOrderInWhichTheyBecameReady) {
  const auto speak = [](Scheduler& scheduler, std::vector<std::string>& log, std::string name) -> Detached {
    co_await scheduler.yield();
    log.push_back(name + "1");
    co_await scheduler.yield();
    log.push_back(name + "2");
  };
  for (const char* name : {"a", "b", "c"}) speak(scheduler_, log_, name);
  EXPECT_TRUE(log_.empty()) << "yield() suspends";
  EXPECT_EQ(loop_.turn(), fake::now) << "more is ready: asks for another turn";
  EXPECT_EQ(log_, (std::vector<std::string>{"a1", "b1", "c1"})) << "one turn runs only what was ready at its start";
  EXPECT_EQ(loop_.turn(), LoopHandler::kNever);
  EXPECT_EQ(log_, (std::vector<std::string>{"a1", "b1", "c1", "a2", "b2", "c2"}));
}

TEST_F(SchedulerTest, ACoroutineThatYieldsForEverDoesNotStarveTheOthersOrTheLoop) {
  bool stop = false;
  int turns_of_hog = 0;
  bool other_ran = false;
  [](Scheduler& scheduler, bool& stopped, int& turns) -> Detached {
    while (!stopped) {
      ++turns;
      co_await scheduler.yield();
    }
  }(scheduler_, stop, turns_of_hog);
  [](Scheduler& scheduler, bool& ran) -> Detached {
    co_await scheduler.delay(2 * kMs);
    ran = true;
  }(scheduler_, other_ran);
  for (int i = 1; i <= 10; ++i) EXPECT_EQ(loop_.turn(), fake::now) << "returns to the loop each time";
  EXPECT_EQ(turns_of_hog, 11);
  EXPECT_FALSE(other_ran);
  loop_.turn_at(fake::now + 2 * kMs);
  EXPECT_TRUE(other_ran);
  stop = true;
  loop_.turn();
}

TEST_F(SchedulerTest, DelaysEndInOrderOfTheirDeadlinesAndNotEarly) {
  const std::int64_t start = fake::now;
  const auto sleeper = [](Scheduler& scheduler, std::vector<std::string>& log, std::int64_t ms) -> Detached {
    co_await scheduler.delay(ms * kMs);
    log.push_back(std::to_string(ms));
  };
  for (const int ms : {30, 10, 2000, 20}) sleeper(scheduler_, log_, ms);
  EXPECT_EQ(loop_.turn(), start + 10 * kMs);
  loop_.turn_at(start + 10 * kMs - 1);
  EXPECT_TRUE(log_.empty());
  EXPECT_EQ(loop_.turn_at(start + 10 * kMs), start + 20 * kMs);
  loop_.turn_at(start + 40 * kMs);
  EXPECT_EQ(log_, (std::vector<std::string>{"10", "20", "30"}));
  loop_.run_until([&] { return log_.size() == 4; });
  EXPECT_EQ(fake::now, start + 2000 * kMs);
}

TEST_F(SchedulerTest, ADelayOfNothingStillLetsOthersRun) {
  [](Scheduler& scheduler, std::vector<std::string>& log) -> Detached {
    co_await scheduler.delay(0);
    log.push_back("slept");
  }(scheduler_, log_);
  log_.push_back("caller");
  loop_.run_until([&] { return log_.size() == 2; });
  EXPECT_EQ(log_, (std::vector<std::string>{"caller", "slept"}));
}

TEST_F(SchedulerTest, ACancelledScopeEndsItsOwnDelaysAndNobodyElses) {
  Scope scope(scheduler_);
  const auto sleeper = [](Scope& of, std::vector<std::string>& log, std::int64_t ms) -> Task<void> {
    const bool whole = co_await of.delay(ms * kMs);
    log.push_back(std::to_string(ms) + (whole ? " slept" : " cancelled"));
    log.push_back(co_await of.delay(ms * kMs) ? "again" : "not again");
  };
  [](Scheduler& scheduler, std::vector<std::string>& log) -> Detached {
    co_await scheduler.delay(100 * kMs);
    log.push_back("another's");
  }(scheduler_, log_);
  for (const std::int64_t ms : {1'500, 5'000'000}) scope.start(sleeper(scope, log_, ms));
  const std::int64_t start = fake::now;
  const int wakes_before = loop_.wakes;
  EXPECT_FALSE(scope.empty());
  scope.cancel();
  EXPECT_GT(loop_.wakes, wakes_before) << "the loop may be asleep for hours";
  EXPECT_TRUE(log_.empty()) << "they run on the loop's turn, not inside the call";
  EXPECT_EQ(loop_.turn(), start + 100 * kMs);
  EXPECT_EQ(log_, (std::vector<std::string>{"1500 cancelled", "not again", "5000000 cancelled", "not again"}));
  EXPECT_TRUE(scope.empty());
  loop_.turn_at(start + 100 * kMs);
  EXPECT_EQ(log_.back(), "another's");
}

TEST_F(SchedulerTest, AScopesEndIsAwaited) {
  Scope scope(scheduler_);
  scope.start([](Scheduler& scheduler) -> Task<void> { co_await scheduler.delay(3 * kMs); }(scheduler_));
  scope.start([](Scheduler& scheduler) -> Task<void> { co_await scheduler.delay(7 * kMs); }(scheduler_));
  const std::int64_t start = fake::now;
  block_on(scheduler_, [](Scope& of) -> Task<int> {
    co_await of.ended();
    co_return 0;
  }(scope));
  EXPECT_EQ(fake::now - start, 7 * kMs);
}

/// Says when a coroutine's frame goes.
struct Tracer {
  std::vector<std::string>& log;
  std::string name;
  ~Tracer() { log.push_back(name); }
};

Task<void> inner_wait(Scheduler& scheduler, Event& event, Mutex& mutex, std::string what,
                      std::vector<std::string>& log) {
  const Tracer tracer{log, "inner " + what};
  if (what == "delay") co_await scheduler.delay(5 * kMs);
  if (what == "yield") co_await scheduler.yield();
  if (what == "event") co_await event;
  if (what == "lock") const auto lock = co_await mutex.lock();
  log.push_back("resumed " + what);
}

Task<void> outer_wait(Scheduler& scheduler, Event& event, Mutex& mutex, std::string what,
                      std::vector<std::string>& log) {
  const Tracer tracer{log, "outer " + what};
  co_await inner_wait(scheduler, event, mutex, what, log);
}

TEST_F(SchedulerTest, AScopeThatEndsDestroysItsCoroutinesFromTheRootWhereverTheyWait) {
  for (const std::string what : {"delay", "yield", "event", "lock"}) {
    log_.clear();
    Event event(scheduler_);
    Mutex mutex(scheduler_);
    {
      Scope holder(scheduler_);
      holder.start([](Scheduler& scheduler, Mutex& held) -> Task<void> {
        const auto lock = co_await held.lock();
        co_await scheduler.delay(1 * kMs);
      }(scheduler_, mutex));
      {
        Scope scope(scheduler_);
        scope.start(outer_wait(scheduler_, event, mutex, what, log_));
        EXPECT_TRUE(log_.empty()) << what;
      }
      EXPECT_EQ(log_, (std::vector<std::string>{"inner " + what, "outer " + what}));
      event.set();
      // Nobody is left to be resumed.
      for (int i = 0; i < 3; ++i) loop_.turn_at(fake::now + 10 * kMs);
    }
    EXPECT_EQ(log_.size(), 2U) << what;
  }
}

TEST_F(SchedulerTest, AMutexIsHandedOverInOrderAndResumesOneForEachUnlock) {
  Mutex mutex(scheduler_);
  Scope scope(scheduler_);
  const auto worker = [](Scheduler& scheduler, Mutex& of, std::vector<std::string>& log,
                         std::string name) -> Task<void> {
    const auto lock = co_await of.lock();
    log.push_back(name);
    co_await scheduler.delay(2 * kMs);
  };
  for (const char* name : {"a", "b", "c"}) scope.start(worker(scheduler_, mutex, log_, name));
  EXPECT_EQ(log_, (std::vector<std::string>{"a"}));
  loop_.turn_at(fake::now + 2 * kMs);  // a lets go
  // One that comes between the unlock and the turn of the next does not get in before it.
  scope.start(worker(scheduler_, mutex, log_, "newcomer"));
  loop_.run_until([&] { return scope.empty(); });
  EXPECT_EQ(log_, (std::vector<std::string>{"a", "b", "c", "newcomer"}));
}

TEST_F(SchedulerTest, ALockThatWasHandedToADestroyedCoroutineGoesToTheNext) {
  Mutex mutex(scheduler_);
  Scope first(scheduler_);
  Scope last(scheduler_);
  const auto worker = [](Scheduler& scheduler, Mutex& of, std::vector<std::string>& log,
                         std::string name) -> Task<void> {
    const auto lock = co_await of.lock();
    log.push_back(name);
    co_await scheduler.delay(2 * kMs);
  };
  first.start(worker(scheduler_, mutex, log_, "a"));
  {
    Scope second(scheduler_);
    second.start(worker(scheduler_, mutex, log_, "b"));
    last.start(worker(scheduler_, mutex, log_, "c"));
    loop_.turn_at(fake::now + 2 * kMs);  // b has the lock, and has not run
  }
  loop_.run_until([&] { return last.empty(); });
  EXPECT_EQ(log_, (std::vector<std::string>{"a", "c"}));
}

TEST_F(SchedulerTest, ACallbackThatComesTooLateFindsNobody) {
  std::function<void(int)> call;
  {
    Scope scope(scheduler_);
    scope.start([](Scheduler& scheduler, std::function<void(int)>& out, std::vector<std::string>& log) -> Task<void> {
      auto first = from_callback<int>(scheduler, [](auto done) { done(7); });
      log.push_back(std::to_string(co_await first));
      auto second = from_callback<int>(scheduler, [&](auto done) { out = std::move(done); });
      log.push_back(std::to_string(co_await second));
    }(scheduler_, call, log_));
    loop_.turn();
    EXPECT_EQ(log_, (std::vector<std::string>{"7"}));
  }
  call(8);
  loop_.turn();
  EXPECT_EQ(log_.size(), 1U);
}

TEST_F(SchedulerTest, ACrowdIsTakenOutOfTimersAndQueue) {
  std::vector<std::coroutine_handle<>> taken;
  Scope scope(scheduler_);
  scope.start([](Scheduler& scheduler) -> Task<void> { co_await scheduler.delay(1 * kMs); }(scheduler_));
  scope.start([](Scheduler& scheduler) -> Task<void> { co_await scheduler.yield(); }(scheduler_));
  scheduler_.take_if([&](std::coroutine_handle<> handle) {
    taken.push_back(handle);
    return true;
  });
  EXPECT_EQ(taken.size(), 2U);
  EXPECT_EQ(loop_.turn_at(fake::now + 5 * kMs), LoopHandler::kNever);
  EXPECT_FALSE(scope.empty());
  for (const auto handle : taken) handle.resume();
  EXPECT_TRUE(scope.empty());
}

TEST_F(SchedulerTest, ATaskAwaitedTwiceIsABugThatIsNamed) {
  EXPECT_DEATH(
      {
        Task<void> task = [](Scheduler& scheduler) -> Task<void> { co_await scheduler.yield(); }(scheduler_);
        const auto await_it = [](Task<void>& twice) -> Detached { co_await std::move(twice); };
        await_it(task);
        await_it(task);
      },
      "internal error");
  EXPECT_DEATH(
      {
        Task<void> task = [](Scheduler& scheduler) -> Task<void> { co_await scheduler.yield(); }(scheduler_);
        const Task<void> moved = std::move(task);
        [](Task<void>& gone) -> Detached { co_await std::move(gone); }(task);
      },
      "internal error");
}

TEST_F(SchedulerTest, WakesTheLoopFromOutsideATurnButNotFromInside) {
  [](Scheduler& scheduler) -> Detached {
    co_await scheduler.yield();
    for (int i = 0; i < 5; ++i) co_await scheduler.yield();
  }(scheduler_);
  EXPECT_EQ(loop_.wakes, 1) << "from outside";
  for (int i = 0; i < 6; ++i) loop_.turn();
  EXPECT_EQ(loop_.wakes, 1) << "inside a turn the loop asks by itself: no system call for each coroutine";
}

TEST_F(SchedulerTest, AnEventWakesAllItsWaitersInOrderAndOnce) {
  Event event(scheduler_);
  const auto waiter = [](Event& awaited, std::vector<std::string>& log, std::string name) -> Detached {
    co_await awaited;
    log.push_back(name);
  };
  waiter(event, log_, "a");
  waiter(event, log_, "b");
  event.set();
  EXPECT_TRUE(log_.empty());
  loop_.turn();
  EXPECT_EQ(log_, (std::vector<std::string>{"a", "b"}));
  waiter(event, log_, "late");
  EXPECT_EQ(log_.back(), "late") << "a set event does not suspend";
  event.reset();
  waiter(event, log_, "again");
  EXPECT_EQ(log_.back(), "late");
  event.set();
  loop_.turn();
  EXPECT_EQ(log_.back(), "again");
  EXPECT_EQ(log_.size(), 4U);
}

TEST_F(SchedulerTest, BlockingWorkEndsBeforeTheCoroutineContinues) {
  [](Scheduler& scheduler, std::vector<std::string>& log) -> Detached {
    co_await scheduler.blocking([&log] { log.push_back("work"); });
    log.push_back("after");
  }(scheduler_, log_);
  loop_.run_until([&] { return log_.size() == 2; });
  EXPECT_EQ(log_, (std::vector<std::string>{"work", "after"}));
}

Task<int> add_later(Scheduler& scheduler, int a, int b) {
  co_await scheduler.delay(3 * kMs);
  co_return a + b;
}

Task<std::string> describe(Scheduler& scheduler) {
  const int sum = co_await add_later(scheduler, 2, 3);
  const int more = co_await add_later(scheduler, sum, 10);
  co_return std::to_string(more);
}

TEST_F(SchedulerTest, TasksAwaitTasksAndGiveTheirValue) {
  const std::int64_t start = fake::now;
  EXPECT_EQ(block_on(scheduler_, describe(scheduler_)), "15");
  EXPECT_EQ(fake::now - start, 6 * kMs);
}

Task<void> deep(int depth, int& count) {
  ++count;
  if (depth > 0) co_await deep(depth - 1, count);
}

TEST_F(SchedulerTest, ATaskThatIsNeverAwaitedDoesNotRunAndFreesItself) {
  int count = 0;
  {
    const Task<void> unused = deep(3, count);
  }
  EXPECT_EQ(count, 0);
}

TEST_F(SchedulerTest, MovedOnlyResultsPass) {
  const auto make = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(8); };
  EXPECT_EQ(*block_on(scheduler_, make()), 8);
}

// The ready queue grows while coroutines push from inside a turn, with head and tail wrapped.
TEST_F(SchedulerTest, AHundredThousandCoroutinesAreAllResumed) {
  int done = 0;
  const auto worker = [](Scheduler& scheduler, int& count, int id) -> Detached {
    for (int i = 0; i < id % 4; ++i) co_await scheduler.yield();
    co_await scheduler.delay((id % 7) * kMs);
    ++count;
  };
  for (int id = 0; id < 100'000; ++id) worker(scheduler_, done, id);
  loop_.run_until([&] { return done == 100'000; });
}

}  // namespace
}  // namespace trilane::coro
