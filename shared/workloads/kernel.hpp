// Compute kernels: small functions that are called often through a pointer. Not inlined into one long loop on purpose:
// a browser's engine optimises a function only between calls, so a kernel inside a long-running function would stay at
// the speed of the baseline compiler. The calls also give the checkpoints at which cancelling, the GIL's switch
// interval and heartbeats are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace trilane {

/// What one compute segment works on. Lives on the executing worker; nothing in it is shared.
struct KernelFrame {
  std::uint64_t value = 0;                        ///< The accumulated answer; becomes the task's value.
  std::uint64_t param[4] = {};                    ///< Meaning is the kernel's.
  std::vector<std::uint32_t>* scratch = nullptr;  ///< The worker's reusable memory.
  std::span<std::uint8_t> picture;                ///< Where a kernel with a picture writes its pixels.
};

struct Kernel {
  std::string_view name;
  /// Units done between two checkpoints: about 20-100 us of work.
  std::uint64_t chunk_units;
  /// Does units [first, last). Called with ascending, adjoining ranges.
  void (*step)(KernelFrame& frame, std::uint64_t first, std::uint64_t last);
};

}  // namespace trilane
