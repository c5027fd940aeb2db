// Predictions: is an answer one, how far is it from the truth, and in words where it went wrong. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "experiments/experiment.hpp"
#include "ui/texts.hpp"

namespace trilane::ui {

inline constexpr std::size_t kMaxCurvePoints = 256;

/// Is this an answer to the question? choice: an option's id; rank: every option's id once; number: within min…max;
/// curve: [[x, y]…], x rising, two points at least. Errors name what is wrong.
Status check_answer(const PredictionQuestion& question, const nlohmann::json& answer);

/// The answer that a rank begins with: the options as listed.
nlohmann::json first_rank(const PredictionQuestion& question);
/// Moves the option at `from` to the place `to`; places beyond the list's ends count as its ends.
nlohmann::json moved(const nlohmann::json& rank, std::size_t from, std::ptrdiff_t to);

struct Score {
  /// 0..1. choice: 1 or 0. rank: pairs in the right order over all pairs. number and curve: 1 - |log2 ratio|, at least
  /// 0 (a curve: the mean over the truth's points that it covers); values of which one is not above zero are compared
  /// by their distance over the range instead.
  double value = 0;
  bool right = false;  ///< choice, rank: exactly; number, curve: within a quarter of the truth (0.68 of the score).
};
/// Nothing when there is no truth, or the answer is none.
std::optional<Score> score(const PredictionQuestion& question, const nlohmann::json& answer,
                           const nlohmann::json& truth);

/// One or two lines: what was right, and where it went wrong.
std::vector<std::string> compare_lines(const Words& words, const PredictionQuestion& question,
                                       const nlohmann::json& answer, const nlohmann::json& truth);
/// The answer as people say it: "threads", "processes, threads, async", "3.5 ×".
std::string answer_text(const Words& words, const PredictionQuestion& question, const nlohmann::json& answer);

/// y of a drawn curve at x, linear between its points (in log where the axes are); nothing outside.
std::optional<double> curve_at(const PredictionQuestion& question, const nlohmann::json& curve, double x);

/// A value with its unit in the language: "12.5 ms", "1.3 MiB", "96 %".
std::string with_unit(const Words& words, double value, std::string_view unit);
const std::string& in(const Words& words, const BothTexts& texts);

/// A stroke of the pointer, kept as a function of x: a point in each of `columns` equal columns (of log x where the
/// axis is), the newest wins.
class CurveDraft {
 public:
  CurveDraft() : CurveDraft(64) {}
  explicit CurveDraft(std::size_t columns) : y_(columns) {}
  void clear();
  bool empty() const;
  /// From the last point of this stroke to (x, y), every column between; 0..1 across and up the axes.
  void stroke(double x, double y, bool begins);
  /// [[x, y]…] in the question's units; null with less than two columns.
  nlohmann::json answer(const PredictionQuestion& question) const;
  void load(const PredictionQuestion& question, const nlohmann::json& curve);

 private:
  std::vector<std::optional<double>> y_;
  std::optional<std::pair<double, double>> last_;
};

}  // namespace trilane::ui
