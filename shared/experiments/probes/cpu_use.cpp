#include "experiments/probes/cpu_use.hpp"

#include <atomic>

#include "experiments/probes/thread_group.hpp"
#include "platform/clock.hpp"
#include "platform/host.hpp"
#include "platform/system_info.hpp"

namespace trilane {
namespace {

void compute_until(std::int64_t end_ns) {
  constexpr int kBetweenLooks = 10'000;
  while (now_ns() < end_ns) {
    std::atomic<int> sum{0};  // an atomic, or the loop would be folded away
    for (int i = 0; i < kBetweenLooks; ++i)
      sum.store(sum.load(std::memory_order_relaxed) + i, std::memory_order_relaxed);
  }
}

}  // namespace

Result<CpuUse> use_cpu(std::uint64_t threads, std::int64_t duration_ns) {
  const auto used_ms = [] {
    const Usage usage = read_usage();
    return usage.user_ms && usage.system_ms ? std::optional(*usage.user_ms + *usage.system_ms) : std::nullopt;
  };
  const auto before = used_ms();
  if (!capabilities().threads || !before) return fail("a process cannot tell here what it used of the processor");
  const std::int64_t begin = now_ns();
  {
    ThreadGroup group;
    for (std::uint64_t i = 0; i < threads; ++i) {
      Status status = group.start([end = begin + duration_ns] { compute_until(end); });
      if (!status) return std::unexpected(status.error());
    }
  }
  const std::int64_t end = now_ns();
  return CpuUse{.cpu_ms = used_ms().value_or(*before) - *before, .wall_ms = static_cast<double>(end - begin) / 1e6};
}

}  // namespace trilane
