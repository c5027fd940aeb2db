// Passing data from one thread to another in shared memory: only where it is goes over, the data stays where it lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"

namespace trilane {

struct HandOver {
  std::vector<std::int64_t> round_trips_ns;  ///< From the writer's hand until the reader's "seen" was back; one a pass.
  std::uint64_t writer_address = 0;          ///< Where the data was for the one and for the other.
  std::uint64_t reader_address = 0;
  bool value_arrived = false;  ///< What was written before each pass was read after it, every time.
};

/// Passes a buffer of `bytes` (at least 1) `times` times to a second thread that really runs. Blocks, on a thread that
/// may. Errors: no thread, "stopped", the other did not answer within a second.
Result<HandOver> hand_over(std::size_t bytes, int times, const CancelToken& cancel);

}  // namespace trilane
