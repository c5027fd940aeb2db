#include "engine/protocol.hpp"

#include <algorithm>

#include "trace/wire.hpp"

namespace trilane::protocol {

Bytes encode(const RepeatEvent& event) {
  ByteWriter writer;
  writer.put(event.repeat);
  writer.put(event.of);
  return writer.take();
}

Bytes encode(const ProgressEvent& event) {
  ByteWriter writer;
  writer.put(event.done);
  writer.put(event.total);
  writer.put(event.elapsed_ms);
  return writer.take();
}

Bytes encode(const TileEvent& event) {
  ByteWriter writer;
  writer.put(event.tile.x);
  writer.put(event.tile.y);
  writer.put(event.tile.width);
  writer.put(event.tile.height);
  writer.put(event.lane);
  writer.put_array(std::span(event.pixels));
  return writer.take();
}

Bytes encode_spans(std::span<const Span> spans) {
  ByteWriter writer;
  writer.put_array(spans);
  return writer.take();
}

Result<RepeatEvent> decode_repeat(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  RepeatEvent event;
  event.repeat = reader.get<std::int32_t>();
  event.of = reader.get<std::int32_t>();
  if (!reader.done() || event.repeat < -1 || event.of < 1) return fail("a broken repeat event arrived");
  return event;
}

Result<ProgressEvent> decode_progress(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  ProgressEvent event;
  event.done = reader.get<std::uint64_t>();
  event.total = reader.get<std::uint64_t>();
  event.elapsed_ms = reader.get<double>();
  if (!reader.done() || !(event.elapsed_ms >= 0)) return fail("a broken progress event arrived");
  return event;
}

Result<TileEvent> decode_tile(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  TileEvent event;
  event.tile.x = reader.get<std::uint32_t>();
  event.tile.y = reader.get<std::uint32_t>();
  event.tile.width = reader.get<std::uint32_t>();
  event.tile.height = reader.get<std::uint32_t>();
  event.lane = reader.get<std::uint16_t>();
  event.pixels = reader.get_array<std::uint8_t>();
  if (!reader.done() || event.pixels.size() != std::uint64_t{event.tile.width} * event.tile.height) {
    return fail("a broken picture event arrived");
  }
  return event;
}

Result<std::vector<Span>> decode_spans(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  auto spans = reader.get_array<Span>();
  const bool fine = std::ranges::all_of(
      spans, [](const Span& span) { return span.begin_ns <= span.end_ns && static_cast<int>(span.kind) < kSpanKinds; });
  if (!reader.done() || !fine) return fail("a broken span event arrived");
  return spans;
}

static_assert(kSpansPerFrame * sizeof(Span) + 64 <= wire::kMaxPayload);

}  // namespace trilane::protocol
