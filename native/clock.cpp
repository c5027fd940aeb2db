#include "platform/clock.hpp"

#include <ctime>

namespace trilane {
namespace {

double measure_resolution_ns() {
  constexpr std::int64_t kBudgetNs = 2'000'000;
  const std::int64_t start = now_ns();
  std::int64_t smallest = kBudgetNs;
  std::int64_t previous = start;
  while (previous - start < kBudgetNs) {
    const std::int64_t now = now_ns();
    if (now > previous && now - previous < smallest) smallest = now - previous;
    previous = now;
  }
  return static_cast<double>(smallest);
}

}  // namespace

std::int64_t now_ns() {
  // CLOCK_MONOTONIC, not _RAW: all processes and libuv itself share it, and it is read without a system call.
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

double clock_resolution_ns() {
  static const double resolution = measure_resolution_ns();
  return resolution;
}

}  // namespace trilane
