#include "base/zip.hpp"

#include <cstdint>

#include "base/check.hpp"
#include "base/crc32.hpp"

namespace trilane {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kVersion = 20;
constexpr std::uint32_t kUtf8Names = 1U << 11;
constexpr std::uint32_t kFirstDay = 1U << 5 | 1U;  // 1980-01-01

/// Numbers are sent from their lowest byte.
void put(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

/// What both headers of an entry have in common, from "version needed" to "extra field length".
void put_common(std::string& out, const NamedFile& entry) {
  const auto size = static_cast<std::uint32_t>(entry.bytes.size());
  put(out, kVersion, 2);
  put(out, kUtf8Names, 2);
  put(out, 0, 2);  // stored
  put(out, 0, 2);  // midnight
  put(out, kFirstDay, 2);
  put(out, crc32(entry.bytes), 4);
  put(out, size, 4);
  put(out, size, 4);
  put(out, static_cast<std::uint32_t>(entry.name.size()), 2);
  put(out, 0, 2);
}

}  // namespace

std::string zip_archive(std::span<const NamedFile> entries) {
  TRILANE_CHECK(entries.size() < 0xffff);
  std::string out;
  std::string directory;
  for (const NamedFile& entry : entries) {
    TRILANE_CHECK(entry.name.size() < 0xffff && out.size() + entry.bytes.size() < 0xf0000000);
    const auto at = static_cast<std::uint32_t>(out.size());
    put(out, kLocalHeader, 4);
    put_common(out, entry);
    out += entry.name + entry.bytes;
    put(directory, kCentralHeader, 4);
    put(directory, kVersion, 2);
    put_common(directory, entry);
    put(directory, 0, 2);  // no comment
    put(directory, 0, 2);  // on the first disk
    put(directory, 0, 2);  // attributes
    put(directory, 0, 4);
    put(directory, at, 4);
    directory += entry.name;
  }
  const auto count = static_cast<std::uint32_t>(entries.size());
  const auto directory_at = static_cast<std::uint32_t>(out.size());
  out += directory;
  put(out, kEnd, 4);
  put(out, 0, 4);  // one disk
  put(out, count, 2);
  put(out, count, 2);
  put(out, static_cast<std::uint32_t>(directory.size()), 4);
  put(out, directory_at, 4);
  put(out, 0, 2);
  return out;
}

}  // namespace trilane
