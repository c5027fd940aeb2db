#include "workloads/lab_web.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/hash.hpp"

namespace trilane {
namespace {

LabRequest request_of(std::string_view target) {
  const auto request = parse_lab_target(target);
  EXPECT_TRUE(request) << target << ": " << (request ? "" : request.error().message);
  return request.value_or(LabRequest{});
}

std::string page_of(std::uint32_t page, std::uint64_t seed, std::uint32_t bytes) {
  return lab_body({.kind = LabRequest::Kind::page, .bytes = bytes, .page = page, .seed = seed});
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(LabTarget, LatencyIsRead) {
  const LabRequest request = request_of("/lab/latency?ms=50.25&bytes=123&status=503");
  EXPECT_EQ(request.kind, LabRequest::Kind::latency);
  EXPECT_EQ(request.wait_ms, 50.25);
  EXPECT_EQ(request.bytes, 123U);
  EXPECT_EQ(request.status, 503);
}

TEST(LabTarget, PagesAreRead) {
  const LabRequest request = request_of("/lab/pages/7?bytes=5000&seed=18446744073709551615&ms=1");
  EXPECT_EQ(request.kind, LabRequest::Kind::page);
  EXPECT_EQ(request.page, 7U);
  EXPECT_EQ(request.seed, ~std::uint64_t{0});
  EXPECT_EQ(request.wait_ms, 1);
  EXPECT_EQ(request_of("/lab/pages/4294967295").page, 4'294'967'295U);
}

TEST(LabTarget, EverythingMayBeLeftOut) {
  for (const std::string_view target : {"/lab/latency", "/lab/latency?"}) {
    const LabRequest request = request_of(target);
    EXPECT_EQ(request.wait_ms, 0);
    EXPECT_EQ(request.bytes, 1000U);
    EXPECT_EQ(request.status, 200);
  }
  EXPECT_EQ(request_of("/lab/pages/0").bytes, 20'000U);
  EXPECT_EQ(request_of("/lab/pages/0").seed, 1U);
}

TEST(LabTarget, PercentEscapesAreDecodedOnce) {
  EXPECT_EQ(request_of("/lab/latency?%6ds=%35").wait_ms, 5);
  EXPECT_FALSE(parse_lab_target("/lab/latency?ms=%2535"));
}

TEST(LabTarget, TheLimitsAreAllowed) {
  EXPECT_EQ(request_of("/lab/latency?ms=60000").wait_ms, kMaxLabWaitMs);
  EXPECT_EQ(request_of("/lab/latency?ms=60000.000&jitter=0").wait_ms, kMaxLabWaitMs);
  EXPECT_EQ(request_of("/lab/latency?bytes=10000000").bytes, kMaxLabBytes);
  EXPECT_EQ(request_of("/lab/latency?status=200").status, 200);
  EXPECT_EQ(request_of("/lab/latency?status=599").status, 599);
}

TEST(LabTarget, WhatIsWrongIsNamed) {
  struct Case {
    std::string_view target;
    std::string_view field;
  };
  for (const Case& one : {
           Case{"/lab/latency?ms=nan", "ms"},
           {"/lab/latency?ms=-1", "ms"},
           {"/lab/latency?ms=+1", "ms"},
           {"/lab/latency?ms=1e3", "ms"},
           {"/lab/latency?ms=inf", "ms"},
           {"/lab/latency?ms=", "ms"},
           {"/lab/latency?ms=.5", "ms"},
           {"/lab/latency?ms=5.", "ms"},
           {"/lab/latency?ms=0.0001", "ms"},
           {"/lab/latency?ms= 5", "ms"},
           {"/lab/latency?ms=60000.001", "ms"},
           {"/lab/latency?ms=60001", "ms"},
           {"/lab/latency?ms=99999999999999999999999", "ms"},
           {"/lab/latency?ms=0x10", "ms"},
           {"/lab/latency?ms", "ms"},
           {"/lab/latency?ms=%3", "ms"},
           {"/lab/latency?ms=%zz", "ms"},
           {"/lab/latency?ms=1%00", "ms"},
           {"/lab/latency?ms=1&ms=1", "ms"},
           {"/lab/latency?jitter=-0", "jitter"},
           {"/lab/latency?ms=60000&jitter=1", "jitter"},
           {"/lab/latency?bytes=10000001", "bytes"},
           {"/lab/latency?bytes=1.5", "bytes"},
           {"/lab/latency?bytes=18446744073709551616", "bytes"},
           {"/lab/latency?status=199", "status"},
           {"/lab/latency?status=600", "status"},
           {"/lab/latency?status=101", "status"},
           {"/lab/latency?seed=1", "seed"},
           {"/lab/latency?MS=1", "MS"},
           {"/lab/latency?ms=1&&bytes=1", ""},
           {"/lab/pages/1?status=200", "status"},
           {"/lab/pages/1?seed=18446744073709551616", "seed"},
           {"/lab/pages/1?seed=01", "seed"},
           {"/lab/pages/1?x=1", "x"},
           {"/lab/", "path"},
           {"/lab/pages/", "path"},
           {"/lab/pages/-1", "path"},
           {"/lab/pages/01", "path"},
           {"/lab/pages/4294967296", "path"},
           {"/lab/pages/1/2", "path"},
           {"/lab/pages/x", "path"},
           {"/lab/latency/", "path"},
           {"/lab/latencyx?ms=1", "path"},
           {"/", "path"},
           {"", "path"},
       }) {
    const auto request = parse_lab_target(one.target);
    ASSERT_FALSE(request) << one.target;
    EXPECT_EQ(request.error().field, one.field) << one.target;
    EXPECT_FALSE(request.error().message.empty()) << one.target;
  }
}

TEST(LabTarget, AStrangersTextIsNotEchoedAtLength) {
  const std::string text(5000, 'a');
  for (const std::string& query : {"ms=" + text, text, text + "=1", text + "=%zz", text + "%zz=1", "ms=1&" + text}) {
    const auto request = parse_lab_target("/lab/latency?" + query);
    ASSERT_FALSE(request) << query.substr(0, 20);
    EXPECT_LT(request.error().message.size(), 200U) << query.substr(0, 20);
    EXPECT_LT(request.error().field.size(), 100U) << query.substr(0, 20);
  }
}

TEST(LabTarget, OursAreThoseUnderLab) {
  EXPECT_TRUE(is_lab_target("/lab/latency?ms=5"));
  EXPECT_TRUE(is_lab_target("/lab/nothing"));
  EXPECT_FALSE(is_lab_target("/lab"));
  EXPECT_FALSE(is_lab_target("/label/latency"));
  EXPECT_FALSE(is_lab_target("/index.html?x=/lab/"));
}

TEST(LabTarget, JitterIsDrawnFromTheTargetAndSpreads) {
  std::set<double> waits;
  double sum = 0;
  constexpr int kTargets = 2000;
  for (int i = 0; i < kTargets; ++i) {
    const std::string target = "/lab/pages/" + std::to_string(i) + "?ms=50&jitter=10";
    const double wait = request_of(target).wait_ms;
    EXPECT_EQ(wait, request_of(target).wait_ms);
    ASSERT_GE(wait, 50);
    ASSERT_LT(wait, 60);
    waits.insert(wait);
    sum += wait;
  }
  EXPECT_GT(waits.size(), kTargets * 3 / 4U);
  EXPECT_NEAR(sum / kTargets, 55, 0.3);
  // The number itself is part of what page and program agree on.
  EXPECT_EQ(request_of("/lab/pages/7?ms=50&jitter=10").wait_ms, 55.256);
}

TEST(LabTarget, ClientsTargetsComeBackAsTheyWere) {
  for (const double wait_ms : {0.0, 0.25, 50.0, 0.001, 1234.567, 59'999.999}) {
    const std::string target = lab_page_target(12, wait_ms, 0, 3000, 77);
    const LabRequest request = request_of(target);
    EXPECT_EQ(request.wait_ms, wait_ms) << target;
    EXPECT_EQ(request.page, 12U);
    EXPECT_EQ(request.bytes, 3000U);
    EXPECT_EQ(request.seed, 77U);
  }
  EXPECT_EQ(lab_page_target(7, 50, 0, 20'000, 1), "/lab/pages/7?ms=50&bytes=20000&seed=1&jitter=0");
  EXPECT_EQ(lab_page_target(7, 1e300, -5, 0, 1), "/lab/pages/7?ms=60000&bytes=0&seed=1&jitter=0");
}

TEST(LabBody, LatencyIsAsLongAsAsked) {
  for (const std::uint32_t bytes : {0U, 1U, 61U, 62U, 1000U, kMaxLabBytes})
    EXPECT_EQ(lab_body({.bytes = bytes}).size(), bytes);
  EXPECT_EQ(lab_content_type({}), "text/plain; charset=utf-8");
}

TEST(LabBody, SomeStatusesHaveNone) {
  for (const int status : {204, 205, 304}) EXPECT_EQ(lab_body({.bytes = 10, .status = status}), "");
  for (const int status : {200, 404, 503}) EXPECT_EQ(lab_body({.bytes = 10, .status = status}).size(), 10U);
}

TEST(LabPage, IsAsLongAsAskedWithinFivePerCent) {
  for (const std::uint32_t bytes : {1000U, 1500U, 2000U, 5000U, 20'000U, 100'000U, 1'000'000U}) {
    for (std::uint32_t page = 0; page < 50; ++page) {
      const auto size = static_cast<double>(page_of(page, ~std::uint64_t{0}, bytes).size());
      ASSERT_NEAR(size, bytes, 0.05 * bytes) << "page " << page;
    }
  }
  for (const std::uint32_t bytes : {0U, 1U, 500U}) {
    const std::string page = page_of(3, 1, bytes);
    EXPECT_LT(page.size(), 1000U) << "as small as it can be";
    EXPECT_TRUE(page.ends_with("</html>\n"));
  }
}

TEST(LabPage, IsAPageThatNeedsAParser) {
  const std::string page = page_of(7, 1, 50'000);
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_EQ(count(page, "<title>Page 7: "), 1U);
  for (const std::string_view part : {"<h1>", "<h2 ", "<ul>", "<ol><li>", "<table>", "<a href=\"/lab/pages/",
                                      "<script>", "<style>", "<!--", "&amp;", "&#233;", "<pre>"})
    EXPECT_GE(count(page, part), 1U) << part;
  EXPECT_GT(count(page, "<p>"), count(page, "</p>")) << "end tags are omitted";
  EXPECT_GT(count(page, "<li>"), count(page, "</li>"));
  EXPECT_EQ(lab_content_type({.kind = LabRequest::Kind::page}), "text/html; charset=utf-8");
}

TEST(LabPage, DependsOnPageSeedAndLength) {
  const std::string page = page_of(7, 1, 5000);
  EXPECT_EQ(page, page_of(7, 1, 5000));
  EXPECT_NE(page, page_of(8, 1, 5000));
  EXPECT_NE(page, page_of(7, 2, 5000));
  EXPECT_NE(page, page_of(7, 1, 5001));
}

// The same numbers are tested where the page answers by itself (its service worker): both must serve the same web.
TEST(LabPage, BytesAreTheSameEverywhere) {
  EXPECT_EQ(fnv1a(page_of(7, 1, 20'000)), 18'405'696'488'121'058'544U);
  EXPECT_EQ(fnv1a(page_of(4'294'967'295U, ~std::uint64_t{0}, 3000)), 10'823'331'464'929'892'355U);
  EXPECT_EQ(fnv1a(lab_body({.bytes = 1000})), 18'265'323'628'068'802'296U);
}

}  // namespace
}  // namespace trilane
