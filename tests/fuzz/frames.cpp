// The frame reader: the first byte says into how large pieces the rest is cut.
#include <algorithm>

#include "base/check.hpp"
#include "fuzz/targets.hpp"
#include "trace/wire.hpp"

namespace trilane::fuzz {

void run_frames(std::span<const std::byte> input) {
  if (input.empty()) return;
  const std::size_t piece = std::to_integer<std::size_t>(input[0]) + 1;
  input = input.subspan(1);
  wire::FrameReader reader;
  std::size_t delivered = 0;
  for (std::size_t at = 0; at < input.size(); at += piece) {
    reader.feed(input.subspan(at, std::min(piece, input.size() - at)));
    wire::Frame frame;
    for (auto more = reader.next(frame); more && *more; more = reader.next(frame)) {
      TRILANE_CHECK(frame.payload.size() <= wire::kMaxPayload);
      delivered += wire::kHeaderSize + frame.payload.size();
      // Every byte is looked at, so that a sanitizer sees a payload that lies outside the buffer.
      std::size_t sum = 0;
      for (const std::byte byte : frame.payload) sum += std::to_integer<std::size_t>(byte);
      TRILANE_CHECK(sum <= frame.payload.size() * 255);
    }
  }
  TRILANE_CHECK(delivered <= input.size());
}

std::vector<Bytes> frame_seeds() {
  std::vector<Bytes> seeds;
  for (const int piece : {0, 3, 15, 255}) {
    wire::FrameWriter writer;
    Bytes stream{static_cast<std::byte>(piece)};
    writer.append(1, {}, stream);
    writer.append(104, as_byte_span("payload"), stream);
    writer.append(2, Bytes(300), stream);
    seeds.push_back(stream);
    stream.resize(stream.size() - 5);
    seeds.push_back(stream);
  }
  return seeds;
}

}  // namespace trilane::fuzz
