// A claim is a list of tested predicates. Each has a value with an interval, two thresholds (from where on it holds,
// and from where on it does not; between them nothing is said), and its own sentence for either outcome. The verdict is
// the weakest of them, and the finding is made of their sentences: nothing can be said that was not tested. Why it is
// so stands apart, as background. The right answer to the prediction is the value of one predicate.
//
// Pure functions of what was measured; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiments/experiment.hpp"
#include "experiments/metrics.hpp"
#include "experiments/words.hpp"

namespace trilane::lab {

/// What a value is tested against. `every`: the value must meet the threshold in each round that was measured, so its
/// interval is that of the extremes, and one round that does not meet it is a no.
struct Test {
  enum class Kind : std::uint8_t { at_least, at_most, within };
  Kind kind = Kind::at_least;
  double yes = 0;     ///< at_least, at_most: the threshold; within: how far from `target` is near enough.
  double no = 0;      ///< at_least, at_most: beyond this it does not hold; within: farther than this is too far.
  double target = 0;  ///< within
  bool every = false;
};
constexpr Test at_least(double yes, double no) { return {Test::Kind::at_least, yes, no, 0, false}; }
constexpr Test at_most(double yes, double no) { return {Test::Kind::at_most, yes, no, 0, false}; }
constexpr Test within(double target, double yes, double no) { return {Test::Kind::within, yes, no, target, false}; }
constexpr Test always_at_least(double threshold) { return {Test::Kind::at_least, threshold, threshold, 0, true}; }
constexpr Test always_at_most(double threshold) { return {Test::Kind::at_most, threshold, threshold, 0, true}; }
constexpr Test always(double value) { return {Test::Kind::within, 0, 0, value, true}; }

/// Does the value meet the test? `stolen`, 0..1: the share of the processor that others took; the interval of what
/// rests on times is widened by it on both sides, so that on a busy machine neither outcome is believed unless its
/// margin is larger than what others took. That something did not happen at all is not believed of a busy machine.
Holds holds(const Test& test, const std::optional<Estimate>& value, double stolen = 0);

/// What is handed to Claim::require().
struct Requirement {
  std::string id;                 ///< "overlap": of the experiment's predicates.
  BothTexts label;                ///< What the value is: "makespan, sync over async".
  std::optional<Estimate> value;  ///< Claim::of(series), extremes(series) for `every`, exactly(value).
  std::string unit = {};          ///< As Metric::unit.
  Test test;
  BothTexts yes, no;  ///< The finding's sentence when it holds, and when it does not.
  bool timed = true;  ///< The value rests on times: see holds().
  std::string hue = {};
};

class Claim {
 public:
  explicit Claim(const Measured& measured) : measured_(measured) {}

  /// The estimate of a series at this look of the plan.
  [[nodiscard]] std::optional<Estimate> of(const Series& series) const;
  [[nodiscard]] std::optional<Estimate> of(const Case& one, const Metric& metric) const;
  /// A paired ratio of two cases: round by round, a over b.
  [[nodiscard]] std::optional<Estimate> over(const Case& a, const Case& b, const Metric& metric) const;
  [[nodiscard]] const Series& series(const Case& one, const Metric& metric) const;

  /// What require() would find of a value that rests on times.
  [[nodiscard]] Holds tested(const Test& test, const std::optional<Estimate>& value) const;
  /// Of values that must all meet the test the one that meets it least, and its place: the predicate of all of them is
  /// that of this one. A value that is missing meets nothing, and fails nothing; without values: nothing.
  [[nodiscard]] std::pair<std::optional<Estimate>, std::size_t> weakest(
      const Test& test, std::span<const std::optional<Estimate>> values) const;

  /// Tests a predicate. Its value becomes a decisive number.
  Holds require(Requirement requirement);
  /// Where an option makes the claim pointless ("one wait alone overlaps with nothing: set tasks to 2 or more"), the
  /// verdict is undecided and `change` says what to change.
  void needs(bool met, BothTexts change);

  /// What an option or the machine was set to; a number of role setting. 0 where a document lacks it.
  double setting(const Setting& setting);
  /// A figure that explains and decides nothing.
  void show(const Case& one, const Metric& metric);
  void show(std::string id, BothTexts label, const std::optional<Estimate>& value, std::string unit,
            std::string hue = {});
  void show(Number number) { finding_.numbers.push_back(std::move(number)); }

  /// Why it is so: what is known, not what was measured here. Sentences are joined.
  void background(const BothTexts& text);
  void figure(Figure figure) { finding_.figures.push_back(std::move(figure)); }
  /// The right answer to the prediction is the predicate's value: its median, or `answer` where the question is a
  /// choice, a rank or a curve. Null while that predicate is unclear.
  void truth(std::string_view predicate) { truth(predicate, nullptr); }
  void truth(std::string_view predicate, nlohmann::json answer);

  Finding conclude() &&;

 private:
  [[nodiscard]] double stolen() const;
  [[nodiscard]] BothTexts what_to_change() const;

  const Measured& measured_;
  Finding finding_;
  BothTexts change_;
  std::string truth_;
  nlohmann::json answer_;
};

}  // namespace trilane::lab
