// Writes pictures as PNG files (RFC 2083), for screenshots.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace trilane::native {

/// `rgb`: width * height * 3 bytes, row by row from the top. Compresses runs only, which is what a window is made of.
std::string encode_png(std::uint32_t width, std::uint32_t height, std::span<const std::uint8_t> rgb);

}  // namespace trilane::native
