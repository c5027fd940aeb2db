// Runs that fetch and save: what fails, what is named, what an option changes. The latency server is the real one.
#include <gtest/gtest.h>

#include <algorithm>

#include "models/lab_server.hpp"
#include "support/harness.hpp"

namespace trilane {
namespace {

using nlohmann::json;

constexpr const char* kModels[] = {"sync", "threads", "processes", "async"};

RunConfig web_config(const char* model, const char* workload, json more = json::object()) {
  json config = {{"model", model}, {"workload", workload}, {"tasks", 12}, {"size", 2000},
                 {"wait_ms", 2},   {"workers", 3},         {"repeat", 1}, {"warmup", 0}};
  config.update(more);
  return test::config_of(config);
}

std::string all_errors(const RunResult& result) { return english_lines(result.errors); }

// Port 1 of this machine is nobody's.
TEST(WebRuns, ARefusedConnectionIsATaskErrorWithItsCause) {
  for (const char* model : kModels) {
    test::Bench bench;
    const auto result = bench.run(web_config(model, "fetch", {{"server", "http://127.0.0.1:1"}}));
    ASSERT_TRUE(result) << model << ": " << result.error().message;
    EXPECT_FALSE(result->valid) << model;
    EXPECT_EQ(result->failed_tasks, 12U) << model;
    const std::string errors = all_errors(*result);
    EXPECT_NE(errors.find("refused"), std::string::npos) << model << ": " << errors;
    EXPECT_NE(errors.find("task "), std::string::npos) << model << ": " << errors;
  }
}

TEST(WebRuns, ATimeoutIsATaskErrorWithItsCause) {
  for (const char* model : kModels) {
    test::Bench bench;
    const auto result = bench.run(web_config(model, "fetch", {{"tasks", 3}, {"wait_ms", 30'000}, {"timeout_ms", 50}}));
    ASSERT_TRUE(result) << model << ": " << result.error().message;
    EXPECT_EQ(result->failed_tasks, 3U) << model;
    EXPECT_NE(all_errors(*result).find("timed out"), std::string::npos) << model << ": " << all_errors(*result);
  }
}

TEST(WebRuns, AnErrorStatusIsATaskErrorThatNamesIt) {
  test::Bench bench;
  LabServer server(bench.scheduler());
  const auto url = coro::block_on(bench.scheduler(), server.start());
  ASSERT_TRUE(url) << url.error().message;
  for (const char* model : kModels) {
    const auto result = bench.run(web_config(
        model, "fetch", {{"tasks", 4}, {"urls", {*url + "/lab/latency?status=503", *url + "/lab/latency"}}}));
    ASSERT_TRUE(result) << model << ": " << result.error().message;
    EXPECT_EQ(result->failed_tasks, 2U) << model << ": the others go on";
    EXPECT_NE(all_errors(*result).find("503"), std::string::npos) << model << ": " << all_errors(*result);
  }
}

TEST(WebRuns, AServerThatIsMissingIsClear) {
  test::Bench bench;
  const auto result = bench.run(web_config("async", "fetch", {{"server", "http://no-such-host.invalid"}}));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->failed_tasks, 12U);
  EXPECT_NE(all_errors(*result).find("no-such-host.invalid"), std::string::npos) << all_errors(*result);
}

TEST(WebRuns, StopEndsARunThatWaitsForItsServer) {
  for (const char* model : kModels) {
    test::Bench bench;
    CancelToken cancel;
    test::Recording recording;
    recording.on_tick = [&cancel] { cancel.request(); };
    const auto result =
        bench.run(web_config(model, "fetch", {{"wait_ms", 60'000}, {"timeout_ms", 120'000}}), &recording, &cancel);
    ASSERT_FALSE(result) << model;
    EXPECT_EQ(result.error().message, kCancelled) << model;
  }
}

TEST(WebRuns, BatchesSaveEveryPageOnce) {
  for (const char* model : kModels) {
    for (const int batch : {1, 5, 100}) {
      test::Bench bench;
      const auto result = bench.run(web_config(model, "parse-and-save", {{"commit_batch", batch}}));
      ASSERT_TRUE(result) << model << ": " << result.error().message;
      ASSERT_TRUE(result->saved) << model;
      EXPECT_TRUE(result->saved->equal) << model << " with " << batch << " rows a commit: " << all_errors(*result);
    }
  }
}

TEST(WebRuns, ASegmentThatBlocksTheLoopIsNamed) {
  test::Bench bench;
  // Long pages, parsed many times: far over the limit on any machine. The second waits for the first; no timeout.
  const auto result = bench.run(web_config(
      "async", "parse-and-save", {{"tasks", 2}, {"size", 300'000}, {"parse_factor", 10}, {"timeout_ms", 600'000}}));
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->blocks.count, 2U);
  ASSERT_EQ(result->blocks.longest.size(), 2U);
  EXPECT_EQ(result->blocks.longest[0].what, "parse");
  EXPECT_EQ(result->blocks.longest[0].segment, 1U);
  EXPECT_GE(result->blocks.longest[0].ms, result->blocks.longest[1].ms);
  const auto& longest = result->blocks.longest[0];
  const Note named = notes::loop_blocked(longest.task, longest.ms, 1, "parse");
  EXPECT_EQ(std::ranges::count(result->notes, named), 1) << english_lines(result->notes);
}

TEST(WebRuns, TimeoutsOfARunThatBlocksItsOwnLoopAreExplained) {
  test::Bench bench;
  const auto noted = [](const RunResult& result) {
    return std::ranges::any_of(result.notes, [](const Note& note) {
      return note.code == "blocked_timeouts" && note.text.en.find("its own loop: 1;") != std::string::npos;
    });
  };
  // The jitter lets one answer come before the other, and parsing it takes longer than the other's timeout.
  const auto blocked = bench.run(
      web_config("async", "parse-and-save",
                 {{"tasks", 2}, {"size", 200'000}, {"parse_factor", 200}, {"jitter_ms", 200}, {"timeout_ms", 300}}));
  ASSERT_TRUE(blocked) << blocked.error().message;
  EXPECT_EQ(blocked->failed_tasks, 1U);
  EXPECT_TRUE(noted(*blocked)) << all_errors(*blocked);
  // A server that is late by itself is no fault of the loop.
  const auto late =
      bench.run(web_config("async", "parse-and-save", {{"tasks", 2}, {"wait_ms", 2000}, {"timeout_ms", 300}}));
  ASSERT_TRUE(late) << late.error().message;
  EXPECT_EQ(late->failed_tasks, 2U);
  EXPECT_FALSE(noted(*late));
}

TEST(WebRuns, CommitsOnTheLoopAreDrawnOnItsLane) {
  for (const bool on_loop : {false, true}) {
    test::Bench bench;
    test::Recording recording;
    const auto result = bench.run(web_config("async", "parse-and-save", {{"save_on_loop", on_loop}}), &recording);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->lanes.size(), on_loop ? 1U : 2U);
    std::size_t saves = 0;
    for (const Span& span : recording.spans) {
      if (span.kind != SpanKind::save) continue;
      ++saves;
      EXPECT_EQ(span.lane, on_loop ? 0 : 1);
    }
    EXPECT_EQ(saves, 12U);
  }
}

TEST(WebRuns, TheTimeIsSplitByWhatItWentFor) {
  for (const char* model : kModels) {
    test::Bench bench;
    const auto result = bench.run(web_config(model, "parse-and-save"));
    ASSERT_TRUE(result) << model << ": " << result.error().message;
    ASSERT_TRUE(result->time_split) << model;
    const auto ms_of = [&](SpanKind kind) {
      const auto found = std::ranges::find(*result->time_split, kind, &TimeSplit::value_type::first);
      return found == result->time_split->end() ? 0.0 : found->second;
    };
    EXPECT_GE(ms_of(SpanKind::fetch), 12 * 2.0) << model << ": no request is answered before its wait is over";
    EXPECT_GT(ms_of(SpanKind::parse), 0) << model;
    EXPECT_GT(ms_of(SpanKind::save), 0) << model;
  }
}

TEST(WebRuns, OthersSitesAreAskedPolitely) {
  test::Bench bench;
  RunConfig config = web_config("threads", "fetch", {{"urls", {"http://127.0.0.1:1/"}}});
  config.workers = 20;
  const auto result = bench.run(config);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().field, "workers");
}

}  // namespace
}  // namespace trilane
