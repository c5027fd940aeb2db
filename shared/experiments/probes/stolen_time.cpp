#include "experiments/probes/stolen_time.hpp"

#include "platform/clock.hpp"

namespace trilane {
namespace {

constexpr std::int64_t kGapNs = 500'000;  // no reading of the clock takes so long: somebody else ran

}  // namespace

double stolen_share(std::int64_t duration_ns) {
  const std::int64_t begin = now_ns();
  std::int64_t last = begin;
  std::int64_t stolen = 0;
  while (last - begin < duration_ns) {
    const std::int64_t now = now_ns();
    if (now - last > kGapNs) stolen += now - last;
    last = now;
  }
  return last == begin ? 0 : static_cast<double>(stolen) / static_cast<double>(last - begin);
}

}  // namespace trilane
