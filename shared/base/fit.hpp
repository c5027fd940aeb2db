// Laws of scaling fitted to measured speed-ups. Pure functions, any thread; the random numbers of the bootstrap have a
// fixed seed, so that one input always gives one answer.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace trilane {

/// One number of workers, as measured. With samples for every point the intervals follow from their spread.
struct ScalingPoint {
  double workers = 1;
  double rate = 0;              ///< Median throughput, any unit (the same for all points).
  std::vector<double> samples;  ///< The throughput of each repeat; may be empty.
};

/// Where an interval comes from.
enum class FitSpread {
  none,       ///< Too few points and no repeats: there is no interval.
  repeats,    ///< Bootstrap over the repeats of every point, the one-worker point included (Efron 1979).
  residuals,  ///< Bootstrap over the residuals, scaled by sqrt(n / (n - parameters)) (Efron & Tibshirani 1993, 9.4).
};

/// A fitted parameter with its 95 % percentile interval; low and high are nothing with FitSpread::none.
struct FitParameter {
  double value = 0;
  std::optional<double> low, high;
};

/// Amdahl's law, S(p) = 1 / (s + (1 - s) / p) (Amdahl, AFIPS 1967): s is the serial fraction of the work.
struct AmdahlScaling {
  FitParameter serial;  ///< s, 0..1.
  double residual = 0;  ///< Root mean square error of 1/S, that is of the makespan over the one-worker makespan.
  FitSpread spread = FitSpread::none;
  double speedup(double workers) const;
};

/// The Universal Scalability Law, S(p) = p / (1 + a (p - 1) + b p (p - 1)) (Gunther, Guerrilla Capacity Planning,
/// 2007): a is contention (queueing for what is shared), b is coherence (the cost of agreeing, which grows with p
/// squared).
struct UslScaling {
  FitParameter contention;  ///< a, 0..1.
  FitParameter coherence;   ///< b, at least 0.
  double residual = 0;      ///< As AmdahlScaling::residual.
  FitSpread spread = FitSpread::none;
  double speedup(double workers) const;
  /// Where the law has its greatest speed-up, sqrt((1 - a) / b); nothing when it never falls.
  std::optional<double> peak_workers() const;
};

/// Least squares on 1/S, where both laws are linear in their parameters: 1/S(p) - 1/p = s (1 - 1/p) + b (p - 1). The
/// speed-up is relative to the point with one worker, which must be there; points may come in any order. Nothing
/// without it, or with fewer other points than parameters.
std::optional<AmdahlScaling> fit_amdahl_law(std::span<const ScalingPoint> points);
std::optional<UslScaling> fit_usl(std::span<const ScalingPoint> points);

}  // namespace trilane
