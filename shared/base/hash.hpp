// FNV-1a, 64 bits: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm" (IETF draft). For checksums of texts;
// not against adversaries.
#pragma once

#include <cstdint>
#include <string_view>

namespace trilane {

inline constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325ULL;

/// The hash of `text`, or of what `state` is the hash of followed by `text`.
constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t state = kFnvBasis) {
  for (const char c : text) state = (state ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
  return state;
}

}  // namespace trilane
