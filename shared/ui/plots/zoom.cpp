#include "ui/plots/zoom.hpp"

#include <algorithm>
#include <cmath>

namespace trilane::ui {
namespace {

/// A range as it is seen: from `low` to `high` of its scale.
struct Seen {
  double low, high;
};

Seen seen(const FigureRange& range) {
  if (!range.logarithmic) return {range.low, range.high};
  return {std::log(range.low), std::log(range.high)};
}

FigureRange range_of(Seen s, bool logarithmic) {
  if (!logarithmic) return {s.low, s.high, false};
  return {std::exp(s.low), std::exp(s.high), true};
}

/// As long as it is, inside of `full`.
Seen inside(Seen s, Seen full) {
  const double length = std::min(s.high - s.low, full.high - full.low);
  s.low = std::clamp(s.low, full.low, full.high - length);
  return {s.low, s.low + length};
}

}  // namespace

FigureRange zoomed(const FigureRange& range, const FigureRange& full, double at, double factor) {
  const Seen now = seen(range);
  const Seen all = seen(full);
  const double least = (all.high - all.low) * (range.logarithmic ? 1e-3 : 1e-6);
  const double length = std::clamp((now.high - now.low) * factor, least, all.high - all.low);
  const double fixed = now.low + (now.high - now.low) * at;
  return range_of(inside({fixed - length * at, fixed + length * (1 - at)}, all), range.logarithmic);
}

FigureRange panned(const FigureRange& range, const FigureRange& full, double by) {
  const Seen now = seen(range);
  const double shift = (now.high - now.low) * by;
  return range_of(inside({now.low + shift, now.high + shift}, seen(full)), range.logarithmic);
}

FigureRange part_of(const FigureRange& range, double a, double b) {
  const Seen now = seen(range);
  const double length = now.high - now.low;
  return range_of({now.low + length * std::clamp(std::min(a, b), 0.0, 1.0),
                   now.low + length * std::clamp(std::max(a, b), 0.0, 1.0)},
                  range.logarithmic);
}

bool is_whole(const FigureRange& range, const FigureRange& full) {
  const Seen now = seen(range);
  const Seen all = seen(full);
  return now.high - now.low >= (all.high - all.low) * (1 - 1e-9);
}

}  // namespace trilane::ui
