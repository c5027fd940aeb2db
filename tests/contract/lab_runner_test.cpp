// What the lab's runner does for a front end that takes the processor to draw: it pauses before a run, and says so.
#include "experiments/run/lab_runner.hpp"

#include <gtest/gtest.h>

#include "platform/clock.hpp"
#include "platform/event_loop.hpp"

namespace trilane {
namespace {

/// Steps and runs as they come.
class Diary final : public LabObserver {
 public:
  RunObserver* on_run(const RunConfig&, int) override {
    if (paused_at_ns != 0) slept_ns = now_ns() - std::exchange(paused_at_ns, 0);
    ++runs;
    return nullptr;
  }
  void on_step(double, const BothTexts&, bool paused) override {
    ++steps;
    if (!paused) return;
    ++pauses;
    paused_at_ns = now_ns();
  }

  int runs = 0, steps = 0, pauses = 0;
  std::int64_t paused_at_ns = 0, slept_ns = 0;
};

void run_with(std::int64_t pause_ns, Diary& diary) {
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  CancelToken cancel;
  const nlohmann::json options = {{"tasks", 2}, {"wait_ms", 1}, {"repeat", 2}};
  LabRunner lab(scheduler, cancel, options, &diary, pause_ns);
  const auto entry = coro::block_on(scheduler, run_experiment(*find_experiment("overlap-waits"), lab));
  EXPECT_TRUE(entry) << entry.error().message;
}

TEST(LabRunner, PausesBeforeARunWhereItIsAskedTo) {
  Diary diary;
  run_with(60'000'000, diary);
  EXPECT_EQ(diary.runs, 4);
  EXPECT_GE(diary.pauses, 1) << "the first step is shown";
  EXPECT_LT(diary.pauses, diary.steps) << "not at every step: at most once a second";
  EXPECT_GE(diary.slept_ns, 60'000'000);
}

TEST(LabRunner, DoesNotPauseOtherwise) {
  Diary diary;
  run_with(0, diary);
  EXPECT_EQ(diary.runs, 4);
  EXPECT_EQ(diary.pauses, 0);
}

}  // namespace
}  // namespace trilane
