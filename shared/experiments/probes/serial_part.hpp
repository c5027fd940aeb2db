// A program with a serial part, really run once: one thread does the serial part, then all of them share the rest. The
// threads are there before the clock starts, so that what is measured is the program and not their creation.
#pragma once

#include <cstdint>

#include "base/result.hpp"

namespace trilane::lab {

/// Units are additions (kernels.hpp, kSumKernel): 0 … serial + parallel - 1.
struct PartlySerial {
  std::uint64_t serial_units = 0;
  std::uint64_t parallel_units = 0;
  unsigned workers = 1;  ///< The calling thread is one of them.
};

/// How long it took. Blocks. Errors: a thread that could not be made; a sum that is wrong.
Result<std::int64_t> run_partly_serial(const PartlySerial& work);

}  // namespace trilane::lab
