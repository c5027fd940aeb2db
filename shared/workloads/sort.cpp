// sort: each task makes and sorts its share of `size` random numbers. Bound by memory rather than arithmetic.
#include "base/random.hpp"
#include "workloads/kernels.hpp"
#include "workloads/workload.hpp"

namespace trilane {
namespace {

class Sort final : public Workload {
 public:
  explicit Sort(const WorkloadParams& params) : params_(params) {}

  bool segment(std::uint32_t task, std::uint32_t index, Segment& out) const override {
    if (index != 0) return false;
    const Range range = split_evenly(params_.size, params_.tasks, task);
    const std::uint64_t elements = range.last - range.first;
    out = {.kind = SegmentKind::compute,
           .kernel = &kSortKernel,
           .units = elements * kSortUnitsPerElement,
           .param = {elements, mix64(params_.seed) + range.first}};
    return true;
  }

 private:
  WorkloadParams params_;
};

}  // namespace

const WorkloadInfo& sort_workload() {
  static const WorkloadInfo info{.name = "sort",
                                 .size_unit = "numbers",
                                 .default_size = 16'000'000,
                                 .max_size = 100'000'000,
                                 .default_tasks = 64,
                                 .make = make_workload<Sort>};
  return info;
}

}  // namespace trilane
