// empty: tasks without a single segment. What is left is the cost of handing out a task.
#include "base/random.hpp"
#include "workloads/builtin.hpp"

namespace trilane {
namespace {

class Empty final : public Workload {
 public:
  explicit Empty(const WorkloadParams&) {}
  bool segment(std::uint32_t, std::uint32_t, Segment&) const override { return false; }
};

}  // namespace

const WorkloadInfo kEmptyWorkload{.name = "empty",
                                  .size_unit = "",
                                  .default_size = 1,
                                  .max_size = 1,
                                  .default_tasks = 100'000,
                                  .make = make_workload<Empty>};

}  // namespace trilane
