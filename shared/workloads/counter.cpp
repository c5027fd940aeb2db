// counter: all workers add to one counter, in one of four ways (CounterMode). The race condition of the lab sheet.
#include "workloads/workload.hpp"

namespace trilane {
namespace {

class Counter final : public Workload {
 public:
  explicit Counter(const WorkloadParams& params) : params_(params) {}

  bool segment(std::uint32_t task, std::uint32_t index, Segment& out) const override {
    if (index != 0) return false;
    const Range range = split_evenly(params_.size, params_.tasks, task);
    out = {.kind = SegmentKind::critical, .units = range.last - range.first};
    return true;
  }

 private:
  WorkloadParams params_;
};

}  // namespace

const WorkloadInfo& counter_workload() {
  static const WorkloadInfo info{.name = "counter",
                                 .size_unit = "increments",
                                 .default_size = 4'000'000,
                                 .max_size = 10'000'000'000,
                                 .default_tasks = 16,
                                 .counts = true,
                                 .make = make_workload<Counter>};
  return info;
}

}  // namespace trilane
