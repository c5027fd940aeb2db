#include "workloads/kernels.hpp"

namespace trilane {
namespace {

/// Compilers know Gauss's formula, and fold or vectorise a plain loop. To them the empty statement may change `value`,
/// so every addition has to happen.
inline void add(std::uint64_t& value, std::uint64_t i) {
  value += i;
  asm volatile("" : "+r"(value));
}

void step(KernelFrame& frame, std::uint64_t first, std::uint64_t last) {
  std::uint64_t value = frame.value;
  std::uint64_t i = frame.param[0] + first;
  const std::uint64_t end = frame.param[0] + last;
  // Eight additions a turn: WebAssembly engines ask in every turn whether they shall stop, which costs as much as an
  // addition.
  for (; end - i >= 8; i += 8) {
    add(value, i);
    add(value, i + 1);
    add(value, i + 2);
    add(value, i + 3);
    add(value, i + 4);
    add(value, i + 5);
    add(value, i + 6);
    add(value, i + 7);
  }
  for (; i != end; ++i) add(value, i);
  frame.value = value;
}

}  // namespace

const Kernel kSumKernel{"sum", 65536, step};

}  // namespace trilane
