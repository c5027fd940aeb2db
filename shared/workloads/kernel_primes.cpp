#include "workloads/kernels.hpp"

namespace trilane {
namespace {

bool is_prime(std::uint32_t n) {
  if (n < 4) return n >= 2;
  if (n % 2 == 0) return false;
  // Divisors are 32-bit on purpose: a 64-bit division costs several times as much on many processors.
  for (std::uint32_t d = 3; static_cast<std::uint64_t>(d) * d <= n; d += 2) {
    if (n % d == 0) return false;
  }
  return true;
}

void step(KernelFrame& frame, std::uint64_t first, std::uint64_t last) {
  std::uint64_t count = 0;
  for (std::uint64_t i = first; i != last; ++i)
    count += is_prime(static_cast<std::uint32_t>(frame.param[0] + i)) ? 1 : 0;
  frame.value += count;
}

}  // namespace

const Kernel kPrimesKernel{"primes", 64, step};

}  // namespace trilane
