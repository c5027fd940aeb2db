// Round numbers for axes. Pure.
#pragma once

#include <vector>

namespace trilane::ui {

struct Ticks {
  std::vector<double> at;
  double step = 0;  ///< Between neighbours on a linear axis; 0 on a logarithmic one.
};

/// Multiples of 1, 2 or 5 times a power of ten inside [low, high], about `wanted` of them (at least 2).
Ticks linear_ticks(double low, double high, int wanted);
/// Powers of ten (or of two, for `base2`) inside [low, high], thinned to at most `wanted`; where fewer than two are
/// inside, linear_ticks().
Ticks log_ticks(double low, double high, int wanted, bool base2);
/// The smallest "nice" number (1, 2, 2.5, 5 times a power of ten) that is not below `value`.
double nice_ceiling(double value);

}  // namespace trilane::ui
