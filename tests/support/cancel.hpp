// What every run owes to a stop, whatever runs.
#pragma once

#include <gtest/gtest.h>

#include "platform/clock.hpp"
#include "support/harness.hpp"
#include "support/processes.hpp"

namespace trilane::test {

/// A run that would take for ever is stopped in its midst: it ends soon, leaves nothing, and the next one works.
inline void expect_cancel_ends(const RunConfig& config) {
  const auto before = Footprint::now();
  {
    Bench bench;
    CancelToken cancel;
    Recording recording;
    // The first progress is told after 50 ms: by then the run is in its midst.
    recording.on_tick = [&] { cancel.request(); };
    const std::int64_t begin = now_ns();
    const auto result = bench.run(config, &recording, &cancel);
    const double took_ms = static_cast<double>(now_ns() - begin) / 1e6;
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, kCancelled);
    EXPECT_LT(took_ms, 5000) << "not prompt";
    EXPECT_EQ(recording.repeats.size(), 1U) << "no further repeat begins";
    // The loop goes on, for the next run.
    const auto next =
        bench.run(config_of({{"model", config.model}, {"workload", "sum"}, {"size", 1000}, {"repeat", 1}}));
    EXPECT_TRUE(next) << next.error().message;
  }
  expect_nothing_left(before);
}

}  // namespace trilane::test
