// empty: tasks without a single segment. What is left is the cost of handing out a task.
#include "base/random.hpp"
#include "workloads/workload.hpp"

namespace trilane {
namespace {

class Empty final : public Workload {
 public:
  explicit Empty(const WorkloadParams&) {}
  bool segment(std::uint32_t, std::uint32_t, Segment&) const override { return false; }
};

}  // namespace

const WorkloadInfo& empty_workload() {
  static const WorkloadInfo info{.name = "empty",
                                 .size_unit = "",
                                 .default_size = 1,
                                 .max_size = 1,
                                 .default_tasks = 100'000,
                                 .make = make_workload<Empty>};
  return info;
}

}  // namespace trilane
