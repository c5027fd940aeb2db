// Passing data from one thread to others in shared memory: only where it is goes over, the data stays where it lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"

namespace trilane {

struct HandOver {
  std::vector<std::int64_t> round_trips_ns =
      {};                  ///< From the writer's hand until a reader's "seen" was back; one a pass.
  std::uint32_t lost = 0;  ///< Passes in which the reader did not read what had been written.
  // Of the writer and of all readers, as each saw them itself.
  std::set<std::uint64_t> addresses;  ///< Where the data was.
  std::set<std::int64_t> thread_ids;
  std::set<std::int64_t> process_ids;
};

enum class ReadPart : std::uint8_t {
  ends,   ///< The first and the last byte: what is measured is the handing over.
  every,  ///< Every byte.
};

/// Passes a buffer of `bytes` (at least 1) to `readers` threads that really run, in turn, `times` times after one pass
/// to each that is not counted. Before each pass what is read is written anew. Blocks, on a thread that may. Errors: no
/// thread, "stopped", a reader did not answer within three seconds.
Result<HandOver> hand_over(std::size_t bytes, std::size_t readers, int times, ReadPart part, const CancelToken& cancel);

/// What a reader of ReadPart::every adds up, here and in a child: its bytes, as numbers.
std::uint64_t sum_of_bytes(const std::uint8_t* data, std::size_t bytes);

}  // namespace trilane
