// primes: how many primes there are below N. Later tasks cost more than early ones: dynamic distribution shows.
#include "workloads/builtin.hpp"
#include "workloads/kernels.hpp"

namespace trilane {
namespace {

class Primes final : public Workload {
 public:
  explicit Primes(const WorkloadParams& params) : params_(params) {}

  bool segment(std::uint32_t task, std::uint32_t index, Segment& out) const override {
    if (index != 0) return false;
    const Range range = split_evenly(params_.size, params_.tasks, task);
    out = {.kind = SegmentKind::compute,
           .kernel = &kPrimesKernel,
           .units = range.last - range.first,
           .param = {range.first}};
    return true;
  }

 private:
  WorkloadParams params_;
};

}  // namespace

const WorkloadInfo kPrimesWorkload{.name = "primes",
                                   .size_unit = "numbers",
                                   .default_size = 2'000'000,
                                   .max_size = 1'000'000'000,
                                   .default_tasks = 64,
                                   .make = make_workload<Primes>};

}  // namespace trilane
