// fetch: every task asks a web server for one page and waits for the answer: I/O-bound work as it really is.
// The server's wait and the page's length are options; the answer's bytes are the task's value.
#include "workloads/lab_workload.hpp"
#include "workloads/workload.hpp"

namespace trilane {
namespace {

class Fetch final : public LabWorkload {
 public:
  using LabWorkload::LabWorkload;

  bool segment(std::uint32_t, std::uint32_t index, Segment& out) const override {
    if (index != 0) return false;
    out = {.kind = SegmentKind::fetch};
    return true;
  }
};

}  // namespace

const WorkloadInfo& fetch_workload() {
  static const WorkloadInfo info{.name = "fetch",
                                 .size_unit = "bytes a page",
                                 .default_size = 4'000,
                                 .max_size = 1'000'000,
                                 .default_tasks = 40,
                                 .default_wait_ms = 50,
                                 .waits = true,
                                 .fetches = true,
                                 .make = make_workload<Fetch>};
  return info;
}

}  // namespace trilane
