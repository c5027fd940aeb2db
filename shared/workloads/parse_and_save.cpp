// parse-and-save: every task fetches a page, parses its HTML and saves title, number of links and a hash of the text to
// a database: waiting, computing and waiting for a disk in one task, as a crawler has them.
#include <iterator>

#include "workloads/lab_workload.hpp"
#include "workloads/workload.hpp"

namespace trilane {
namespace {

class ParseAndSave final : public LabWorkload {
 public:
  using LabWorkload::LabWorkload;

  bool segment(std::uint32_t, std::uint32_t index, Segment& out) const override {
    constexpr SegmentKind kScript[] = {SegmentKind::fetch, SegmentKind::parse, SegmentKind::save};
    if (index >= std::size(kScript)) return false;
    out = {.kind = kScript[index], .units = params().parse_factor};
    return true;
  }
};

}  // namespace

const WorkloadInfo& parse_and_save_workload() {
  static const WorkloadInfo info{.name = "parse-and-save",
                                 .size_unit = "bytes a page",
                                 .default_size = 20'000,
                                 .max_size = 1'000'000,
                                 .default_tasks = 40,
                                 .default_wait_ms = 50,
                                 .waits = true,
                                 .fetches = true,
                                 .saves = true,
                                 .make = make_workload<ParseAndSave>};
  return info;
}

}  // namespace trilane
