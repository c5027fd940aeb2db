#include "ui/plots/ticks.hpp"

#include <algorithm>
#include <cmath>

namespace trilane::ui {

namespace {

std::vector<double> multiples(double step, double low, double high) {
  std::vector<double> out;
  const double slack = step * 1e-6;
  for (double n = std::ceil((low - slack) / step); n * step <= high + slack; ++n) out.push_back(n * step + 0.0);
  return out;
}

}  // namespace

Ticks linear_ticks(double low, double high, int wanted) {
  Ticks ticks;
  if (!(high > low)) return ticks;
  const double rough = (high - low) / std::max(wanted, 2);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double lead = rough / power;
  for (const double round : {10.0, 5.0, 2.0, 1.0}) {
    // From one tick nobody can tell how far the next would be: a finer step then.
    if (round < lead && ticks.at.size() >= 2) break;
    ticks.step = round * power;
    ticks.at = multiples(ticks.step, low, high);
  }
  return ticks;
}

Ticks log_ticks(double low, double high, int wanted, bool base2) {
  Ticks ticks;
  if (!(low > 0) || !(high >= low)) return ticks;
  const double base = base2 ? 2 : 10;
  const double first = std::ceil(std::log(low) / std::log(base) - 1e-9);
  const double last = std::floor(std::log(high) / std::log(base) + 1e-9);
  const double stride = std::max(1.0, std::ceil((last - first + 1) / std::max(wanted, 2)));
  for (double n = first; n <= last; n += stride) ticks.at.push_back(std::pow(base, n));
  // Within a decade a logarithmic axis is nearly a linear one.
  if (ticks.at.size() < 2 && high > low) ticks.at = linear_ticks(low, high, wanted).at;
  return ticks;
}

double nice_ceiling(double value) {
  if (!(value > 0)) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double lead : {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0}) {
    if (lead * power >= value * (1 - 1e-9)) return lead * power;
  }
  return 10 * power;
}

}  // namespace trilane::ui
