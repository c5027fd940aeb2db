// primes: how many primes there are below N. Later tasks cost more than early ones: dynamic distribution shows.
#include "workloads/kernels.hpp"
#include "workloads/workload.hpp"

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

const WorkloadInfo& primes_workload() {
  static const WorkloadInfo info{.name = "primes",
                                 .size_unit = "numbers",
                                 .default_size = 2'000'000,
                                 .max_size = 1'000'000'000,
                                 .default_tasks = 64,
                                 .make = make_workload<Primes>};
  return info;
}

}  // namespace trilane
