#include "base/png.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "base/crc32.hpp"

namespace trilane {
namespace {

void put_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

std::uint32_t adler32(std::span<const std::uint8_t> bytes) {
  std::uint32_t a = 1, b = 0;
  for (const std::uint8_t byte : bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

/// Deflate (RFC 1951) in one block with the fixed codes. Only repetitions of the byte before are looked for.
class Deflater {
 public:
  std::string deflate(std::span<const std::uint8_t> bytes) {
    put_bits(0b011, 3);  // last block, fixed codes
    for (std::size_t i = 0; i < bytes.size();) {
      std::size_t run = 0;
      while (i > 0 && run < 258 && i + run < bytes.size() && bytes[i + run] == bytes[i - 1]) ++run;
      if (run == 258) {
        put_symbol(285);
      } else if (run >= 3) {
        run = std::min<std::size_t>(run, 10);  // lengths 3 to 10 need no extra bits
        put_symbol(254 + static_cast<unsigned>(run));
      } else {
        put_symbol(bytes[i++]);
        continue;
      }
      put_bits(0, 5);  // distance 1
      i += run;
    }
    put_symbol(256);
    put_bits(0, 7);  // out to a whole byte
    return std::move(out_);
  }

 private:
  void put_bits(std::uint32_t bits, int count) {
    pending_ |= bits << held_;
    for (held_ += count; held_ >= 8; held_ -= 8) {
      out_ += static_cast<char>(pending_ & 0xff);
      pending_ >>= 8;
    }
  }
  /// Codes are sent from their highest bit, everything else from its lowest.
  void put_code(std::uint32_t code, int length) {
    for (int bit = length - 1; bit >= 0; --bit) put_bits(code >> bit & 1, 1);
  }
  void put_symbol(unsigned symbol) {  // RFC 1951, 3.2.6
    if (symbol < 144) return put_code(0x30 + symbol, 8);
    if (symbol < 256) return put_code(0x190 + symbol - 144, 9);
    if (symbol < 280) return put_code(symbol - 256, 7);
    put_code(0xc0 + symbol - 280, 8);
  }

  std::string out_;
  std::uint32_t pending_ = 0;
  int held_ = 0;
};

void put_chunk(std::string& out, std::string_view type, std::string_view data) {
  put_u32(out, static_cast<std::uint32_t>(data.size()));
  const std::string typed = std::string(type) + std::string(data);
  out += typed;
  put_u32(out, crc32(typed));
}

}  // namespace

std::string encode_png(std::uint32_t width, std::uint32_t height, std::span<const std::uint8_t> rgb) {
  const std::size_t stride = std::size_t{width} * 3;
  TRILANE_CHECK(rgb.size() == stride * height);
  std::string out("\x89PNG\r\n\x1a\n", 8);
  std::string header;
  put_u32(header, width);
  put_u32(header, height);
  header += std::string("\x08\x02\x00\x00\x00", 5);  // 8 bits, RGB
  put_chunk(out, "IHDR", header);

  // Each row as the difference to the one above ("Up"): plain areas become runs of zeros.
  std::vector<std::uint8_t> rows;
  rows.reserve((stride + 1) * height);
  for (std::size_t y = 0; y < height; ++y) {
    rows.push_back(2);
    for (std::size_t x = 0; x < stride; ++x)
      rows.push_back(static_cast<std::uint8_t>(rgb[y * stride + x] - (y == 0 ? 0 : rgb[(y - 1) * stride + x])));
  }
  std::string zlib("\x78\x01", 2);
  zlib += Deflater().deflate(rows);
  put_u32(zlib, adler32(rows));
  put_chunk(out, "IDAT", zlib);
  put_chunk(out, "IEND", "");
  return out;
}

}  // namespace trilane
