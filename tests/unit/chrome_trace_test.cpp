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

}  // namespace
}  // namespace trilane
