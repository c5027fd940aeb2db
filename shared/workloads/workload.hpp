// A workload makes N tasks from (size, seed); a task is a short script of segments, read one after another.
// The same script is run by every model: blocking in sync, threads and children, as a coroutine in async.
// Workloads are pure: a child process makes the same tasks from the same parameters.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "workloads/kernel.hpp"

namespace trilane {

/// How the `counter` workload's workers add to the counter they share.
enum class CounterMode : std::uint8_t {
  split,   ///< Load, add, store as separate atomic steps: another thread can come between. Loses updates.
  mutex,   ///< The same under a mutex.
  atomic,  ///< One indivisible fetch_add.
  local,   ///< Each worker its own counter; added up at the end.
  call,    ///< As split, but the GIL may change hands between load and store, as in Python's `x += f()`.
};
inline constexpr std::string_view kCounterModeNames[] = {"split", "mutex", "atomic", "local", "call"};

struct WorkloadParams {
  std::uint32_t tasks = 1;
  std::uint64_t size = 0;  ///< Of the whole run; its unit is the workload's (WorkloadInfo::size_unit).
  double wait_ms = 0;      ///< Of each task that waits.
  double cpu_share = 0.5;  ///< `mixed`: computing time's share of computing plus waiting, 0..1.
  std::uint64_t seed = 1;
  CounterMode counter_mode = CounterMode::split;
  double jitter_ms = 0;            ///< `fetch`, `parse-and-save`: most that the server waits beyond wait_ms.
  std::uint32_t parse_factor = 1;  ///< `parse-and-save`: how many times each page is parsed.
};

enum class SegmentKind : std::uint8_t { compute, wait, critical, yield, fetch, parse, save };

constexpr bool is_web(SegmentKind kind) {
  return kind == SegmentKind::fetch || kind == SegmentKind::parse || kind == SegmentKind::save;
}

struct Segment {
  SegmentKind kind = SegmentKind::yield;
  const Kernel* kernel = nullptr;  ///< compute
  std::uint64_t units = 0;         ///< compute: kernel units [0, units); critical: increments; parse: times
  std::uint64_t param[4] = {};     ///< compute: for KernelFrame
  std::int64_t wait_ns = 0;        ///< wait
};

/// Thread-safe: const after creation.
class Workload {
 public:
  virtual ~Workload() = default;
  /// Writes the script's segment `index` of `task`, or returns false when the script ends before it.
  virtual bool segment(std::uint32_t task, std::uint32_t index, Segment& out) const = 0;

  /// What a fetch segment of this task asks the lab's web for (lab_web.hpp).
  virtual std::string target(std::uint32_t) const { return {}; }

  /// A task's part of the picture, for workloads that make one.
  struct Tile {
    std::uint32_t x = 0, y = 0, width = 0, height = 0;
  };
  virtual Tile tile(std::uint32_t) const { return {}; }
  /// Width and height of the whole picture (square), in pixels; 0 without one.
  virtual std::uint32_t picture_side() const { return 0; }
};

/// One line of the catalogue: all that the command line, the page and the tests need to know of a workload.
struct WorkloadInfo {
  std::string_view name;       ///< As on the command line and in JSON.
  std::string_view size_unit;  ///< What `size` counts, English ("numbers", "pixels a side"); empty: size is not used.
  std::uint64_t default_size = 1;
  std::uint64_t max_size = 1;
  std::uint32_t default_tasks = 1;
  double default_wait_ms = 0;
  bool waits = false;          ///< Uses wait_ms.
  bool counts = false;         ///< Uses counter_mode; its workers share a counter.
  bool has_cpu_share = false;  ///< Uses cpu_share.
  bool fetches = false;        ///< Its tasks ask a web server: wait_ms and jitter_ms are the server's.
  bool saves = false;          ///< Its tasks parse pages and save them to a database.
  std::unique_ptr<Workload> (*make)(const WorkloadParams& params) = nullptr;
};

/// For WorkloadInfo::make.
template <class T>
std::unique_ptr<Workload> make_workload(const WorkloadParams& params) {
  return std::make_unique<T>(params);
}

/// Every workload, in the order in which they are shown.
std::span<const WorkloadInfo* const> workload_catalog();
/// nullptr when there is none of that name.
const WorkloadInfo* find_workload(std::string_view name);
/// Runs every kernel for a moment, so that the browser's optimising compiler has them ready. About 100 ms at most.
void warm_kernels();

/// Splits [0, total) into `parts` runs whose lengths differ by at most one; the bounds of run `index`.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
constexpr Range split_evenly(std::uint64_t total, std::uint32_t parts, std::uint32_t index) {
  const std::uint64_t base = total / parts;
  const std::uint64_t extra = total % parts;
  const std::uint64_t first = base * index + (index < extra ? index : extra);
  return {first, first + base + (index < extra ? 1 : 0)};
}

}  // namespace trilane
