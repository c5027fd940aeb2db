#include <algorithm>

#include "base/random.hpp"
#include "workloads/kernels.hpp"

// LLVM unrolls no loop for WebAssembly by itself, where its counting and jumping is a good part of these bodies.
#ifdef __clang__
#define TRILANE_UNROLL _Pragma("clang loop unroll_count(8)")
#else
#define TRILANE_UNROLL
#endif

namespace trilane {
namespace {

// Least-significant-digit radix sort (Knuth, The Art of Computer Programming 3, 5.2.5) with 8-bit digits: ten sweeps
// over the memory, so it is bound by memory, not by arithmetic. The sweeps, each of n units:
//   0: make the numbers; 1, 3, 5, 7: count digits; 2, 4, 6, 8: move to the other half; 9: check order, add up.
// scratch holds [numbers: n][other half: n][digit counts: 256].
void sweep(KernelFrame& frame, std::uint64_t stage, std::uint64_t first, std::uint64_t last) {
  const std::uint64_t n = frame.param[0];
  auto& scratch = *frame.scratch;
  const std::uint64_t pass = stage == 0 || stage == 9 ? 0 : (stage - 1) / 2;
  std::uint32_t* from = scratch.data() + (pass % 2 == 0 ? 0 : n);
  std::uint32_t* to = scratch.data() + (pass % 2 == 0 ? n : 0);
  std::uint32_t* counts = scratch.data() + 2 * n;
  const auto shift = static_cast<unsigned>(pass * 8);
  if (stage == 0) {
    const auto seed = static_cast<std::uint32_t>(frame.param[1]);
    for (std::uint64_t i = first; i != last; ++i) from[i] = mix32(seed + static_cast<std::uint32_t>(i));
  } else if (stage == 9) {
    // Four passes end in the first half. The sum with the index as weight depends on the order.
    const std::uint32_t* sorted = scratch.data();
    for (std::uint64_t i = first; i != last; ++i) {
      const bool in_order = i == 0 || sorted[i - 1] <= sorted[i];
      frame.value += in_order ? sorted[i] * (i + 1) : 0xbad;
    }
  } else if (stage % 2 == 1) {
    if (first == 0) std::fill_n(counts, 256, 0U);
    TRILANE_UNROLL
    for (std::uint64_t i = first; i != last; ++i) ++counts[(from[i] >> shift) & 0xff];
  } else {
    if (first == 0) {
      std::uint32_t start = 0;
      for (int digit = 0; digit < 256; ++digit) {
        const std::uint32_t count = counts[digit];
        counts[digit] = start;
        start += count;
      }
    }
    TRILANE_UNROLL
    for (std::uint64_t i = first; i != last; ++i) to[counts[(from[i] >> shift) & 0xff]++] = from[i];
  }
}

void step(KernelFrame& frame, std::uint64_t first, std::uint64_t last) {
  const std::uint64_t n = frame.param[0];
  if (first == 0) frame.scratch->resize(2 * n + 256);
  while (first != last) {  // a chunk may cross from one sweep into the next
    const std::uint64_t stage = first / n;
    const std::uint64_t stop = std::min(last, (stage + 1) * n);
    sweep(frame, stage, first - stage * n, stop - stage * n);
    first = stop;
  }
}

}  // namespace

const Kernel kSortKernel{"sort", 16384, step};

}  // namespace trilane
