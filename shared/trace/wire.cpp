#include "trace/wire.hpp"

#include <cstring>

#include "base/check.hpp"

namespace trilane::wire {
namespace {

struct Header {
  std::uint32_t magic;
  std::uint16_t type;
  std::uint16_t reserved;
  std::uint32_t sequence;
  std::uint32_t size;
};
static_assert(sizeof(Header) == kHeaderSize);

constexpr std::uint32_t kMagic = 'T' | ('R' << 8) | ('L' << 16) | (static_cast<std::uint32_t>(kVersion) << 24);

std::string problem_with(const Header& header, std::uint32_t expected_sequence) {
  if ((header.magic & 0xffffff) != (kMagic & 0xffffff)) return "the stream does not hold Trilane frames";
  if (header.magic != kMagic)
    return "the other side speaks protocol version " + std::to_string(header.magic >> 24) + ", this one version " +
           std::to_string(kVersion) + ": both must be of one build";
  if (header.reserved != 0) return "a frame with unknown flags arrived";
  if (header.size > kMaxPayload)
    return "a frame of " + std::to_string(header.size) + " bytes arrived; at most " + std::to_string(kMaxPayload) +
           " are allowed";
  if (header.sequence != expected_sequence)
    return "frame " + std::to_string(header.sequence) + " arrived where frame " + std::to_string(expected_sequence) +
           " was due: lost, repeated or out of order";
  return {};
}

}  // namespace

void FrameWriter::append(std::uint16_t type, std::span<const std::byte> payload, Bytes& out) {
  TRILANE_CHECK(payload.size() <= kMaxPayload);
  const Header header{kMagic, type, 0, sequence_++, static_cast<std::uint32_t>(payload.size())};
  const auto head = std::as_bytes(std::span(&header, 1));
  out.reserve(out.size() + kHeaderSize + payload.size());
  out.insert(out.end(), head.begin(), head.end());
  out.insert(out.end(), payload.begin(), payload.end());
}

Bytes FrameWriter::frame(std::uint16_t type, std::span<const std::byte> payload) {
  Bytes out;
  append(type, payload, out);
  return out;
}

void FrameReader::feed(std::span<const std::byte> bytes) {
  if (!broken_.empty()) return;
  if (at_ != 0) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
  }
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Result<bool> FrameReader::next(Frame& frame) {
  if (!broken_.empty()) return fail(broken_);
  if (buffer_.size() - at_ < kHeaderSize) return false;
  Header header;
  std::memcpy(&header, buffer_.data() + at_, kHeaderSize);
  // Checked before the payload is there: a hostile length must not make us wait for, or buffer, gigabytes.
  broken_ = problem_with(header, sequence_);
  if (!broken_.empty()) return fail(broken_);
  if (buffer_.size() - at_ - kHeaderSize < header.size) return false;
  frame = {header.type, std::span(buffer_).subspan(at_ + kHeaderSize, header.size)};
  at_ += kHeaderSize + header.size;
  ++sequence_;
  return true;
}

}  // namespace trilane::wire
