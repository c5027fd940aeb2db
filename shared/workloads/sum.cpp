// sum: 1 + 2 + … + N, split into tasks: the first task of the lab sheet.
#include "workloads/kernels.hpp"
#include "workloads/workload.hpp"

namespace trilane {
namespace {

class Sum final : public Workload {
 public:
  explicit Sum(const WorkloadParams& params) : params_(params) {}

  bool segment(std::uint32_t task, std::uint32_t index, Segment& out) const override {
    if (index != 0) return false;
    const Range range = split_evenly(params_.size, params_.tasks, task);
    out = {.kind = SegmentKind::compute,
           .kernel = &kSumKernel,
           .units = range.last - range.first,
           .param = {range.first + 1}};
    return true;
  }

 private:
  WorkloadParams params_;
};

}  // namespace

const WorkloadInfo& sum_workload() {
  static const WorkloadInfo info{.name = "sum",
                                 .size_unit = "numbers",
                                 .default_size = 400'000'000,
                                 .max_size = 10'000'000'000'000,
                                 .default_tasks = 64,
                                 .make = make_workload<Sum>};
  return info;
}

}  // namespace trilane
