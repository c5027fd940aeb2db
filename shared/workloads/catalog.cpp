#include <algorithm>

#include "workloads/kernels.hpp"
#include "workloads/workload.hpp"

namespace trilane {

#define WORKLOAD(function) const WorkloadInfo& function();
#include "workloads/catalog.def"
#undef WORKLOAD

std::span<const WorkloadInfo* const> workload_catalog() {
  static const WorkloadInfo* const workloads[] = {
#define WORKLOAD(function) &function(),
#include "workloads/catalog.def"
#undef WORKLOAD
  };
  return workloads;
}

const WorkloadInfo* find_workload(std::string_view name) {
  const auto catalog = workload_catalog();
  const auto found = std::ranges::find(catalog, name, &WorkloadInfo::name);
  return found == catalog.end() ? nullptr : *found;
}

void warm_kernels() {
  std::vector<std::uint32_t> scratch;
  std::vector<std::uint8_t> picture(4096);
  const auto warm = [&](const Kernel& kernel, std::uint64_t units, std::uint64_t a, std::uint64_t b, std::uint64_t c,
                        std::uint64_t d) {
    KernelFrame frame{.param = {a, b, c, d}, .scratch = &scratch, .picture = picture};
    for (std::uint64_t first = 0; first < units; first += kernel.chunk_units) {
      kernel.step(frame, first, std::min(first + kernel.chunk_units, units));
    }
  };
  for (int round = 0; round < 4; ++round) {
    warm(kSumKernel, 4'000'000, 1, 0, 0, 0);
    warm(kPrimesKernel, 20'000, 1'000'000, 0, 0, 0);
    warm(kMandelbrotKernel, 4096, 0, 0, 64, 64);
    warm(kSortKernel, 100'000 * kSortUnitsPerElement, 100'000, 1, 0, 0);
  }
}

}  // namespace trilane
