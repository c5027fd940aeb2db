#include "experiments/words.hpp"

#include <algorithm>
#include <cmath>

#include "base/digits.hpp"

namespace trilane::lab {

BothTexts operator+(const BothTexts& a, const BothTexts& b) { return {a.en + b.en, a.ru + b.ru}; }

BothTexts model_name(std::string_view id) {
  if (id == "sync") return {"sync", "синхронно"};
  if (id == "threads") return {"threads", "потоки"};
  if (id == "gil") return {"threads with the GIL", "потоки с GIL"};
  if (id == "processes") return {"processes", "процессы"};
  if (id == "async") return {"async", "асинхронно"};
  return {std::string(id), std::string(id)};
}

BothTexts number(double value) {
  if (!std::isfinite(value)) return {fmt::format("{:.0f}", value), fmt::format("{:.0f}", value)};
  constexpr double kExact = 1e15;  // whole numbers beyond are not all told apart
  int decimals = 0;
  if (std::fabs(value) >= kExact || value != std::trunc(value)) {
    const int before = static_cast<int>(std::floor(std::log10(std::fabs(value)))) + 1;
    const double step = std::pow(10.0, before - 3);
    if (before > 3) value = std::round(value / step) * step;
    decimals = std::clamp(3 - before, 0, 9);
  }
  const std::string digits = fmt::format("{:.{}f}", std::fabs(value), decimals);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::string text = (value < 0 ? "-" : "") + grouped(digits.substr(0, point)) + digits.substr(point);
  return {text, decimal(text, true)};
}

BothTexts with_interval(const std::optional<Estimate>& value) {
  if (!value) return {"not available", "нет данных"};
  // Kept on one line: an interval in two pieces is hard to read.
  return both("{} [{},\u00a0{}]", "{} [{};\u00a0{}]", number(value->median), number(value->low), number(value->high));
}

std::string_view russian_form(double value, std::string_view one, std::string_view few, std::string_view many) {
  if (value != std::trunc(value)) return few;
  const double last = std::fmod(std::fabs(value), 10), last_two = std::fmod(std::fabs(value), 100);
  if (last_two >= 11 && last_two <= 14) return many;
  return last == 1 ? one : last >= 2 && last <= 4 ? few : many;
}

BothTexts counted(double value, const Noun& noun) {
  return both("{0} {1}", "{0} {2}", number(value), value == 1 ? noun.en_one : noun.en_many,
              russian_form(value, noun.ru_one, noun.ru_few, noun.ru_many));
}

BothTexts times(const std::optional<Estimate>& value) {
  if (!value) return with_interval(value);
  return both("{0} times", "в {0} {1}", with_interval(value), russian_form(value->median, "раз", "раза", "раз"));
}

namespace {

struct Multiple {
  std::string_view unit;  ///< As Metric::unit
  double least;           ///< From this value on.
  double factor;          ///< Shown is value / factor.
  BothTexts name;
};

/// The greatest multiples come first.
const Multiple& multiple_of(std::string_view unit, double value) {
  constexpr double kKiB = 1024, kMiB = kKiB * 1024, kGiB = kMiB * 1024;
  static const Multiple kMultiples[] = {{"ns", 1e4, 1e3, {"µs", "мкс"}},
                                        {"ns", 0, 1, {"ns", "нс"}},
                                        {"us", 1e4, 1e3, {"ms", "мс"}},
                                        {"us", 0, 1, {"µs", "мкс"}},
                                        {"ms", 1e4, 1e3, {"s", "с"}},
                                        {"ms", 0, 1, {"ms", "мс"}},
                                        {"s", 0, 1, {"s", "с"}},
                                        {"B", 2 * kGiB, kGiB, {"GiB", "ГиБ"}},
                                        {"B", 2 * kMiB, kMiB, {"MiB", "МиБ"}},
                                        {"B", 2 * kKiB, kKiB, {"KiB", "КиБ"}},
                                        {"B", 0, 1, {"B", "Б"}},
                                        {"/s", 0, 1, {"/s", "/с"}},
                                        {"×", 0, 1, {"×", "×"}},
                                        {"%", 0, 1, {"%", "%"}}};
  static const Multiple kPlain{"", 0, 1, {}};
  for (const Multiple& one : kMultiples) {
    if (one.unit == unit && std::fabs(value) >= one.least) return one;
  }
  return kPlain;
}

}  // namespace

namespace {

BothTexts plain_number(double value) {
  BothTexts text = number(value);
  for (std::string* one : {&text.en, &text.ru}) {
    if (one->find_first_of(".,") == std::string::npos) continue;
    one->erase(one->find_last_not_of('0') + 1);
    if (one->ends_with('.') || one->ends_with(',')) one->pop_back();
  }
  return text;
}

}  // namespace

BothTexts quantity(double value, std::string_view unit) { return quantity(exactly(value), unit); }

BothTexts quantity(const std::optional<Estimate>& value, std::string_view unit) {
  if (!value) return with_interval(value);
  const Multiple& multiple = multiple_of(unit, value->median);
  const bool one_number = value->low == value->high;  // known, not measured: without zeros at its end
  const BothTexts figures =
      one_number ? plain_number(value->median / multiple.factor) : with_interval(scaled(value, 1 / multiple.factor));
  return multiple.name.en.empty() ? figures : both("{}\u00a0{}", "{}\u00a0{}", figures, multiple.name);
}

}  // namespace trilane::lab
