// The checksum of PNG chunks and ZIP entries. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace trilane {

/// CRC-32 (ISO 3309), as in RFC 2083 and in ZIP.
std::uint32_t crc32(std::string_view bytes);

}  // namespace trilane
