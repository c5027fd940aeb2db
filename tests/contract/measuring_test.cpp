// What a run's figures are of: the model's work, not the harness's.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>

#include "support/harness.hpp"
#include "support/run_lab.hpp"

namespace trilane {
namespace {

std::set<std::string> threads_of_this_process() {
  std::set<std::string> ids;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) ids.insert(entry.path().filename());
  return ids;
}

TEST(Measuring, MakesNoThreadInsideWhatIsMeasured) {
  test::Bench bench;
  for (const char* model : {"sync", "async"}) {
    const RunConfig config = test::config_of(
        {{"model", model}, {"workload", "sleep"}, {"tasks", 2}, {"wait_ms", 60}, {"repeat", 1}, {"warmup", 0}});
    ASSERT_TRUE(bench.run(config)) << "makes what lasts as long as the engine";
    const auto before = threads_of_this_process();
    test::Recording recording;
    std::set<std::string> during;
    recording.on_tick = [&during] { during.merge(threads_of_this_process()); };
    ASSERT_TRUE(bench.run(config, &recording));
    EXPECT_FALSE(during.empty());
    EXPECT_EQ(during, before) << model;
  }
}

TEST(Measuring, TimeSinceTheStartIsServiceTimeAndWhatWasWaitedForIt) {
  test::Bench bench;
  for (const char* model : {"sync", "threads", "processes", "async"}) {
    const auto result = bench.run(test::config_of({{"model", model},
                                                   {"workload", "sleep"},
                                                   {"tasks", 6},
                                                   {"wait_ms", 8},
                                                   {"workers", 2},
                                                   {"repeat", 2},
                                                   {"warmup", 0}}));
    ASSERT_TRUE(result) << result.error().message;
    ASSERT_TRUE(result->latency_ms && result->since_start_ms) << model;
    EXPECT_GE(result->since_start_ms->p50, result->latency_ms->p50 * (1 - 2 * Histogram::kRelativeError)) << model;
    EXPECT_EQ(result->latency_repeats.size(), 2U);
    EXPECT_EQ(result->since_start_repeats.size(), 2U);
    // The last task ends when the run does.
    const double longest = std::ranges::max(result->wall_ms.samples);
    EXPECT_LE(result->since_start_ms->max, longest + 1) << model;
    if (std::string_view(model) == "sync") {
      EXPECT_GE(result->since_start_ms->max, 6 * 8.0) << "the sixth waits for five others";
      EXPECT_LT(result->latency_ms->p50, result->since_start_ms->p50);
    }
  }
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TRILANE_SANITIZED
#endif
#endif

#ifndef TRILANE_SANITIZED  // which keeps what is freed
TEST(Measuring, PeakMemoryDoesNotGrowWithTheRepeats) {
  const auto peak_of = [](int repeats) {
    test::Bench bench;
    const auto result = bench.run(test::config_of(
        {{"model", "threads"}, {"workload", "empty"}, {"tasks", 100'000}, {"workers", 2}, {"repeat", repeats}}));
    EXPECT_TRUE(result);
    return result ? result->peak_rss_bytes.value_or(0) : 0;
  };
  peak_of(2);  // the allocator's own
  const double few = peak_of(2);
  const double many = peak_of(40);
  EXPECT_LT(many, few + 4 * 1024 * 1024) << few;
}
#endif

/// Stops this process for 700 ms, in `delay_us`. To be waited for.
pid_t stop_for_a_while(unsigned delay_us) {
  const pid_t self = getpid();
  const pid_t stopper = fork();
  if (stopper != 0) return stopper;
  usleep(delay_us);
  kill(self, SIGSTOP);
  usleep(700'000);
  kill(self, SIGCONT);
  _exit(0);
}

TEST(Measuring, ARunThatWasStoppedSaysSo) {
  test::Bench bench;
  const pid_t stopper = stop_for_a_while(150'000);
  ASSERT_GE(stopper, 0);
  const auto result = bench.run(test::config_of(
      {{"model", "async"}, {"workload", "sleep"}, {"tasks", 1}, {"wait_ms", 1000}, {"repeat", 1}, {"warmup", 0}}));
  waitpid(stopper, nullptr, 0);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->valid);
  ASSERT_FALSE(result->errors.empty());
  EXPECT_EQ(result->errors.front().code, "stood_still") << english_lines(result->errors);
}

TEST(Measuring, AnExperimentMeasuresAgainWhatWasInterrupted) {
  // In the measured repeat of the first run, which waits a second after a warm-up of another.
  const pid_t stopper = stop_for_a_while(1'300'000);
  ASSERT_GE(stopper, 0);
  const auto entry = test::run_lab("overlap-waits", {{"tasks", 1}, {"wait_ms", 1000}, {"repeat", 1}});
  waitpid(stopper, nullptr, 0);
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_LT(entry->at("samples").at("sync").at("wall_ms").at(0), 1300);
}

TEST(Measuring, TheInstrumentIsToldApart) {
  test::Bench bench;
  test::Recording recording;
  // Something to do for the instrument, while the model sleeps: its time must not be the model's.
  recording.on_tick = [] {
    const std::int64_t until = now_ns() + 15'000'000;
    while (now_ns() < until) continue;
  };
  const auto result = bench.run(
      test::config_of(
          {{"model", "async"}, {"workload", "sleep"}, {"tasks", 1}, {"wait_ms", 500}, {"repeat", 1}, {"warmup", 0}}),
      &recording);
  ASSERT_TRUE(result);
  ASSERT_TRUE(result->instrument_ms && result->cpu_user_ms && result->cpu_system_ms);
  EXPECT_GT(*result->instrument_ms, 0);
  EXPECT_LT(*result->cpu_user_ms + *result->cpu_system_ms, *result->instrument_ms)
      << "a model that sleeps takes less than an instrument that works";
}

// What children use is ours, not of others, while they live and afterwards.
TEST(ProcessorTimesTest, ChildrenAreOurOwn) {
  const auto before = read_processor_times();
  ASSERT_TRUE(before);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    while (now_ns() != 0) {
    }
  }
  const std::int64_t give_up_ns = now_ns() + 20'000'000'000;
  double alive_ms = 0;
  while (alive_ms < 100 && now_ns() < give_up_ns) alive_ms = read_processor_times()->own_ms - before->own_ms;
  EXPECT_GE(alive_ms, 100);
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  // To the tick in which it ended.
  EXPECT_GE(read_processor_times()->own_ms - before->own_ms, alive_ms - 20);
}

}  // namespace
}  // namespace trilane
