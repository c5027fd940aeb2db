// A sample of a new workload: how often numbers can be halved until they are one.
#include "workloads/kernel.hpp"
#include "workloads/workload.hpp"

namespace trilane {
namespace {

void halve(KernelFrame& frame, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t i = first; i < last; ++i) {
    for (std::uint64_t left = frame.param[0] + i; left > 1; left /= 2) ++frame.value;
  }
}

constexpr Kernel kHalve{.name = "halve", .chunk_units = 1000, .step = halve};

class Halving final : public Workload {
 public:
  explicit Halving(const WorkloadParams& params) : params_(params) {}

  bool segment(std::uint32_t task, std::uint32_t index, Segment& out) const override {
    if (index != 0) return false;
    const Range range = split_evenly(params_.size, params_.tasks, task);
    out = {
        .kind = SegmentKind::compute, .kernel = &kHalve, .units = range.last - range.first, .param = {range.first + 1}};
    return true;
  }

 private:
  WorkloadParams params_;
};

}  // namespace

const WorkloadInfo& halving_workload() {
  static const WorkloadInfo info{.name = "halving",
                                 .size_unit = "numbers",
                                 .default_size = 1'000'000,
                                 .max_size = 1'000'000'000,
                                 .default_tasks = 16,
                                 .make = make_workload<Halving>};
  return info;
}

}  // namespace trilane
