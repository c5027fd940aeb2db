// The experiments on processes, for real: children with memory of their own, on cores and on one core.
#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

#include "experiments/probes/child_probe.hpp"
#include "platform/event_loop.hpp"
#include "platform/system_info.hpp"
#include "support/run_lab.hpp"

namespace trilane {
namespace {

using nlohmann::json;

using test::run_lab;

constexpr const char* kIds[] = {"sequential", "isolation", "cores", "spawn-cost", "switch-cost", "cpu-bound"};

TEST(ProcessExperiments, AChildsWriteIsItsOwn) {
  const auto entry = run_lab("isolation", {{"repeat", 2}});
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->at("verdict"), "confirmed") << entry->at("finding").at("en");
  EXPECT_EQ(entry->at("truth"), "thread");
  const json& samples = entry->at("samples");
  EXPECT_EQ(samples.at("thread").at("address"), samples.at("program").at("address"));
  EXPECT_EQ(samples.at("thread").at("process_id"), samples.at("program").at("process_id"));
  EXPECT_NE(samples.at("child").at("process_id"), samples.at("program").at("process_id"));
}

TEST(ProcessExperiments, NothingOverlapsInASynchronousProgramUnderAnyLoad) {
  const auto entry = run_lab("sequential", {{"repeat", 1}});
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->at("samples").at("sync").at("overlaps"), json({0.0}));
  EXPECT_GT(entry->at("samples").at("async").at("overlaps").at(0), 0);
}

TEST(ProcessExperiments, AreNotRefuted) {
  for (const char* id : kIds) {
    const auto entry = run_lab(id, {{"repeat", 6}});
    ASSERT_TRUE(entry) << id << ": " << entry.error().message;
    EXPECT_NE(entry->at("verdict"), "refuted") << entry->at("finding").at("en");
    EXPECT_FALSE(entry->at("figures").empty()) << id;
  }
}

TEST(ProcessExperiments, AStoppedOneSaysSo) {
  for (const char* id : kIds) {
    const auto entry = run_lab(id, json::object(), true);
    ASSERT_FALSE(entry) << id;
    EXPECT_EQ(entry.error().message, kCancelled) << id;
  }
}

TEST(OneCore, HoldsTheThreadAndWhatItStartsAndLetsItGo) {
  cpu_set_t before, within, of_thread, after;
  const auto read = [](cpu_set_t& set) { ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0); };
  read(before);
  {
    const auto core = stay_on_one_core();
    ASSERT_NE(core, nullptr);
    read(within);
    std::thread([&] { read(of_thread); }).join();
  }
  read(after);
  EXPECT_EQ(CPU_COUNT(&within), 1);
  EXPECT_TRUE(CPU_EQUAL(&within, &of_thread));
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(ChildProbe, PlaysPingPong) {
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  const CancelToken never;
  ChildProbe child(scheduler, never);
  ASSERT_TRUE(coro::block_on(scheduler, child.start()));
  const auto one = coro::block_on(scheduler, child.ping_pong(1));
  ASSERT_TRUE(one) << one.error().message;
  const auto many = coro::block_on(scheduler, child.ping_pong(500));
  ASSERT_TRUE(many) << many.error().message;
  EXPECT_GT(*many, 500 * 100) << "500 messages there and back within 100 ns each";
  // No answer of the game is left over for the next question.
  const auto report = coro::block_on(scheduler, child.add_to_global({}));
  EXPECT_TRUE(report);
}

}  // namespace
}  // namespace trilane
