// Little-endian byte strings with every length checked: what the wire protocol's messages are written with.
// The reader never throws and never reads past its end: after the first short read `ok()` is false, and every later
// read gives zero, so a decoder reads all fields and asks once. Not thread-safe.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace trilane {

static_assert(std::endian::native == std::endian::little, "the wire format is the machine's own byte order");

using Bytes = std::vector<std::byte>;

inline std::span<const std::byte> as_byte_span(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

class ByteWriter {
 public:
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void put(const T& value) {
    put_bytes(std::as_bytes(std::span(&value, 1)));
  }
  void put_bytes(std::span<const std::byte> bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  /// u32 length, then the bytes.
  void put_text(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    put_bytes(as_byte_span(text));
  }
  /// u32 count, then the elements as they lie in memory.
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void put_array(std::span<const T> values) {
    put(static_cast<std::uint32_t>(values.size()));
    put_bytes(std::as_bytes(values));
  }

  Bytes take() { return std::move(out_); }
  const Bytes& bytes() const { return out_; }

 private:
  Bytes out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <class T>
    requires std::is_trivially_copyable_v<T>
  T get() {
    T value{};
    if (!take(sizeof(T))) return value;
    std::memcpy(&value, bytes_.data() + at_ - sizeof(T), sizeof(T));
    return value;
  }
  std::string get_text() {
    const auto size = get<std::uint32_t>();
    if (!take(size)) return {};
    return {reinterpret_cast<const char*>(bytes_.data() + at_ - size), size};
  }
  template <class T>
    requires std::is_trivially_copyable_v<T>
  std::vector<T> get_array() {
    const auto count = get<std::uint32_t>();
    // The division keeps a hostile count from overflowing the product, and from allocating before it is checked.
    if (count > remaining() / sizeof(T) || !take(count * sizeof(T))) {
      ok_ = false;
      return {};
    }
    std::vector<T> values(count);
    if (count != 0) std::memcpy(values.data(), bytes_.data() + at_ - count * sizeof(T), count * sizeof(T));
    return values;
  }

  std::size_t remaining() const { return bytes_.size() - at_; }
  bool ok() const { return ok_; }
  /// True when everything was read and nothing was missing: what a decoder returns.
  bool done() const { return ok_ && at_ == bytes_.size(); }

 private:
  bool take(std::size_t size) {
    if (!ok_ || size > remaining()) {
      ok_ = false;
      return false;
    }
    at_ += size;
    return true;
  }

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace trilane
