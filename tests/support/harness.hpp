// Runs configurations in-process on a real event loop, and keeps everything that a run tells.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "experiments/run/runner.hpp"
#include "platform/clock.hpp"
#include "platform/event_loop.hpp"

namespace trilane::test {

/// Keeps what a run tells, of its last repeat.
class Recording final : public RunObserver {
 public:
  void on_repeat(int repeat) override {
    const std::lock_guard lock(mutex_);
    repeats.push_back(repeat);
    spans.clear();
    tile_pixels = 0;
    progress.clear();
  }
  void on_progress(std::uint64_t tasks_done, double elapsed_ms) override {
    const std::lock_guard lock(mutex_);
    progress.push_back(tasks_done);
    elapsed.push_back(elapsed_ms);
    if (on_first_progress && tasks_done > 0) std::exchange(on_first_progress, nullptr)();
    if (on_tick) on_tick();
  }
  void on_spans(std::span<const Span> more) override {
    const std::lock_guard lock(mutex_);
    spans.insert(spans.end(), more.begin(), more.end());
  }
  void on_tile(const Workload::Tile& tile, std::uint16_t lane, std::span<const std::uint8_t> pixels) override {
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(pixels.size(), std::size_t{tile.width} * tile.height);
    tile_pixels += pixels.size();
    tile_lanes.insert(lane);
  }

  std::vector<int> repeats;
  std::vector<Span> spans;
  std::vector<std::uint64_t> progress;
  std::vector<double> elapsed;
  std::size_t tile_pixels = 0;
  std::set<std::uint16_t> tile_lanes;
  std::function<void()> on_first_progress;  ///< Called when the first task is done, on whatever thread tells of it.
  std::function<void()> on_tick;            ///< Called with every progress.

 private:
  std::mutex mutex_;
};

/// A loop and its scheduler.
class Bench {
 public:
  coro::Scheduler& scheduler() { return scheduler_; }
  EventLoop& loop() { return *loop_; }

  Result<RunResult> run(const RunConfig& config, RunObserver* observer = nullptr, CancelToken* cancel = nullptr) {
    CancelToken never;
    return coro::block_on(scheduler_, run_config(config, scheduler_, cancel != nullptr ? *cancel : never, observer));
  }

 private:
  std::unique_ptr<EventLoop> loop_ = EventLoop::create();
  coro::Scheduler scheduler_{*loop_};
};

/// A config from JSON; the test fails on a refusal.
inline RunConfig config_of(const nlohmann::json& json) {
  auto config = parse_config(json);
  if (!config) {
    ADD_FAILURE() << config.error().message;
    return {};
  }
  return *config;
}

}  // namespace trilane::test
