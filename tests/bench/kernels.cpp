// How long each kernel takes natively at -O3, as JSON: {"primes": {"size": N, "ms": median}, …}. What the page's
// kernels are measured against (page.mjs). The work is the workload's own, run as one worker runs it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "base/stats.hpp"
#include "workloads/workload.hpp"

namespace {

using trilane::KernelFrame;
using trilane::Segment;

struct Work {
  const char* workload;
  std::uint64_t size;
  std::uint32_t tasks;
};
constexpr Work kWork[] = {
    {"sum", 200'000'000, 16}, {"primes", 1'000'000, 16}, {"mandelbrot", 512, 16}, {"sort", 2'000'000, 16}};

double once_ms(const Work& work) {
  const auto workload = trilane::find_workload(work.workload)->make({.tasks = work.tasks, .size = work.size});
  std::vector<std::uint32_t> scratch;
  std::vector<std::uint8_t> picture;
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint32_t task = 0; task < work.tasks; ++task) {
    Segment segment;
    if (!workload->segment(task, 0, segment)) continue;
    const auto tile = workload->tile(task);
    picture.resize(std::size_t{tile.width} * tile.height);
    KernelFrame frame{.scratch = &scratch, .picture = picture};
    std::ranges::copy(segment.param, frame.param);
    for (std::uint64_t at = 0; at < segment.units; at += segment.kernel->chunk_units) {
      segment.kernel->step(frame, at, std::min(at + segment.kernel->chunk_units, segment.units));
    }
  }
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main() {
  std::string json = "{";
  for (const Work& work : kWork) {
    std::vector<double> ms;
    for (int round = 0; round < 7; ++round) ms.push_back(once_ms(work));
    json += (json.size() > 1 ? "," : "") + std::string("\"") + work.workload +
            "\":{\"size\":" + std::to_string(work.size) + ",\"tasks\":" + std::to_string(work.tasks) +
            ",\"ms\":" + std::to_string(*trilane::median(ms)) + "}";
  }
  std::puts((json + "}").c_str());
  return 0;
}
