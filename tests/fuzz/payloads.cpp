// The payload decoders of both hops: the first byte picks one. What is accepted must come back as it was when encoded
// again: then no field was lost or read twice.
#include <algorithm>

#include "base/check.hpp"
#include "engine/protocol.hpp"
#include "fuzz/targets.hpp"
#include "models/child_protocol.hpp"

namespace trilane::fuzz {
namespace {

void must_be(const Bytes& again, std::span<const std::byte> payload) {
  TRILANE_CHECK(std::ranges::equal(again, payload));
}

Bytes with_kind(int kind, const Bytes& payload) {
  Bytes seed{static_cast<std::byte>(kind)};
  seed.insert(seed.end(), payload.begin(), payload.end());
  return seed;
}

}  // namespace

void run_payloads(std::span<const std::byte> input) {
  if (input.empty()) return;
  const auto payload = input.subspan(1);
  switch (std::to_integer<int>(input[0]) % 7) {
    case 0:
      if (const auto event = protocol::decode_repeat(payload)) must_be(encode(*event), payload);
      break;
    case 1:
      if (const auto event = protocol::decode_progress(payload)) must_be(encode(*event), payload);
      break;
    case 2:
      if (const auto event = protocol::decode_tile(payload)) must_be(encode(*event), payload);
      break;
    case 3:
      if (const auto spans = protocol::decode_spans(payload)) {
        for (const Span& span : *spans) {
          TRILANE_CHECK(span.begin_ns <= span.end_ns && !span_kind_name(span.kind).empty());
        }
        must_be(protocol::encode_spans(*spans), payload);
      }
      break;
    case 4:
      if (const auto setup = child::decode_setup(payload)) {
        TRILANE_CHECK(setup->params.tasks != 0 && setup->params.counter_mode <= CounterMode::call);
      }
      break;
    case 5:
      if (const auto result = child::decode_result(payload)) {
        TRILANE_CHECK(result->records.size() == result->job.count);
        must_be(child::encode(*result), payload);
      }
      break;
    default: static_cast<void>(child::decode_plain<child::ChildUsage>(payload));
  }
}

std::vector<Bytes> payload_seeds() {
  Span span;
  span.end_ns = 7;
  const std::vector<Span> spans{span, span};
  child::JobResult result{.job = {.first = 1, .count = 2}, .records = {}, .spans = spans, .errors = {}};
  result.records.resize(2);
  return {
      with_kind(0, encode(protocol::RepeatEvent{-1, 5})),
      with_kind(1, encode(protocol::ProgressEvent{1, 2, 3.5})),
      with_kind(2, encode(protocol::TileEvent{{0, 0, 2, 3}, 1, {1, 2, 3, 4, 5, 6}})),
      with_kind(3, protocol::encode_spans(spans)),
      with_kind(4, child::encode(child::Setup{"mandelbrot", {.tasks = 4, .size = 64}, true, {}})),
      with_kind(5, child::encode(result)),
      with_kind(6, child::encode_plain(child::ChildUsage{})),
  };
}

}  // namespace trilane::fuzz
