// mandelbrot: a picture of size x size pixels, cut into one tile a task. Tiles differ widely in cost.
#include <algorithm>
#include <cmath>

#include "workloads/kernels.hpp"
#include "workloads/workload.hpp"

namespace trilane {
namespace {

class Mandelbrot final : public Workload {
 public:
  explicit Mandelbrot(const WorkloadParams& params)
      : params_(params), rows_(static_cast<std::uint32_t>(std::ceil(std::sqrt(params.tasks)))) {}

  bool segment(std::uint32_t task, std::uint32_t index, Segment& out) const override {
    if (index != 0) return false;
    const Tile where = tile(task);
    out = {.kind = SegmentKind::compute,
           .kernel = &kMandelbrotKernel,
           .units = std::uint64_t{where.width} * where.height,
           .param = {where.x, where.y, where.width, params_.size}};
    return true;
  }

  // Rows of tiles; every row holds as many tasks as the next, give or take one, so any number of tasks fills the
  // square.
  Tile tile(std::uint32_t task) const override {
    std::uint32_t row = 0;
    Range tasks_of_row{};
    // split_evenly's inverse: the first `extra` rows hold one task more.
    const std::uint32_t base = params_.tasks / rows_;
    const std::uint32_t extra = params_.tasks % rows_;
    const std::uint32_t in_long_rows = extra * (base + 1);
    row = task < in_long_rows ? task / (base + 1) : extra + (task - in_long_rows) / base;
    tasks_of_row = split_evenly(params_.tasks, rows_, row);
    const auto columns = static_cast<std::uint32_t>(tasks_of_row.last - tasks_of_row.first);
    const auto column = static_cast<std::uint32_t>(task - tasks_of_row.first);
    const Range y = split_evenly(params_.size, rows_, row);
    const Range x = split_evenly(params_.size, columns, column);
    return {static_cast<std::uint32_t>(x.first), static_cast<std::uint32_t>(y.first),
            static_cast<std::uint32_t>(x.last - x.first), static_cast<std::uint32_t>(y.last - y.first)};
  }

  std::uint32_t picture_side() const override { return static_cast<std::uint32_t>(params_.size); }

 private:
  WorkloadParams params_;
  std::uint32_t rows_;
};

}  // namespace

const WorkloadInfo& mandelbrot_workload() {
  static const WorkloadInfo info{.name = "mandelbrot",
                                 .size_unit = "pixels a side",
                                 .default_size = 1024,
                                 .max_size = 4096,
                                 .default_tasks = 64,
                                 .make = make_workload<Mandelbrot>};
  return info;
}

}  // namespace trilane
