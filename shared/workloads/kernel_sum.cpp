#include "workloads/kernels.hpp"

namespace trilane {
namespace {

void step(KernelFrame& frame, std::uint64_t first, std::uint64_t last) {
  std::uint64_t value = frame.value;
  for (std::uint64_t i = frame.param[0] + first; i != frame.param[0] + last; ++i) {
    value += i;
    // Compilers know Gauss's formula, and fold or vectorise this loop. To them this empty statement may change `value`,
    // so every addition has to happen.
    asm volatile("" : "+r"(value));
  }
  frame.value = value;
}

}  // namespace

const Kernel kSumKernel{"sum", 65536, step};

}  // namespace trilane
