// How much of the processor others take: asked of the one thing a program can see by itself, gaps in its own time.
#pragma once

#include <cstdint>

namespace trilane {

/// The share of `duration_ns`, 0..1, in which the calling thread did not run: it reads the clock all the time, and
/// counts what is missing between two readings. Blocks. Any thread.
double stolen_share(std::int64_t duration_ns);

}  // namespace trilane
