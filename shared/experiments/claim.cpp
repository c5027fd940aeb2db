#include "experiments/claim.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/check.hpp"
#include "base/stats.hpp"

namespace trilane::lab {

using nlohmann::json;

namespace {

/// From here on a machine is busy.
constexpr double kBusy = 0.10;

}  // namespace

Holds holds(const Test& test, const std::optional<Estimate>& value, double stolen) {
  if (!value) return Holds::unclear;
  // No share of nothing is a margin: what did not happen may not have had the chance.
  if (stolen > kBusy && value->low == 0 && value->high == 0) return Holds::unclear;
  // What took a time t while others took the share s may have needed any time from (1 - s) t to t: a ratio of two such
  // times lies between (1 - s) and 1 / (1 - s) of what was measured.
  const double quicker = std::max(1 - stolen, 0.01), slower = 1 / quicker;
  const auto less = [&](double x) { return x * (x < 0 ? slower : quicker); };
  const auto more = [&](double x) { return x * (x < 0 ? quicker : slower); };
  const double low = less(value->low), high = more(value->high);
  const auto yes_or_no = [](bool yes, bool no) { return yes ? Holds::yes : no ? Holds::no : Holds::unclear; };
  // Of every round one is enough for a no, if it is one by more than what others took.
  const double least = more(value->low), most = less(value->high);
  switch (test.kind) {
    case Test::Kind::at_least: return yes_or_no(low >= test.yes, (test.every ? least : high) < test.no);
    case Test::Kind::at_most: return yes_or_no(high <= test.yes, (test.every ? most : low) > test.no);
    case Test::Kind::within: break;
  }
  const bool inside = low >= test.target - test.yes && high <= test.target + test.yes;
  const bool outside = test.every ? least < test.target - test.no || most > test.target + test.no
                                  : high < test.target - test.no || low > test.target + test.no;
  return yes_or_no(inside, outside);
}

std::optional<Estimate> Claim::of(const Series& series) const { return estimate(series, measured_.plan.error); }

const Series& Claim::series(const Case& one, const Metric& metric) const { return measured_.samples.of(one, metric); }

std::optional<Estimate> Claim::of(const Case& one, const Metric& metric) const { return of(series(one, metric)); }

std::optional<Estimate> Claim::over(const Case& a, const Case& b, const Metric& metric) const {
  return of(ratio(series(a, metric), series(b, metric)));
}

double Claim::stolen() const { return median(values(measured_.samples.of(kMachine, kStolen))).value_or(0); }

Holds Claim::tested(const Test& test, const std::optional<Estimate>& value) const {
  return lab::holds(test, value, stolen());
}

std::pair<std::optional<Estimate>, std::size_t> Claim::weakest(const Test& test,
                                                               std::span<const std::optional<Estimate>> values) const {
  // How far the worse end of the interval is on the wrong side of the threshold.
  const auto miss = [&](const std::optional<Estimate>& value) {
    if (!value) return std::numeric_limits<double>::infinity();
    switch (test.kind) {
      case Test::Kind::at_least: return test.yes - value->low;
      case Test::Kind::at_most: return value->high - test.yes;
      case Test::Kind::within: break;
    }
    return std::max(value->high - test.target, test.target - value->low);
  };
  std::size_t least = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const Holds one = tested(test, values[i]), other = tested(test, values[least]);
    if (one < other || (one == other && miss(values[i]) > miss(values[least]))) least = i;
  }
  return {values.empty() ? std::nullopt : values[least], least};
}

namespace {

/// "8 × or more would confirm, less than 5 × would refute".
BothTexts thresholds(const Test& test, const std::string& unit) {
  const BothTexts yes = quantity(test.yes, unit), no = quantity(test.no, unit);
  switch (test.kind) {
    case Test::Kind::at_least:
      return both("{} or more would confirm, less than {} would refute",
                  "{} и больше подтвердило бы, меньше {} — опровергло", yes, no);
    case Test::Kind::at_most:
      return both("{} or less would confirm, more than {} would refute",
                  "{} и меньше подтвердило бы, больше {} — опровергло", yes, no);
    case Test::Kind::within: break;
  }
  return both("{} ± {} would confirm, farther than {} would refute", "{} ± {} подтвердило бы, дальше {} — опровергло",
              quantity(test.target, unit), yes, no);
}

BothTexts unclear_sentence(const Requirement& one) {
  if (!one.value) return both("Not tested: {}.", "Не проверено: {}.", one.label);
  return both("Not decided: {} is {}; {}.", "Не решено: {} — {}; {}.", one.label, quantity(*one.value, one.unit),
              thresholds(one.test, one.unit));
}

}  // namespace

Holds Claim::require(Requirement one) {
  for (const Predicate& other : finding_.predicates) TRILANE_CHECK(other.id != one.id);
  const Holds result = holds(one.test, one.value, one.timed ? stolen() : 0);
  Predicate predicate;
  predicate.text = result == Holds::yes ? one.yes : result == Holds::no ? one.no : unclear_sentence(one);
  Number number{.id = one.id, .label = one.label, .unit = one.unit, .role = Role::decisive, .hue = one.hue};
  if (one.value) {
    number.value = one.value->median;
    if (one.value->low != one.value->high || !one.test.every)
      number.low = one.value->low, number.high = one.value->high;
  }
  finding_.numbers.push_back(std::move(number));
  predicate.id = std::move(one.id);
  predicate.label = std::move(one.label);
  predicate.value = one.value;
  predicate.unit = std::move(one.unit);
  predicate.kind = one.test.kind == Test::Kind::at_least  ? "at_least"
                   : one.test.kind == Test::Kind::at_most ? "at_most"
                                                          : "within";
  predicate.every = one.test.every;
  const bool band = one.test.kind == Test::Kind::within;
  predicate.yes = one.test.yes;
  predicate.no = one.test.no;
  if (band) predicate.target = one.test.target;
  predicate.holds = result;
  finding_.predicates.push_back(std::move(predicate));
  return result;
}

void Claim::needs(bool met, BothTexts change) {
  if (!met && change_.en.empty()) change_ = std::move(change);
}

double Claim::setting(const Setting& setting) {
  const auto found = measured_.settings.find(setting.id);
  Number number{.id = std::string(setting.id),
                .label = setting.label.texts(),
                .unit = std::string(setting.unit),
                .role = Role::setting};
  if (found != measured_.settings.end()) number.value = found->second;
  const auto same = [&](const Number& other) { return other.id == number.id; };
  if (std::ranges::none_of(finding_.numbers, same)) finding_.numbers.push_back(std::move(number));
  return found == measured_.settings.end() ? 0 : found->second;
}

void Claim::show(std::string id, BothTexts label, const std::optional<Estimate>& value, std::string unit,
                 std::string hue) {
  Number number{.id = std::move(id), .label = std::move(label), .unit = std::move(unit), .hue = std::move(hue)};
  if (value) {
    number.value = value->median;
    number.low = value->low;
    number.high = value->high;
  }
  finding_.numbers.push_back(std::move(number));
}

void Claim::show(const Case& one, const Metric& metric) {
  Number number{.id = one.id + "." + std::string(metric.id),
                .label = both("{}: {}", "{}: {}", one.label, metric.label.texts()),
                .unit = std::string(metric.unit),
                .role = Role::supporting,
                .hue = one.hue};
  if (const auto value = of(one, metric)) {
    number.value = value->median;
    number.low = value->low;
    number.high = value->high;
  } else {
    number.value = median(values(series(one, metric)));
  }
  finding_.numbers.push_back(std::move(number));
}

void Claim::background(const BothTexts& text) {
  finding_.background =
      finding_.background + (finding_.background.en.empty() ? BothTexts{} : BothTexts{" ", " "}) + text;
}

void Claim::truth(std::string_view predicate, json answer) {
  truth_ = predicate;
  answer_ = std::move(answer);
}

BothTexts Claim::what_to_change() const {
  if (!change_.en.empty()) return change_;
  if (measured_.samples.rounds() < measured_.plan.fewest()) {
    return {"Fewer than six repeats give no 95 % interval: set repeat to 6 or more.",
            "Меньше шести повторов не дают 95-процентного интервала: задайте не менее 6 повторов."};
  }
  if (stolen() > kBusy) {
    return both(
        "Other work took {} % of the processor meanwhile: other programs, or drawing where there is no graphics "
        "processor. Close them and run it again.",
        "{} % процессора заняло другое: программы или рисование без видеокарты. Закройте лишнее и запустите опыт "
        "снова.",
        number(stolen() * 100));
  }
  return {"The difference is within the noise: use more repeats, or a larger size.",
          "Разница не больше шума измерений: увеличьте число повторов или размер задачи."};
}

Finding Claim::conclude() && {
  Holds weakest = finding_.predicates.empty() || !change_.en.empty() ? Holds::unclear : Holds::yes;
  for (const Predicate& one : finding_.predicates) {
    if (weakest != Holds::unclear || change_.en.empty()) weakest = std::min(weakest, one.holds);
    if (one.id == truth_ && one.holds != Holds::unclear) {
      finding_.truth = !answer_.is_null() ? answer_ : one.value ? json(one.value->median) : json(nullptr);
    }
  }
  finding_.verdict = weakest == Holds::yes  ? Verdict::confirmed
                     : weakest == Holds::no ? Verdict::refuted
                                            : Verdict::undecided;
  if (finding_.verdict == Verdict::undecided) finding_.advice = what_to_change();
  if (!change_.en.empty()) finding_.truth = nullptr;
  if (measured_.samples.has(kMachine, kStolen)) {
    finding_.numbers.push_back({.id = "machine.stolen",
                                .label = kStolen.label.texts(),
                                .value = stolen() * 100,
                                .unit = "%",
                                .role = Role::setting});
  }
  return std::move(finding_);
}

}  // namespace trilane::lab
