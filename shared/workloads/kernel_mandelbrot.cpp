#include "workloads/kernels.hpp"

namespace trilane {
namespace {

constexpr int kMaxIterations = 255;

// Iterations of z -> z² + c until |z| > 2. Scalar doubles in one fixed order of operations (the build forbids fused
// multiply-add for this file), so that every platform and model draws the same picture.
int iterations(double cr, double ci) {
  double zr = 0;
  double zi = 0;
  for (int i = 0; i < kMaxIterations; ++i) {
    const double zr2 = zr * zr;
    const double zi2 = zi * zi;
    if (zr2 + zi2 > 4.0) return i;
    zi = 2.0 * zr * zi + ci;
    zr = zr2 - zi2 + cr;
  }
  return kMaxIterations;
}

void step(KernelFrame& frame, std::uint64_t first, std::uint64_t last) {
  const auto [left, top, width, side] = frame.param;
  const double scale = 3.0 / static_cast<double>(side);
  for (std::uint64_t i = first; i != last; ++i) {
    const auto x = static_cast<double>(left + i % width);
    const auto y = static_cast<double>(top + i / width);
    const int count = iterations(-2.25 + x * scale, -1.5 + y * scale);
    frame.picture[i] = static_cast<std::uint8_t>(count);
    frame.value = frame.value * 31 + static_cast<std::uint64_t>(count);
  }
}

}  // namespace

const Kernel kMandelbrotKernel{"mandelbrot", 128, step};

}  // namespace trilane
