// mixed: compute, wait, compute: like a server's request. `cpu_share` moves weight between the two: a task computes
// cpu_share of its part of `size`, half before and half after waiting (1 - cpu_share) of wait_ms.
#include "workloads/kernels.hpp"
#include "workloads/workload.hpp"

namespace trilane {
namespace {

class Mixed final : public Workload {
 public:
  explicit Mixed(const WorkloadParams& params) : params_(params) {}

  bool segment(std::uint32_t task, std::uint32_t index, Segment& out) const override {
    if (index > 2) return false;
    if (index == 1) {
      out = {.kind = SegmentKind::wait,
             .wait_ns = static_cast<std::int64_t>((1 - params_.cpu_share) * params_.wait_ms * 1e6)};
      return true;
    }
    const Range range = split_evenly(params_.size, params_.tasks, task);
    const auto units =
        static_cast<std::uint64_t>(params_.cpu_share * static_cast<double>(range.last - range.first)) / 2;
    out = {.kind = SegmentKind::compute,
           .kernel = &kSumKernel,
           .units = units,
           .param = {range.first + (index == 0 ? 0 : units)}};
    return true;
  }

 private:
  WorkloadParams params_;
};

}  // namespace

const WorkloadInfo& mixed_workload() {
  static const WorkloadInfo info{.name = "mixed",
                                 .size_unit = "numbers",
                                 .default_size = 400'000'000,
                                 .max_size = 1'000'000'000'000,
                                 .default_tasks = 32,
                                 .default_wait_ms = 20,
                                 .waits = true,
                                 .has_cpu_share = true,
                                 .make = make_workload<Mixed>};
  return info;
}

}  // namespace trilane
