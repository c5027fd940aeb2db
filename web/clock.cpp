// The browser's clock: performance.now(). With threads, Emscripten adds performance.timeOrigin, so that the threads of
// one engine share an origin; between Workers with a memory of their own the origins differ.
#include "platform/clock.hpp"

#include <emscripten.h>

#include <algorithm>

namespace trilane {
namespace {

// Browsers round the clock: 5 us in isolated pages, 100 us and more in others, up to 1 ms with fingerprinting
// protection.
double measure_resolution_ns() {
  constexpr int kSteps = 8;
  constexpr double kAtMostMs = 20;
  const double begin = emscripten_get_now();
  double smallest = kAtMostMs;
  double last = begin;
  for (int steps = 0; steps < kSteps && last - begin < kAtMostMs;) {
    const double now = emscripten_get_now();
    if (now <= last) continue;
    smallest = std::min(smallest, now - last);
    last = now;
    ++steps;
  }
  return smallest * 1e6;
}

}  // namespace

std::int64_t now_ns() { return static_cast<std::int64_t>(emscripten_get_now() * 1e6); }

double clock_resolution_ns() {
  static const double resolution_ns = measure_resolution_ns();
  return resolution_ns;
}

}  // namespace trilane
