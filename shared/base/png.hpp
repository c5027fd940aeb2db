// Writes pictures as PNG files (RFC 2083): screenshots and plots. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace trilane {

/// `rgb`: width * height * 3 bytes, row by row from the top. Compresses runs only, which is what windows and plots are
/// made of.
std::string encode_png(std::uint32_t width, std::uint32_t height, std::span<const std::uint8_t> rgb);

}  // namespace trilane
