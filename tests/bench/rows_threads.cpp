// Dispatch of an empty task to threads, and the speed-up of CPU-bound work.
#include "bench/runs.hpp"
#include "bench/table.hpp"

#ifdef TRILANE_BENCH_TBB
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#endif

namespace trilane::bench {
namespace {

using nlohmann::json;

constexpr double kTasks = 1'000'000;
constexpr double kTracedTasks = 60'000;  // as many as the lanes' buffers hold: a dropped span would cost nothing

double empty_task_ns(double tasks, bool trace) {
  return wall_s({{"model", "threads"}, {"workload", "empty"}, {"tasks", tasks}, {"workers", 2}, {"trace", trace}}) *
         1e9 / tasks;
}

#ifdef TRILANE_BENCH_TBB
struct Task {
  std::uint64_t value;
  virtual void run(std::uint64_t i) { value = i; }
  virtual ~Task() = default;
};

double tbb_task_ns() {
  static const tbb::global_control two(tbb::global_control::max_allowed_parallelism, 2);
  static std::vector<Task> tasks(static_cast<std::size_t>(kTasks));
  const auto count = static_cast<std::size_t>(kTasks);
  return seconds([&] {
           tbb::parallel_for(
               tbb::blocked_range<std::size_t>(0, count, 1),
               [](const tbb::blocked_range<std::size_t>& range) {
                 // Through a pointer, as a task is: not a loop that the compiler sees through.
                 for (std::size_t i = range.begin(); i != range.end(); ++i) {
                   Task* task = &tasks[i];
                   asm volatile("" : "+r"(task));
                   task->run(i);
                 }
               },
               tbb::simple_partitioner());
         }) *
         1e9 / kTasks;
}
#endif

/// A second of work, so that starting children, which is in it, is not what is measured.
double cpu_bound_s(const char* model, int workers) {
  return wall_s({{"model", model}, {"workload", "primes"}, {"size", 8'000'000}, {"tasks", 256}, {"workers", workers}});
}

}  // namespace

void threads_rows() {
  Row empty{.what = "threads: an empty task, tracing off", .limit_name = "", .unit = "ns", .limit = {}, .ours = [] {
              return empty_task_ns(kTasks, false);
            }};
#ifdef TRILANE_BENCH_TBB
  empty.limit_name = "oneTBB parallel_for, grain 1, 2 workers";
  empty.limit = tbb_task_ns;
  empty.most_ratio = 1.5;
#endif
  run(empty);
  run({.what = "threads: tracing an empty task costs",
       .limit_name = "",
       .unit = "ns",
       .limit = {},
       .ours = [] { return empty_task_ns(kTracedTasks, true) - empty_task_ns(kTracedTasks, false); },
       .most = 60,
       .rounds = 15});
  for (const char* model : {"threads", "processes"}) {
    run({.what = std::string(model) + ": CPU-bound speed-up on 2 workers",
         .limit_name = "sync, tasks/s of the same work",
         .unit = "1/s",
         .limit = [] { return 1 / cpu_bound_s("sync", 1); },
         .ours = [model] { return 1 / cpu_bound_s(model, 2); },
         .least_ratio = 1.9,
         .rounds = 9});
  }
}

}  // namespace trilane::bench
