// The kernels that workloads share. One .cpp each.
#pragma once

#include "workloads/kernel.hpp"

namespace trilane {

/// value += the sum of param[0] + i for i in [first, last), modulo 2^64. One unit: one addition, never folded.
extern const Kernel kSumKernel;
/// value += the number of primes among param[0] + i, i in [first, last), by trial division. One unit: one number.
extern const Kernel kPrimesKernel;
/// Iteration counts of the Mandelbrot set. One unit: one pixel of the tile. param: x, y, width of the tile, picture
/// side.
extern const Kernel kMandelbrotKernel;
/// Generates, radix-sorts and checks param[0] 32-bit numbers made from seed param[1]. kSortUnitsPerElement units each.
extern const Kernel kSortKernel;
inline constexpr std::uint64_t kSortUnitsPerElement = 10;

}  // namespace trilane
