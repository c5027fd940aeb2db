// What recording costs.
#include "bench/runs.hpp"
#include "bench/table.hpp"
#include "platform/clock.hpp"
#include "trace/recorder.hpp"

namespace trilane::bench {
namespace {

constexpr int kRecords = 1 << 15;

double clock_ns() {
  std::int64_t sum = 0;
  const double s = seconds([&] {
    for (int i = 0; i < kRecords; ++i) sum += now_ns();
  });
  asm volatile("" : : "r"(sum));
  return s * 1e9 / kRecords;
}

double record_ns() {
  static LaneRing ring(kRecords);
  static std::vector<Span> out;
  out.clear();
  ring.pop_all(out);
  std::int64_t last = now_ns();
  return seconds([&] {
           for (int i = 0; i < kRecords; ++i) {
             // As the models do it: a span ends where the next begins, so that it costs one reading of the clock.
             const std::int64_t now = now_ns();
             ring.push({last, now, static_cast<std::uint32_t>(i), 0, SpanKind::compute, 0, 1});
             last = now;
           }
         }) *
         1e9 / kRecords;
}

double cpu_bound_ms(bool trace) {
  return 1e3 *
         wall_s({{"model", "sync"}, {"workload", "primes"}, {"size", 1'500'000}, {"tasks", 1000}, {"trace", trace}});
}

}  // namespace

void trace_rows() {
  run({.what = "trace: one record, its clock reading included",
       .limit_name = "one clock reading",
       .unit = "ns",
       .limit = clock_ns,
       .ours = record_ns,
       .most_ratio = 1.3,
       .rounds = 25});
  run({.what = "trace: a CPU-bound run with tracing",
       .limit_name = "the same without",
       .unit = "ms",
       .limit = [] { return cpu_bound_ms(false); },
       .ours = [] { return cpu_bound_ms(true); },
       .most_ratio = 1.01,
       .rounds = 15});
}

}  // namespace trilane::bench
