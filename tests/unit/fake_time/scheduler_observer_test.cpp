// What a scheduler tells its observer.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "coro/scope.hpp"
#include "fake_platform.hpp"

namespace trilane::coro {
namespace {

constexpr std::int64_t kMs = 1'000'000;

class SchedulerObserverTest : public ::testing::Test {
 protected:
  // The first member: the scheduler's wheel counts from the time at which it is made.
  const std::int64_t origin_ = fake::now = 1'000 * kMs;
  fake::Loop loop_;
  Scheduler scheduler_{loop_};
  std::vector<std::string> log_;
};

/// Writes down what it is told, and who is queued then.
struct Noted final : SchedulerObserver {
  Noted(Scheduler& of, std::vector<std::string>& to) : scheduler(of), log(to) { scheduler.observe(this); }
  ~Noted() override { scheduler.observe(nullptr); }
  void note(std::string what, std::coroutine_handle<> handle) {
    const auto name_of = [this](std::coroutine_handle<> one) {
      const auto found = std::ranges::find(handles, one.address());
      return std::string(1, static_cast<char>('a' + (found - handles.begin())));
    };
    if (std::ranges::find(handles, handle.address()) == handles.end()) handles.push_back(handle.address());
    what += " " + name_of(handle) + ":";
    for (const auto one : scheduler.queued()) what += name_of(one);
    log.push_back(std::move(what));
  }
  void on_ready(std::coroutine_handle<> handle) override { note("ready", handle); }
  void on_sleep(std::coroutine_handle<> handle, std::int64_t due_ns) override {
    note("sleep until " + std::to_string(due_ns / kMs), handle);
  }
  void on_timer(std::coroutine_handle<> handle) override { note("timer", handle); }
  void on_resume(std::coroutine_handle<> handle) override { note("resume", handle); }
  void on_return(std::coroutine_handle<> handle) override { note("return", handle); }
  Scheduler& scheduler;
  std::vector<std::string>& log;
  std::vector<void*> handles;
};

TEST_F(SchedulerObserverTest, AnObserverIsToldOfEachStepAndWhoIsQueuedThen) {
  {
    const Noted noted(scheduler_, log_);
    [](Scheduler& scheduler) -> Detached { co_await scheduler.yield(); }(scheduler_);
    [](Scheduler& scheduler) -> Detached { co_await scheduler.delay(2 * kMs); }(scheduler_);
    [](Scheduler& scheduler) -> Detached {
      co_await scheduler.yield();
      co_await scheduler.yield();
    }(scheduler_);
    loop_.turn_at(fake::now + 2 * kMs);
    // Those that were ready, then whose timer fired, then who became ready meanwhile.
    EXPECT_EQ(log_, (std::vector<std::string>{"ready a:a", "sleep until 1002 b:a", "ready c:ac", "timer b:acb",
                                              "resume a:cb", "return a:cb", "resume c:b", "ready c:bc", "return c:bc",
                                              "resume b:c", "return b:c"}));
    log_.clear();
    loop_.turn();
    EXPECT_EQ(log_, (std::vector<std::string>{"resume c:", "return c:"}));
  }
  log_.clear();
  [](Scheduler& scheduler) -> Detached { co_await scheduler.yield(); }(scheduler_);
  loop_.turn();
  EXPECT_TRUE(log_.empty()) << "nobody observes any more";
}

}  // namespace
}  // namespace trilane::coro
