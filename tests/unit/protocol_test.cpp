// The payloads of both hops: whatever arrives is either the value that was sent or an error.
#include "engine/protocol.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "base/random.hpp"
#include "models/child_protocol.hpp"

namespace trilane {
namespace {

struct Message {
  const char* name;
  Bytes bytes;
  std::function<bool(std::span<const std::byte>)> accepts;
};

Span some_span(std::int64_t begin, std::int64_t end, SpanKind kind = SpanKind::compute) {
  Span span;
  span.begin_ns = begin;
  span.end_ns = end;
  span.kind = kind;
  return span;
}

child::JobResult some_result() {
  child::JobResult result;
  result.job = {.first = 4, .count = 2};
  result.records = {{11, 100, 200}, {12, 200, 300}};
  result.spans = {some_span(100, 200), some_span(200, 300, SpanKind::wait)};
  result.counted = 7;
  result.errors = {2, "task 4: refused"};
  return result;
}

child::Setup some_setup() {
  child::Setup setup;
  setup.workload = "parse-and-save";
  setup.params = {.tasks = 9,
                  .size = 8,
                  .wait_ms = 7.5,
                  .cpu_share = 0.25,
                  .seed = 6,
                  .counter_mode = CounterMode::atomic,
                  .jitter_ms = 1.5,
                  .parse_factor = 3};
  setup.trace = false;
  setup.web = {.base_url = "http://127.0.0.1:80",
               .urls = {"http://a/", "http://b/"},
               .timeout_ms = 77,
               .table = "somewhere",
               .commit_batch = 5};
  return setup;
}

protocol::TileEvent some_tile() { return {{1, 2, 3, 4}, 5, std::vector<std::uint8_t>(12, 9)}; }

std::vector<Message> every_message() {
  const std::vector<Span> spans{some_span(0, 5), some_span(5, 5)};
  return {
      {"repeat", encode(protocol::RepeatEvent{-1, 3}), [](auto p) { return protocol::decode_repeat(p).has_value(); }},
      {"progress", encode(protocol::ProgressEvent{3, 9, 1.5}),
       [](auto p) { return protocol::decode_progress(p).has_value(); }},
      {"tile", encode(some_tile()), [](auto p) { return protocol::decode_tile(p).has_value(); }},
      {"spans", protocol::encode_spans(spans), [](auto p) { return protocol::decode_spans(p).has_value(); }},
      {"setup", child::encode(some_setup()), [](auto p) { return child::decode_setup(p).has_value(); }},
      {"result", child::encode(some_result()), [](auto p) { return child::decode_result(p).has_value(); }},
      {"job", child::encode_plain(child::Job{1, 2}),
       [](auto p) { return child::decode_plain<child::Job>(p).has_value(); }},
      {"ready", child::encode_plain(child::Ready{}),
       [](auto p) { return child::decode_plain<child::Ready>(p).has_value(); }},
      {"usage", child::encode_plain(child::ChildUsage{}),
       [](auto p) { return child::decode_plain<child::ChildUsage>(p).has_value(); }},
  };
}

TEST(Payloads, WholeOnesAreAccepted) {
  for (const Message& message : every_message()) EXPECT_TRUE(message.accepts(message.bytes)) << message.name;
}

TEST(Payloads, TruncatedAtEveryLengthAreRefused) {
  for (const Message& message : every_message()) {
    for (std::size_t length = 0; length < message.bytes.size(); ++length) {
      const Bytes cut(message.bytes.begin(), message.bytes.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_FALSE(message.accepts(cut)) << message.name << " of " << length << " bytes";
    }
  }
}

TEST(Payloads, WithAByteTooManyAreRefused) {
  for (Message& message : every_message()) {
    message.bytes.push_back(std::byte{0});
    EXPECT_FALSE(message.accepts(message.bytes)) << message.name;
  }
}

TEST(Payloads, OfRandomBytesAreSurvived) {
  Random random(17);
  for (const Message& message : every_message()) {
    for (int trial = 0; trial < 2000; ++trial) {
      Bytes noise(random.next() % 200);
      for (auto& byte : noise) byte = static_cast<std::byte>(random.next());
      message.accepts(noise);
      Bytes mutated = message.bytes;
      for (std::uint64_t flips = random.next() % 4; flips != 0; --flips) {
        mutated[random.next() % mutated.size()] = static_cast<std::byte>(random.next());
      }
      message.accepts(mutated);
    }
  }
}

TEST(Payloads, KeepTheirValues) {
  const auto tile = protocol::decode_tile(encode(some_tile()));
  ASSERT_TRUE(tile);
  EXPECT_EQ(tile->tile.width, 3U);
  EXPECT_EQ(tile->tile.height, 4U);
  EXPECT_EQ(tile->lane, 5);
  EXPECT_EQ(tile->pixels, some_tile().pixels);

  const auto setup = child::decode_setup(child::encode(some_setup()));
  ASSERT_TRUE(setup);
  EXPECT_EQ(setup->workload, "parse-and-save");
  EXPECT_EQ(setup->params.tasks, 9U);
  EXPECT_EQ(setup->params.size, 8U);
  EXPECT_EQ(setup->params.wait_ms, 7.5);
  EXPECT_EQ(setup->params.cpu_share, 0.25);
  EXPECT_EQ(setup->params.seed, 6U);
  EXPECT_EQ(setup->params.counter_mode, CounterMode::atomic);
  EXPECT_EQ(setup->params.jitter_ms, 1.5);
  EXPECT_EQ(setup->params.parse_factor, 3U);
  EXPECT_FALSE(setup->trace);
  EXPECT_EQ(setup->web.base_url, "http://127.0.0.1:80");
  EXPECT_EQ(setup->web.urls, (std::vector<std::string>{"http://a/", "http://b/"}));
  EXPECT_EQ(setup->web.timeout_ms, 77U);
  EXPECT_EQ(setup->web.table, "somewhere");
  EXPECT_EQ(setup->web.commit_batch, 5U);

  const auto result = child::decode_result(child::encode(some_result()));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->records[1].value, 12U);
  EXPECT_EQ(result->spans[1].kind, SpanKind::wait);
  EXPECT_EQ(result->counted, 7U);
  EXPECT_EQ(result->errors.count, 2U);
  EXPECT_EQ(result->errors.first, "task 4: refused");
}

TEST(Payloads, ATileWithOtherPixelsThanItSaysIsRefused) {
  protocol::TileEvent tile = some_tile();
  tile.pixels.pop_back();
  EXPECT_FALSE(protocol::decode_tile(encode(tile)));
  // 65536 * 65536 is 0 in 32 bits.
  tile.tile = {0, 0, 65536, 65536};
  tile.pixels.clear();
  EXPECT_FALSE(protocol::decode_tile(encode(tile)));
}

TEST(Payloads, SpansThatEndBeforeTheyBeginOrAreOfNoKindAreRefused) {
  const std::vector<Span> backwards{some_span(9, 8)};
  EXPECT_FALSE(protocol::decode_spans(protocol::encode_spans(backwards)));
  const std::vector<Span> unknown{some_span(1, 2, static_cast<SpanKind>(kSpanKinds))};
  EXPECT_FALSE(protocol::decode_spans(protocol::encode_spans(unknown)));
  child::JobResult result = some_result();
  result.spans[0].end_ns = -1;
  EXPECT_FALSE(child::decode_result(child::encode(result)));
}

TEST(Payloads, AResultWithOtherRecordsThanItsJobIsRefused) {
  child::JobResult result = some_result();
  result.records.pop_back();
  EXPECT_FALSE(child::decode_result(child::encode(result)));
  result = some_result();
  result.job.count = 0xffffffff;
  EXPECT_FALSE(child::decode_result(child::encode(result)));
}

TEST(Payloads, NumbersThatMakeNoSenseAreRefused) {
  EXPECT_FALSE(protocol::decode_repeat(encode(protocol::RepeatEvent{-2, 1})));
  EXPECT_FALSE(protocol::decode_repeat(encode(protocol::RepeatEvent{0, 0})));
  EXPECT_FALSE(protocol::decode_progress(encode(protocol::ProgressEvent{1, 2, -0.5})));
  EXPECT_FALSE(protocol::decode_progress(encode(protocol::ProgressEvent{1, 2, std::nan("")})));
  child::Setup setup = some_setup();
  setup.params.tasks = 0;
  EXPECT_FALSE(child::decode_setup(child::encode(setup)));
  setup = some_setup();
  setup.params.counter_mode = static_cast<CounterMode>(9);
  EXPECT_FALSE(child::decode_setup(child::encode(setup)));
}

TEST(Payloads, AFullFrameOfSpansFits) {
  const std::vector<Span> spans(protocol::kSpansPerFrame, some_span(1, 2));
  const auto decoded = protocol::decode_spans(protocol::encode_spans(spans));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->size(), protocol::kSpansPerFrame);
}

}  // namespace
}  // namespace trilane
