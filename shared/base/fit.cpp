#include "base/fit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/random.hpp"
#include "base/stats.hpp"

namespace trilane {
namespace {

constexpr int kResamples = 1000;
constexpr std::uint64_t kSeed = 1967;

/// A point as the fit sees it: t = 1/S, the makespan over the one-worker makespan.
struct Row {
  double workers;
  double t;
};
struct Both {
  double a = 0;
  double b = 0;
};
using Fit = std::function<Both(std::span<const Row>)>;

double law(const Both& fit, double p) { return 1 / p + fit.a * (1 - 1 / p) + fit.b * (p - 1); }

/// min over 0 <= a <= 1 of sum (t - 1/p - b (p - 1) - a (1 - 1/p))^2.
double best_a(std::span<const Row> rows, double b) {
  double xx = 0;
  double xy = 0;
  for (const Row& row : rows) {
    const double x = 1 - 1 / row.workers;
    xx += x * x;
    xy += x * (row.t - 1 / row.workers - b * (row.workers - 1));
  }
  return std::clamp(xy / xx, 0.0, 1.0);
}

/// The same for b >= 0 with a given.
double best_b(std::span<const Row> rows, double a) {
  double zz = 0;
  double zy = 0;
  for (const Row& row : rows) {
    const double z = row.workers - 1;
    zz += z * z;
    zy += z * (row.t - 1 / row.workers - a * (1 - 1 / row.workers));
  }
  return std::max(zy / zz, 0.0);
}

double squares(std::span<const Row> rows, const Both& fit) {
  double sum = 0;
  for (const Row& row : rows) {
    const double error = row.t - law(fit, row.workers);
    sum += error * error;
  }
  return sum;
}

Both amdahl_of(std::span<const Row> rows) { return {best_a(rows, 0), 0}; }

/// Two parameters with bounds: the free minimum when it lies inside, else the best of the edges (the function is
/// convex).
Both usl_of(std::span<const Row> rows) {
  double xx = 0, xz = 0, zz = 0, xy = 0, zy = 0;
  for (const Row& row : rows) {
    const double x = 1 - 1 / row.workers;
    const double z = row.workers - 1;
    const double y = row.t - 1 / row.workers;
    xx += x * x;
    xz += x * z;
    zz += z * z;
    xy += x * y;
    zy += z * y;
  }
  const double determinant = xx * zz - xz * xz;
  if (determinant > 1e-12 * xx * zz) {
    const Both free{(xy * zz - zy * xz) / determinant, (zy * xx - xy * xz) / determinant};
    if (free.a >= 0 && free.a <= 1 && free.b >= 0) return free;
  }
  const Both edges[] = {{best_a(rows, 0), 0}, {0, best_b(rows, 0)}, {1, best_b(rows, 1)}};
  return *std::ranges::min_element(edges, {}, [&](const Both& one) { return squares(rows, one); });
}

const ScalingPoint* base_of(std::span<const ScalingPoint> points) {
  const auto it = std::ranges::find(points, 1.0, &ScalingPoint::workers);
  return it == points.end() || !(it->rate > 0) ? nullptr : &*it;
}

/// Rows from medians, in the order of `points`.
std::vector<Row> rows_of(std::span<const ScalingPoint> points, double base_rate) {
  std::vector<Row> rows;
  for (const ScalingPoint& point : points) {
    if (point.workers > 1 && point.rate > 0) rows.push_back({point.workers, base_rate / point.rate});
  }
  return rows;
}

double resampled_median(const std::vector<double>& samples, Random& random) {
  std::vector<double> drawn(samples.size());
  for (double& value : drawn) value = samples[random.next() % samples.size()];
  return median(std::move(drawn)).value_or(0);
}

std::vector<Both> by_repeats(std::span<const ScalingPoint> points, const Fit& fit) {
  Random random(kSeed);
  std::vector<Both> out;
  std::vector<ScalingPoint> drawn(points.begin(), points.end());
  for (int i = 0; i < kResamples; ++i) {
    for (std::size_t j = 0; j < points.size(); ++j) drawn[j].rate = resampled_median(points[j].samples, random);
    const ScalingPoint* base = base_of(drawn);
    if (base != nullptr) out.push_back(fit(rows_of(drawn, base->rate)));
  }
  return out;
}

std::vector<Both> by_residuals(std::span<const Row> rows, const Both& best, int parameters, const Fit& fit) {
  Random random(kSeed);
  const auto n = static_cast<double>(rows.size());
  const double scale = std::sqrt(n / (n - parameters));
  std::vector<double> residuals;
  for (const Row& row : rows) residuals.push_back((row.t - law(best, row.workers)) * scale);
  std::vector<Both> out;
  std::vector<Row> drawn(rows.begin(), rows.end());
  for (int i = 0; i < kResamples; ++i) {
    for (Row& row : drawn) row.t = law(best, row.workers) + residuals[random.next() % residuals.size()];
    out.push_back(fit(drawn));
  }
  return out;
}

FitParameter with_interval(double value, std::vector<double> drawn) {
  if (drawn.empty()) return {value, {}, {}};
  std::ranges::sort(drawn);
  // The interval holds its own estimate, also where a bound was reached.
  return {value, std::min(value, quantile_sorted(drawn, 0.025)), std::max(value, quantile_sorted(drawn, 0.975))};
}

struct Fitted {
  FitParameter a, b;
  double residual = 0;
  FitSpread spread = FitSpread::none;
};

std::optional<Fitted> fit_law(std::span<const ScalingPoint> points, int parameters, const Fit& fit) {
  const ScalingPoint* base = base_of(points);
  if (base == nullptr) return std::nullopt;
  const std::vector<Row> rows = rows_of(points, base->rate);
  if (rows.size() < static_cast<std::size_t>(parameters)) return std::nullopt;
  const Both best = fit(rows);
  Fitted out;
  out.residual = std::sqrt(squares(rows, best) / static_cast<double>(rows.size()));
  std::vector<Both> drawn;
  const bool repeated = std::ranges::all_of(points, [](const ScalingPoint& p) { return p.samples.size() >= 2; });
  if (repeated) {
    out.spread = FitSpread::repeats;
    drawn = by_repeats(points, fit);
  } else if (rows.size() > static_cast<std::size_t>(parameters) + 1) {
    out.spread = FitSpread::residuals;
    drawn = by_residuals(rows, best, parameters, fit);
  }
  std::vector<double> as, bs;
  for (const Both& one : drawn) {
    as.push_back(one.a);
    bs.push_back(one.b);
  }
  out.a = with_interval(best.a, std::move(as));
  out.b = with_interval(best.b, std::move(bs));
  return out;
}

}  // namespace

double AmdahlScaling::speedup(double workers) const { return 1 / law({serial.value, 0}, workers); }
double UslScaling::speedup(double workers) const { return 1 / law({contention.value, coherence.value}, workers); }

std::optional<double> UslScaling::peak_workers() const {
  if (coherence.value <= 0) return std::nullopt;
  return std::sqrt(std::max(1 - contention.value, 0.0) / coherence.value);
}

std::optional<AmdahlScaling> fit_amdahl_law(std::span<const ScalingPoint> points) {
  const auto fitted = fit_law(points, 1, amdahl_of);
  if (!fitted) return std::nullopt;
  return AmdahlScaling{fitted->a, fitted->residual, fitted->spread};
}

std::optional<UslScaling> fit_usl(std::span<const ScalingPoint> points) {
  const auto fitted = fit_law(points, 2, usl_of);
  if (!fitted) return std::nullopt;
  return UslScaling{fitted->a, fitted->b, fitted->residual, fitted->spread};
}

}  // namespace trilane
