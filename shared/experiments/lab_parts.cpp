#include "experiments/lab_parts.hpp"

#include <algorithm>
#include <cmath>

#include "base/digits.hpp"
#include "base/stats.hpp"

namespace trilane::lab {

using nlohmann::json;

namespace {

constexpr double kBusy = 0.10;

/// Are there too few rounds for any interval? A figure may lack a sample where a round was too short to show it: that
/// is no lack of rounds. The machine is looked at more often than once a round.
bool too_few_rounds(const Measured& measured) {
  return std::ranges::none_of(measured.samples, [](const auto& named) {
    return !named.first.starts_with("machine.") && named.second.size() >= kFewestRounds;
  });
}

BothTexts what_to_change(const Measured& measured, const BothTexts& open) {
  if (too_few_rounds(measured)) {
    return {"Not decided: fewer than six repeats give no 95 % interval. Set repeat to 6 or more.",
            "Не решено: меньше шести повторов не дают 95-процентного интервала. Задайте не менее 6 повторов."};
  }
  // Where the plan itself leaves it open, a quiet machine would too.
  if (!open.en.empty()) return open;
  if (busy_machine(measured)) {
    const double percent = *median(samples(measured, "machine.stolen")) * 100;
    return both(
        "Not decided: other work took {} % of the processor meanwhile: other programs, or drawing where there is "
        "no graphics processor. Close them and run it again.",
        "Не решено: {} % процессора заняло другое: программы или рисование без видеокарты. Закройте лишнее и "
        "запустите опыт снова.",
        number(percent));
  }
  return {"Not decided: the difference is within the noise. Use more repeats, or a larger size.",
          "Не решено: разница не больше шума измерений. Увеличьте число повторов или размер задачи."};
}

}  // namespace

std::optional<Spread> spread(const std::vector<double>& samples) {
  if (samples.size() < kFewestRounds) return std::nullopt;
  const auto interval = median_interval(samples);
  return Spread{*median(samples), interval->low, interval->high};
}

std::optional<Spread> spread(const Measured& measured, std::string_view name) {
  return spread(samples(measured, name));
}

const std::vector<double>& samples(const Measured& measured, std::string_view name) {
  static const std::vector<double> none;
  const auto found = measured.samples.find(name);
  return found == measured.samples.end() ? none : found->second;
}

double fact(const Measured& measured, std::string_view name, double otherwise) {
  const auto found = measured.facts.find(name);
  return found == measured.facts.end() ? otherwise : found->second;
}

std::vector<double> ratios(const Measured& measured, std::string_view a, std::string_view b) {
  const auto& over = samples(measured, a);
  const auto& under = samples(measured, b);
  std::vector<double> out;
  for (std::size_t i = 0; i < std::min(over.size(), under.size()); ++i) {
    if (under[i] != 0) out.push_back(over[i] / under[i]);
  }
  return out;
}

Tri at_least(const std::optional<Spread>& value, double yes, double no) {
  if (!value) return Tri::unclear;
  return value->low >= yes ? Tri::yes : value->high < no ? Tri::no : Tri::unclear;
}

Tri at_most(const std::optional<Spread>& value, double yes, double no) {
  if (!value) return Tri::unclear;
  return value->high <= yes ? Tri::yes : value->low > no ? Tri::no : Tri::unclear;
}

Tri all_of(std::initializer_list<Tri> conditions) { return std::min(conditions); }

bool busy_machine(const Measured& measured) {
  const auto stolen = median(samples(measured, "machine.stolen"));
  return stolen && *stolen > kBusy;
}

void conclude(Finding& finding, const Measured& measured, Tri result, const BothTexts& numbers, const BothTexts& yes,
              const BothTexts& no, bool timed, const BothTexts& open) {
  if (timed && result == Tri::no && busy_machine(measured)) result = Tri::unclear;
  finding.verdict = result == Tri::yes ? Verdict::confirmed : result == Tri::no ? Verdict::refuted : Verdict::undecided;
  const BothTexts reason = result == Tri::yes ? yes : result == Tri::no ? no : what_to_change(measured, open);
  // Without any interval the sentence about the numbers would be one of gaps.
  const bool gaps = result == Tri::unclear && too_few_rounds(measured);
  finding.why = gaps ? reason : numbers + BothTexts{" ", " "} + reason;
  if (finding.verdict == Verdict::undecided) finding.truth = nullptr;
  if (const auto stolen = median(samples(measured, "machine.stolen"))) finding.numbers["machine_stolen"] = *stolen;
}

void put(json& numbers, const std::string& name, const std::optional<Spread>& value) {
  numbers[name] = value ? json(value->median) : json(nullptr);
  numbers[name + "_low"] = value ? json(value->low) : json(nullptr);
  numbers[name + "_high"] = value ? json(value->high) : json(nullptr);
}

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

BothTexts with_interval(const std::optional<Spread>& value) {
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

BothTexts times(const std::optional<Spread>& value) {
  if (!value) return with_interval(value);
  return both("{0} times", "в {0} {1}", with_interval(value), russian_form(value->median, "раз", "раза", "раз"));
}

FigurePoint point(double x, const Spread& value) {
  return {.x = x, .y = value.median, .low = value.low, .high = value.high};
}

void add_point(FigureSeries& series, double x, const std::optional<Spread>& value) {
  if (value) series.points.push_back(point(x, *value));
}

Figure histogram(std::string id, BothTexts title, FigureAxis x, BothTexts y_label, const std::vector<double>& values,
                 std::string series_id, BothTexts series_name, double step) {
  constexpr std::size_t kBins = 12;
  Figure figure;
  figure.id = std::move(id);
  figure.kind = FigureKind::histogram;
  figure.title = std::move(title);
  figure.x = std::move(x);
  figure.y.label = std::move(y_label);
  FigureSeries series{
      .id = std::move(series_id), .name = std::move(series_name), .style = SeriesStyle::measured, .points = {}};
  if (!values.empty()) {
    const auto [least, most] = std::ranges::minmax(values);
    figure.bin_width = std::max((most - least) / kBins, step);
    std::vector<double> counts(kBins);
    for (const double value : values) {
      ++counts[std::min(static_cast<std::size_t>((value - least) / figure.bin_width), kBins - 1)];
    }
    for (std::size_t i = 0; i < kBins; ++i) {
      series.points.push_back(
          {.x = least + static_cast<double>(i) * figure.bin_width, .y = counts[i], .low = {}, .high = {}});
    }
  }
  figure.series.push_back(std::move(series));
  return figure;
}

Figure bars(const Measured& measured, std::string id, BothTexts title, std::vector<std::string> names,
            std::string_view suffix, BothTexts y_label, std::string unit) {
  Figure figure;
  figure.id = std::move(id);
  figure.kind = FigureKind::bars;
  figure.title = std::move(title);
  figure.y = {.label = std::move(y_label), .unit = std::move(unit), .log = false, .categories = {}};
  double x = 0;
  for (const std::string& name : names) {
    figure.x.categories.push_back(model_name(name));
    FigureSeries series{.id = name, .name = model_name(name), .style = SeriesStyle::measured, .points = {}};
    const auto& values = samples(measured, name + std::string(suffix));
    if (const auto middle = median(values)) {
      const auto around = spread(values);
      series.points.push_back(around ? point(x, *around) : FigurePoint{.x = x, .y = *middle, .low = {}, .high = {}});
    }
    figure.series.push_back(std::move(series));
    ++x;
  }
  return figure;
}

Status anywhere(const Capabilities&) { return {}; }

Status needs_threads(const Capabilities& host) {
  if (host.threads) return {};
  return fail(host.threads_missing_because.empty() ? "This needs threads, which are missing here."
                                                   : host.threads_missing_because);
}

Status needs_processes(const Capabilities& host) {
  if (host.processes) return {};
  return fail("This needs processes (Workers on a page), which are missing here.");
}

}  // namespace trilane::lab
