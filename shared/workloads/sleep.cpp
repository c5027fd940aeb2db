// sleep: every task only waits. The purest I/O-bound work: a wait for nobody.
#include "workloads/workload.hpp"

namespace trilane {
namespace {

class Sleep final : public Workload {
 public:
  explicit Sleep(const WorkloadParams& params) : wait_ns_(static_cast<std::int64_t>(params.wait_ms * 1e6)) {}

  bool segment(std::uint32_t, std::uint32_t index, Segment& out) const override {
    if (index != 0) return false;
    out = {.kind = SegmentKind::wait, .wait_ns = wait_ns_};
    return true;
  }

 private:
  std::int64_t wait_ns_;
};

}  // namespace

const WorkloadInfo& sleep_workload() {
  static const WorkloadInfo info{.name = "sleep",
                                 .size_unit = "",
                                 .default_size = 1,
                                 .max_size = 1,
                                 .default_tasks = 32,
                                 .default_wait_ms = 20,
                                 .waits = true,
                                 .make = make_workload<Sleep>};
  return info;
}

}  // namespace trilane
