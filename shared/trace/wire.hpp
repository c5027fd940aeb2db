// The wire protocol of both hops (front end - engine, engine - child) on both platforms: length-checked, versioned
// frames in a byte stream. What a frame's payload means is the hop's business (engine/protocol.hpp,
// models/child_protocol.hpp).
//
//   offset size
//        0    4  magic "TRL" and the protocol version
//        4    2  type, of the hop
//        6    2  reserved, 0
//        8    4  sequence number: 0, 1, 2… in each direction
//       12    4  payload size in bytes, at most kMaxPayload
//       16    …  payload
//
// A frame that breaks a rule (magic, version, size, sequence) ends the connection: after a broken length nothing that
// follows can be trusted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace trilane::wire {

inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::size_t kHeaderSize = 16;
inline constexpr std::uint32_t kMaxPayload = 4U << 20;

/// A received frame; the payload is valid until the reader is fed again.
struct Frame {
  std::uint16_t type = 0;
  std::span<const std::byte> payload;
};

/// Numbers and packs the frames of one direction. Not thread-safe.
class FrameWriter {
 public:
  /// Appends a frame to `out`. The payload is at most kMaxPayload bytes (a bug otherwise).
  void append(std::uint16_t type, std::span<const std::byte> payload, Bytes& out);
  Bytes frame(std::uint16_t type, std::span<const std::byte> payload);

 private:
  std::uint32_t sequence_ = 0;
};

/// Cuts a byte stream into frames. Not thread-safe.
class FrameReader {
 public:
  /// Adds received bytes. Never fails; errors show in next().
  void feed(std::span<const std::byte> bytes);
  /// The next whole frame; an empty optional-like `false` when more bytes are needed; an Error once the stream is
  /// broken (and for ever after).
  Result<bool> next(Frame& frame);

 private:
  Bytes buffer_;
  std::size_t at_ = 0;
  std::uint32_t sequence_ = 0;
  std::string broken_;
};

}  // namespace trilane::wire
