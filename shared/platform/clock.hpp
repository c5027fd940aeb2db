// Platform seam: the monotonic clock. One implementation is linked: native/clock.cpp or web/clock.cpp.
#pragma once

#include <cstdint>

namespace trilane {

/// Nanoseconds on a monotonic clock with an arbitrary origin. Any thread; threads of one address space share the
/// origin. Other processes and Workers may not: their offset is measured (models/child_link.hpp).
std::int64_t now_ns();

/// The smallest step the clock was seen to make, measured once at the first call (a few ms), in ns. Any thread.
double clock_resolution_ns();

}  // namespace trilane
