#include "experiments/run/run_result.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace trilane {
namespace {

using nlohmann::json;

// A figure that was not measured is null, and the key is there all the same.
TEST(RunResult, WhatWasNotMeasuredIsNull) {
  RunResult result;
  result.config = *parse_config({{"model", "sync"}, {"workload", "sum"}});
  result.wall_ms = summarize({5});
  const json document = to_json(result);
  for (const char* pointer : {"/wall_ms/low",
                              "/wall_ms/high",
                              "/throughput_per_s/median",
                              "/latency_ms/p50",
                              "/latency_ms/p95",
                              "/latency_ms/p99",
                              "/latency_ms/max",
                              "/since_start_ms/p50",
                              "/since_start_ms/p95",
                              "/since_start_ms/p99",
                              "/since_start_ms/max",
                              "/instrument_ms",
                              "/machine",
                              "/cpu_ms/user",
                              "/cpu_ms/system",
                              "/memory/peak_rss_bytes",
                              "/memory/per_worker_bytes",
                              "/context_switches/voluntary",
                              "/context_switches/involuntary",
                              "/startup_ms",
                              "/lock_wait_ms",
                              "/loop_lag_ms/p50",
                              "/loop_lag_ms/p99",
                              "/loop_lag_ms/max",
                              "/counter",
                              "/time_split_ms",
                              "/saved",
                              "/loop_blocks"}) {
    ASSERT_TRUE(document.contains(json::json_pointer(pointer))) << pointer;
    EXPECT_TRUE(document.at(json::json_pointer(pointer)).is_null()) << pointer;
  }
  EXPECT_EQ(document.at("wall_ms").at("median"), 5);
}

TEST(RunResult, ChecksumIsSixteenHexDigits) {
  RunResult result;
  result.config = *parse_config({{"workload", "sum"}});
  result.checksum = 0xab;
  EXPECT_EQ(to_json(result).at("checksum"), "00000000000000ab") << "a JSON number would lose bits";
}

TEST(RunResult, HoldsTheConfigThatWasRun) {
  RunResult result;
  result.config = *parse_config({{"model", "threads"}, {"workload", "mixed"}, {"gil", true}, {"tasks", 5}});
  const json document = to_json(result);
  const auto again = parse_config([&] {
    json options;
    const json config = to_json(result.config);
    for (const auto& [key, value] : config.items()) options[key] = document.at(key);
    return options;
  }());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, result.config) << "a result can be run again";
}

}  // namespace
}  // namespace trilane
