#include "ui/lab/predict.hpp"

#include <algorithm>
#include <cmath>

namespace trilane::ui {
namespace {

using nlohmann::json;

constexpr double kRight = 0.678;  // 1 - log2(1.25): within a quarter

const PredictionOption* option(const PredictionQuestion& question, const json& id) {
  if (!id.is_string()) return nullptr;
  const auto it = std::ranges::find(question.options, id.get_ref<const std::string&>(), &PredictionOption::id);
  return it == question.options.end() ? nullptr : &*it;
}

bool finite(const json& value) { return value.is_number() && std::isfinite(value.get<double>()); }

bool is_curve(const json& value, std::size_t least) {
  if (!value.is_array() || value.size() < least) return false;
  return std::ranges::all_of(
      value, [](const json& p) { return p.is_array() && p.size() >= 2 && finite(p[0]) && finite(p[1]); });
}

/// 1 where they are equal, falling without end: what is farther off is told apart from what is far off.
double nearness(double answer, double truth, double range) {
  if (answer > 0 && truth > 0) return 1 - std::fabs(std::log2(answer / truth));
  if (answer == truth) return 1;
  return range > 0 ? 1 - std::fabs(answer - truth) / range : 0;
}
double closeness(double answer, double truth, double range) { return std::max(0.0, nearness(answer, truth, range)); }

double along(double value, bool log) { return log ? std::log(std::max(value, 1e-300)) : value; }

std::string quoted(const Words& w, const PredictionOption* one, const json& id) {
  return one != nullptr ? in(w, one->text) : id.is_string() ? id.get<std::string>() : id.dump();
}

std::ptrdiff_t place(const json& list, const json& id) {
  const auto it = std::find(list.begin(), list.end(), id);
  return it == list.end() ? -1 : it - list.begin();
}

/// Pairs (earlier, later) of the truth that the answer has the other way round.
std::vector<std::pair<json, json>> turned_pairs(const json& answer, const json& truth) {
  std::vector<std::pair<json, json>> turned;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    for (std::size_t k = i + 1; k < truth.size(); ++k) {
      const std::ptrdiff_t first = place(answer, truth[i]);
      const std::ptrdiff_t second = place(answer, truth[k]);
      if (first >= 0 && second >= 0 && first > second) turned.emplace_back(truth[i], truth[k]);
    }
  }
  return turned;
}

std::string ratio_text(const Words& w, double answer, double truth) {
  const double ratio = answer > truth ? answer / truth : truth / answer;
  return w(answer > truth ? T::lab_too_much : T::lab_too_little, {w.times(ratio)});
}

}  // namespace

const std::string& in(const Words& words, const BothTexts& texts) {
  return words.lang() == Lang::ru && !texts.ru.empty() ? texts.ru : texts.en;
}

std::string with_unit(const Words& w, double value, std::string_view unit) {
  if (unit == "ms") return w.duration_ms(value);
  if (unit == "us" || unit == "µs") return w.duration_ms(value / 1e3);
  if (unit == "ns") return w.duration_ms(value / 1e6);
  if (unit == "s") return w.duration_ms(value * 1e3);
  if (unit == "B" || unit == "bytes") return w.bytes(value);
  if (unit == "%") return w.percent(value / 100, value < 10 ? 1 : 0);
  if (unit == "tasks/s" || unit == "1/s") return w.per_second(value);
  if (unit == "x" || unit == "×") return w.times(value);
  std::string text = w.number(value);
  if (!unit.empty()) text += "\u00a0" + std::string(unit);
  return text;
}

Status check_answer(const PredictionQuestion& question, const json& answer) {
  switch (question.kind) {
    case PredictionKind::choice:
      if (option(question, answer) == nullptr)
        return fail("The answer must be the id of one of the options.", "answer");
      return {};
    case PredictionKind::rank:
      if (!answer.is_array() || answer.size() != question.options.size() ||
          !std::ranges::all_of(question.options,
                               [&](const PredictionOption& one) { return place(answer, one.id) >= 0; }))
        return fail("The answer must list the id of each option once, the best first.", "answer");
      return {};
    case PredictionKind::number:
      if (!finite(answer) || answer.get<double>() < question.min || answer.get<double>() > question.max)
        return fail("The answer must be a number within min and max.", "answer");
      return {};
    case PredictionKind::curve:
      if (!is_curve(answer, 2) || answer.size() > kMaxCurvePoints)
        return fail("The answer must be a list of 2 to 256 points [x, y].", "answer");
      for (std::size_t i = 1; i < answer.size(); ++i) {
        if (answer[i][0].get<double>() <= answer[i - 1][0].get<double>())
          return fail("The x of the answer's points must rise.", "answer");
      }
      return {};
  }
  return fail("The question is of no known kind.", "question");
}

json first_rank(const PredictionQuestion& question) {
  json rank = json::array();
  for (const PredictionOption& one : question.options) rank.push_back(one.id);
  return rank;
}

json moved(const json& rank, std::size_t from, std::ptrdiff_t to) {
  if (!rank.is_array() || from >= rank.size()) return rank;
  json out = rank;
  const json one = out[from];
  out.erase(from);
  const auto at = std::clamp<std::ptrdiff_t>(to, 0, static_cast<std::ptrdiff_t>(out.size()));
  out.insert(out.begin() + at, one);
  return out;
}

std::optional<double> curve_at(const PredictionQuestion& question, const json& curve, double x) {
  if (!is_curve(curve, 2)) return std::nullopt;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const double x0 = curve[i - 1][0].get<double>();
    const double x1 = curve[i][0].get<double>();
    if (x < x0 || x > x1 || x1 <= x0) continue;
    const double span = along(x1, question.x_log) - along(x0, question.x_log);
    const double t = span > 0 ? (along(x, question.x_log) - along(x0, question.x_log)) / span : 0;
    const double y0 = along(curve[i - 1][1].get<double>(), question.y_log);
    const double y1 = along(curve[i][1].get<double>(), question.y_log);
    const double y = y0 + (y1 - y0) * t;
    return question.y_log ? std::exp(y) : y;
  }
  return std::nullopt;
}

std::optional<Score> score(const PredictionQuestion& question, const json& answer, const json& truth) {
  if (truth.is_null() || !check_answer(question, answer)) return std::nullopt;
  switch (question.kind) {
    case PredictionKind::choice: {
      const bool right = answer == truth;
      return Score{right ? 1.0 : 0.0, right};
    }
    case PredictionKind::rank: {
      // The truth may name fewer: what could not be told apart is not judged.
      if (!truth.is_array() || truth.size() < 2) return std::nullopt;
      const double pairs = static_cast<double>(truth.size() * (truth.size() - 1)) / 2;
      const double turned = static_cast<double>(turned_pairs(answer, truth).size());
      return Score{1 - turned / pairs, turned == 0};
    }
    case PredictionKind::number: {
      if (!finite(truth)) return std::nullopt;
      const double value = closeness(answer.get<double>(), truth.get<double>(), question.max - question.min);
      return Score{value, value >= kRight};
    }
    case PredictionKind::curve: {
      if (!is_curve(truth, 1)) return std::nullopt;
      double sum = 0;
      int count = 0;
      for (const json& point : truth) {
        const auto y = curve_at(question, answer, point[0].get<double>());
        if (!y) continue;
        sum += closeness(*y, point[1].get<double>(), question.y_max - question.y_min);
        ++count;
      }
      if (count == 0) return std::nullopt;
      return Score{sum / count, sum / count >= kRight};
    }
  }
  return std::nullopt;
}

std::string answer_text(const Words& w, const PredictionQuestion& question, const json& answer) {
  switch (question.kind) {
    case PredictionKind::choice: return quoted(w, option(question, answer), answer);
    case PredictionKind::rank: {
      std::string text;
      if (!answer.is_array()) return text;
      for (const json& id : answer) text += (text.empty() ? "" : " › ") + quoted(w, option(question, id), id);
      return text;
    }
    case PredictionKind::number: return finite(answer) ? with_unit(w, answer.get<double>(), question.unit) : "";
    case PredictionKind::curve: break;
  }
  return "";
}

std::vector<std::string> compare_lines(const Words& w, const PredictionQuestion& question, const json& answer,
                                       const json& truth) {
  std::vector<std::string> lines;
  if (truth.is_null()) return {w(T::lab_no_truth)};
  const auto points = score(question, answer, truth);
  if (!points) return {w(T::lab_no_truth)};
  switch (question.kind) {
    case PredictionKind::choice:
      if (points->right) return {w(T::lab_right)};
      return {w(T::lab_choice_wrong, {answer_text(w, question, truth)})};
    case PredictionKind::rank: {
      if (points->right) return {w(T::lab_rank_right)};
      const auto turned = turned_pairs(answer, truth);
      const auto& [first, second] = turned.front();
      lines.push_back(w(T::lab_rank_measured, {answer_text(w, question, truth)}));
      lines.push_back(w(T::lab_rank_wrong,
                        {quoted(w, option(question, second), second), quoted(w, option(question, first), first)}));
      return lines;
    }
    case PredictionKind::number: {
      const double said = answer.get<double>();
      const double is = truth.get<double>();
      std::string line = w(T::lab_number, {with_unit(w, said, question.unit), with_unit(w, is, question.unit)});
      if (points->right) return {line + " " + w(T::lab_close)};
      if (said > 0 && is > 0) line += " " + ratio_text(w, said, is);
      return {line};
    }
    case PredictionKind::curve: {
      double worst = 2;
      double x = 0, drawn = 0, measured = 0;
      for (const json& point : truth) {
        const auto y = curve_at(question, answer, point[0].get<double>());
        if (!y) continue;
        const double near = nearness(*y, point[1].get<double>(), question.y_max - question.y_min);
        if (near < worst) {
          worst = near;
          x = point[0].get<double>();
          drawn = *y;
          measured = point[1].get<double>();
        }
      }
      if (points->right) lines.push_back(w(T::lab_curve_right));
      std::string line = w(T::lab_curve_worst,
                           {w.number(x), with_unit(w, drawn, question.unit), with_unit(w, measured, question.unit)});
      if (worst < kRight && drawn > 0 && measured > 0) line += " " + ratio_text(w, drawn, measured);
      lines.push_back(line);
      return lines;
    }
  }
  return lines;
}

void CurveDraft::clear() {
  std::ranges::fill(y_, std::nullopt);
  last_.reset();
}

bool CurveDraft::empty() const {
  return std::ranges::none_of(y_, [](const auto& y) { return y.has_value(); });
}

void CurveDraft::stroke(double x, double y, bool begins) {
  const auto columns = static_cast<double>(y_.size());
  x = std::clamp(x, 0.0, 1.0);
  y = std::clamp(y, 0.0, 1.0);
  if (begins || !last_) last_ = {x, y};
  const auto column = [&](double at) { return static_cast<std::size_t>(std::clamp(at * columns, 0.0, columns - 1)); };
  const std::size_t from = column(std::min(last_->first, x));
  const std::size_t to = column(std::max(last_->first, x));
  for (std::size_t i = from; i <= to; ++i) {
    const double middle = (static_cast<double>(i) + 0.5) / columns;
    const double width = x - last_->first;
    const double t = width == 0 ? 1 : std::clamp((middle - last_->first) / width, 0.0, 1.0);
    y_[i] = last_->second + (y - last_->second) * t;
  }
  last_ = {x, y};
}

namespace {
double from_unit(double at, double low, double high, bool log) {
  return log ? low * std::pow(high / low, at) : low + (high - low) * at;
}
double to_unit(double value, double low, double high, bool log) {
  return log ? std::log(std::max(value, low) / low) / std::log(high / low) : (value - low) / (high - low);
}
}  // namespace

json CurveDraft::answer(const PredictionQuestion& question) const {
  json curve = json::array();
  std::size_t first = y_.size();
  std::size_t last = 0;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    if (!y_[i]) continue;
    first = std::min(first, i);
    last = i;
  }
  for (std::size_t i = 0; i < y_.size(); ++i) {
    if (!y_[i]) continue;
    // The ends of what was drawn reach the axis' ends when they are in its last columns.
    double at = (static_cast<double>(i) + 0.5) / static_cast<double>(y_.size());
    if (i == first && i == 0) at = 0;
    if (i == last && i + 1 == y_.size()) at = 1;
    curve.push_back({from_unit(at, question.x_min, question.x_max, question.x_log),
                     from_unit(*y_[i], question.y_min, question.y_max, question.y_log)});
  }
  return curve.size() < 2 ? json() : curve;
}

void CurveDraft::load(const PredictionQuestion& question, const json& curve) {
  clear();
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double at = (static_cast<double>(i) + 0.5) / static_cast<double>(y_.size());
    const double x = from_unit(at, question.x_min, question.x_max, question.x_log);
    if (const auto y = curve_at(question, curve, x))
      y_[i] = std::clamp(to_unit(*y, question.y_min, question.y_max, question.y_log), 0.0, 1.0);
  }
}

}  // namespace trilane::ui
