#include "trace/recorder.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace trilane {
namespace {

Span span_number(std::uint64_t number, std::uint16_t lane = 0) {
  Span span;
  span.begin_ns = static_cast<std::int64_t>(number);
  span.end_ns = static_cast<std::int64_t>(number) + 1;
  span.lane = lane;
  span.arg = ~number;
  return span;
}

TEST(LaneRing, KeepsTheFirstAndCountsTheDropped) {
  LaneRing ring(8);
  for (std::uint64_t i = 0; i < 11; ++i) ring.push(span_number(i));
  EXPECT_EQ(ring.dropped(), 3U);
  std::vector<Span> out;
  ring.pop_all(out);
  ASSERT_EQ(out.size(), 8U);
  for (std::uint64_t i = 0; i < 8; ++i) EXPECT_EQ(out[i].arg, ~i);
  out.clear();
  ring.pop_all(out);
  EXPECT_TRUE(out.empty());
  ring.push(span_number(99));
  ring.pop_all(out);
  ASSERT_EQ(out.size(), 1U) << "space again after draining";
  EXPECT_EQ(ring.dropped(), 3U);
}

TEST(LaneRing, WrapsManyTimes) {
  LaneRing ring(4);
  std::vector<Span> out;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    ring.push(span_number(i));
    if (i % 3 == 2) ring.pop_all(out);
  }
  ring.pop_all(out);
  ASSERT_EQ(out.size(), 1000U);
  for (std::uint64_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i].begin_ns, static_cast<std::int64_t>(i));
  EXPECT_EQ(ring.dropped(), 0U);
}

// A producer at full speed against a consumer: nothing torn, nothing out of order, every span read or counted.
TEST(LaneRing, LosesNothingUncountedAcrossThreads) {
  constexpr std::uint64_t kSpans = 200'000;
  LaneRing ring(256);
  std::atomic<bool> ended{false};
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < kSpans; ++i) ring.push(span_number(i));
    ended.store(true, std::memory_order_release);
  });
  std::vector<Span> out;
  std::uint64_t read = 0;
  std::int64_t last = -1;
  for (bool final_round = false;; final_round = ended.load(std::memory_order_acquire)) {
    out.clear();
    ring.pop_all(out);
    for (const Span& span : out) {
      ASSERT_GT(span.begin_ns, last);
      ASSERT_EQ(span.arg, ~static_cast<std::uint64_t>(span.begin_ns)) << "torn span";
      last = span.begin_ns;
    }
    read += out.size();
    if (final_round && out.empty()) break;
  }
  producer.join();
  EXPECT_EQ(read + ring.dropped(), kSpans);
}

TEST(Recorder, DrainsEveryLaneAndAddsUpTheDropped) {
  Recorder recorder(3, 4);
  ASSERT_TRUE(recorder.enabled());
  for (std::uint16_t lane = 0; lane < 3; ++lane) {
    for (std::uint64_t i = 0; i <= 4U + lane; ++i) recorder.lane(lane)->push(span_number(i, lane));
  }
  std::vector<Span> out;
  recorder.drain(out);
  EXPECT_EQ(out.size(), 12U);
  EXPECT_EQ(recorder.dropped(), 1U + 2U + 3U);
}

TEST(Recorder, ServesSeveralRepeatsAndKnowsTheMemoryThatItHasTouched) {
  constexpr std::uint64_t kCapacity = 4096;
  const std::uint64_t ready = Recorder(1, kCapacity).touched_bytes() / sizeof(Span), few = ready + 3;
  ASSERT_LT(few, kCapacity);
  Recorder recorder(2, kCapacity);
  for (std::uint64_t i = 0; i < few; ++i) recorder.lane(0)->push(span_number(i, 0));
  EXPECT_EQ(recorder.touched_bytes(), (few + ready) * sizeof(Span));
  for (std::uint64_t i = 0; i < kCapacity + 12; ++i) recorder.lane(1)->push(span_number(i, 1));
  EXPECT_EQ(recorder.dropped(), 12U);
  std::vector<Span> out;
  recorder.drain(out);
  recorder.forget_dropped();
  EXPECT_EQ(recorder.dropped(), 0U);
  for (std::uint64_t i = 0; i < kCapacity; ++i) recorder.lane(1)->push(span_number(i, 1));
  EXPECT_EQ(recorder.dropped(), 0U);
  EXPECT_EQ(recorder.touched_bytes(), (few + kCapacity) * sizeof(Span)) << "a ring is written to again and again";
}

TEST(Recorder, WithoutLanesIsOff) {
  Recorder recorder(0, 1024);
  EXPECT_FALSE(recorder.enabled());
  EXPECT_EQ(recorder.lane(0), nullptr);
  std::vector<Span> out;
  recorder.drain(out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(recorder.dropped(), 0U);
}

}  // namespace
}  // namespace trilane
