#include "ui/plots/ticks.hpp"

#include <algorithm>
#include <cmath>

namespace trilane::ui {

Ticks linear_ticks(double low, double high, int wanted) {
  Ticks ticks;
  if (!(high > low)) return ticks;
  const double rough = (high - low) / std::max(wanted, 2);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double lead = rough / power;
  ticks.step = power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  const double slack = ticks.step * 1e-6;
  for (double n = std::ceil((low - slack) / ticks.step); n * ticks.step <= high + slack; ++n) {
    ticks.at.push_back(n * ticks.step + 0.0);
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
