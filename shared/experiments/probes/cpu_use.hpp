// How much of the processor a process gets while some of its threads compute: what the system gave it, by the system's
// own account.
#pragma once

#include <cstdint>

#include "base/result.hpp"

namespace trilane {

struct CpuUse {
  double cpu_ms = 0;   ///< Processor time of this process, all its threads together.
  double wall_ms = 0;  ///< Time meanwhile.
};

/// Computes on `threads` new threads for `duration_ns`. Blocks. Errors: no threads here, no such account here.
Result<CpuUse> use_cpu(std::uint64_t threads, std::int64_t duration_ns);

}  // namespace trilane
