// The pure parts of runs that fetch and save.
#include <gtest/gtest.h>

#include "experiments/run/collector.hpp"
#include "models/web_worker.hpp"

namespace trilane {
namespace {

TEST(TaskErrors, CountAllAndKeepTheFirst) {
  TaskErrors errors;
  errors.add(7, "refused");
  errors.add(3, "reset");
  EXPECT_EQ(errors.count, 2U);
  EXPECT_EQ(errors.first, "task 7: refused");
  TaskErrors all;
  all.add(TaskErrors{});
  EXPECT_EQ(all.count, 0U);
  all.add(errors);
  all.add(errors);
  EXPECT_EQ(all.count, 4U);
  EXPECT_EQ(all.first, "task 7: refused");
}

TEST(Answers, BytesAreTheValueAndErrorsNameTheAddress) {
  PageInWork page;
  std::uint64_t value = 0;
  ASSERT_TRUE(take_answer(HttpAnswer{200, "hello"}, "http://a/", page, value));
  EXPECT_EQ(page.body, "hello");
  const std::uint64_t hello = value;
  ASSERT_TRUE(take_answer(HttpAnswer{200, "hellp"}, "http://a/", page, value));
  EXPECT_NE(value, hello);
  for (const int status : {400, 404, 503}) {
    const Status failed = take_answer(HttpAnswer{status, "x"}, "http://a/b", page, value);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "http://a/b answered " + std::to_string(status));
  }
  EXPECT_TRUE(take_answer(HttpAnswer{204, ""}, "http://a/", page, value)) << "no content is an answer";
  const Status refused = take_answer(fail("connection refused"), "http://a/b", page, value);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "http://a/b: connection refused");
}

TEST(WebAccess, TasksTakeTheAddressesInTurn) {
  const auto workload = find_workload("fetch")->make({.tasks = 5, .size = 1000, .wait_ms = 4, .seed = 2});
  WebAccess lab;
  lab.base_url = "http://127.0.0.1:9";
  EXPECT_TRUE(lab.url(*workload, 3).starts_with("http://127.0.0.1:9/lab/pages/3?")) << lab.url(*workload, 3);
  EXPECT_NE(lab.url(*workload, 3), lab.url(*workload, 4));
  WebAccess others;
  others.urls = {"http://a/", "http://b/"};
  EXPECT_EQ(others.url(*workload, 2), "http://a/");
  EXPECT_EQ(others.url(*workload, 3), "http://b/");
}

TEST(LoopBlocks, TheLongestAreKeptAndAllAreCounted) {
  LoopBlocks blocks;
  blocks.add({LoopBlocks::kLongMs, 1, 0, "parse"});
  EXPECT_EQ(blocks.count, 0U) << "up to the limit is no block";
  for (std::uint32_t task = 0; task < 20; ++task) blocks.add({60.0 + (task * 7 % 20), task, 1, "parse"});
  EXPECT_EQ(blocks.count, 20U);
  ASSERT_EQ(blocks.longest.size(), LoopBlocks::kKept);
  for (std::size_t i = 0; i < LoopBlocks::kKept; ++i) EXPECT_EQ(blocks.longest[i].ms, 79.0 - static_cast<double>(i));
}

TEST(KindTimes, AddUpByKind) {
  KindTimes times;
  const Span spans[] = {{.begin_ns = 0, .end_ns = 5, .kind = SpanKind::fetch},
                        {.begin_ns = 3, .end_ns = 10, .kind = SpanKind::fetch},
                        {.begin_ns = 10, .end_ns = 11, .kind = SpanKind::save}};
  times.add(spans);
  times.add(spans);
  EXPECT_EQ(times.ns[static_cast<int>(SpanKind::fetch)], 24);
  EXPECT_EQ(times.ns[static_cast<int>(SpanKind::save)], 2);
  EXPECT_EQ(times.ns[static_cast<int>(SpanKind::compute)], 0);
}

}  // namespace
}  // namespace trilane
