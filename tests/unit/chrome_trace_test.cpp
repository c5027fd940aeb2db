#include "trace/chrome_trace.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace trilane {
namespace {

using nlohmann::json;

std::string write(const ChromeTrace& trace) {
  std::string text;
  EXPECT_TRUE(write_chrome_trace(trace, [&](std::string_view part) {
    text += part;
    return true;
  }));
  return text;
}

Span span_on(std::uint16_t lane, std::int64_t begin, std::int64_t end, std::uint32_t task) {
  Span span;
  span.lane = lane;
  span.begin_ns = begin;
  span.end_ns = end;
  span.task = task;
  return span;
}

TEST(ChromeTrace, IsJsonWithEverySpanAndLane) {
  const std::vector<ChromeTraceLane> lanes{{100, "trilane", "worker 1"}, {101, "child \"2\"\n", "дорожка"}};
  const std::vector<Span> spans{span_on(0, 1500, 2500, 3), span_on(1, 0, 0, kNoTask), span_on(9, 0, 1, 1)};
  const std::pair<std::string, std::string> facts[] = {{"model", "threads"}, {"cpu", "a\\b\x01"}};
  const json trace = json::parse(write({lanes, spans, facts}));
  std::vector<json> complete;
  std::set<std::string> names;
  for (const json& event : trace.at("traceEvents")) {
    if (event.at("ph") == "X") complete.push_back(event);
    if (event.at("ph") == "M" && event.contains("args") && event["args"].contains("name")) {
      names.insert(event["args"]["name"].get<std::string>());
    }
  }
  ASSERT_EQ(complete.size(), 2U) << "a span of a lane that does not exist is left out";
  EXPECT_DOUBLE_EQ(complete[0].at("ts").get<double>(), 1.5) << "microseconds";
  EXPECT_DOUBLE_EQ(complete[0].at("dur").get<double>(), 1.0);
  EXPECT_EQ(complete[0].at("pid"), 100);
  EXPECT_EQ(complete[1].at("pid"), 101);
  EXPECT_TRUE(names.contains("worker 1"));
  EXPECT_TRUE(names.contains("child \"2\"\n")) << "whatever a name holds";
  EXPECT_TRUE(names.contains("дорожка"));
}

TEST(ChromeTrace, OfNothingIsJsonToo) { EXPECT_TRUE(json::accept(write({}))); }

TEST(ChromeTrace, StopsWhenTheSinkIsFull) {
  const std::vector<ChromeTraceLane> lanes{{1, "a", "b"}};
  const std::vector<Span> spans(100'000, span_on(0, 1, 2, 3));
  int calls = 0;
  EXPECT_FALSE(write_chrome_trace({lanes, spans, {}}, [&](std::string_view) { return ++calls < 3; }));
  EXPECT_LE(calls, 4) << "goes on writing to a full disk";
}

TEST(ChromeTrace, RequestsLeadByArrowsToTheWorkersAndTasksAreCounted) {
  const std::vector<ChromeTraceLane> lanes{{.process_id = 11, .process_name = "child", .lane_name = "worker 1"},
                                           {.process_id = 12, .process_name = "child", .lane_name = "worker 2"}};
  std::vector<Span> spans{span_on(0, 1000, 5000, kNoTask), span_on(0, 6000, 7000, 0), span_on(1, 6500, 9000, 1),
                          span_on(1, 9000, 9500, 1)};
  spans[0].kind = SpanKind::create;
  const ChromeTraceRun runs[] = {{.racer = "processes",
                                  .workload = "sum",
                                  .tasks = 2,
                                  .process_id = 10,
                                  .process_name = "trilane",
                                  .thread_id = 10}};
  const json trace = json::parse(write({lanes, spans, {}, runs}));
  std::vector<json> starts;
  std::vector<json> ends;
  std::vector<json> counts;
  std::vector<json> requests;
  for (const json& event : trace.at("traceEvents")) {
    if (event["ph"] == "s") starts.push_back(event);
    if (event["ph"] == "f") ends.push_back(event);
    if (event["ph"] == "C") counts.push_back(event);
    if (event["ph"] == "X" && event["cat"] == "request") requests.push_back(event);
  }
  ASSERT_EQ(starts.size(), 1U);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(starts[0]["id"], ends[0]["id"]);
  EXPECT_EQ(starts[0]["pid"], 10);
  EXPECT_EQ(ends[0]["pid"], 11);
  EXPECT_EQ(ends[0]["bp"], "e") << "bound to the slice around it";
  ASSERT_EQ(requests.size(), 1U) << "a flow begins in a slice";
  EXPECT_EQ(requests[0]["ts"], starts[0]["ts"]);
  ASSERT_EQ(counts.size(), 4U);
  EXPECT_EQ(counts[1]["args"], (json{{"in flight", 2}, {"done", 0}}));
  EXPECT_EQ(counts.back()["args"], (json{{"in flight", 0}, {"done", 2}}));
  EXPECT_EQ(trace["metadata"]["trilane_runs"][0]["process_ids"], (json{11, 12}));
}

}  // namespace
}  // namespace trilane
