// amdahl: a program with a serial part speeds up as Amdahl's law says. The serial part really runs on one thread, then
// the rest on all; the fraction is set, and found again from the times. Beside it the Universal Scalability Law.
#include <algorithm>
#include <cmath>
#include <map>

#include "base/fit.hpp"
#include "base/stats.hpp"
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr double kFractions[] = {0, 0.1, 0.25, 0.5};
constexpr double kSize = 240'000'000;
// How far what is found may be from what was set, and from where on it is another: creating threads is serial too.
constexpr double kYes = 0.1, kNo = 0.15;
constexpr double kLeastGain = 1.25;

std::string name_of(double fraction, unsigned workers) { return fmt::format("s{:.0f}.w{}", fraction * 100, workers); }

/// 1, 2, 4 … cores, and twice as many, where nothing more is to be had.
std::vector<unsigned> worker_counts(unsigned cores, unsigned most) {
  std::vector<unsigned> out{1};
  for (unsigned workers = 2; workers < cores; workers *= 2) out.push_back(workers);
  if (cores > 1) out.push_back(cores);
  out.push_back(2 * cores);
  std::erase_if(out, [&](unsigned workers) { return workers > most; });
  return out;
}

/// The run documents of all parts, by name.
using Documents = std::map<std::string, json>;

coro::Task<Result<double>> run_part(LabContext& lab, json options, std::string name, Measured& out,
                                    Documents& documents) {
  auto result = co_await lab.run(std::move(options));
  if (!result) co_return std::unexpected(result.error());
  if (!result->wall_ms.median) co_return fail("the run was shorter than the clock's step: use a larger size", "size");
  out.samples[name + ".wall_ms"].push_back(*result->wall_ms.median);
  if (result->throughput_per_s.median)
    out.samples[name + ".throughput_per_s"].push_back(*result->throughput_per_s.median);
  documents[name] = to_json(*result);
  co_return *result->wall_ms.median;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const json own = base(lab, {{"size", kSize}});
  const double size = own["size"].get<double>();
  const unsigned cores = std::max(1U, std::min(host_info().cores, 16U));
  const std::vector<unsigned> workers = worker_counts(cores, capabilities().max_threads);
  Documents documents;
  Rounds rounds(lab, 20);
  while (rounds.next()) {
    co_await look_at_machine(lab, out);
    std::size_t step = 0;
    for (const double fraction : kFractions) {
      for (const unsigned count : workers) {
        lab.step(
            rounds.fraction(step++, std::size(kFractions) * workers.size()),
            both("{} % serial, {} workers", "{} % последовательно, исполнителей: {}", number(fraction * 100), count));
        double wall_ms = 0;
        const json common = {{"workload", "sum"}, {"repeat", 1}, {"warmup", rounds.index() == 0 && count == 1 ? 1 : 0}};
        if (fraction > 0) {
          json serial = common;
          serial.update({{"model", "sync"}, {"tasks", 16}, {"size", std::floor(size * fraction)}});
          const auto part =
              co_await run_part(lab, std::move(serial), name_of(fraction, count) + ".serial", out, documents);
          if (!part) co_return std::unexpected(part.error());
          wall_ms += *part;
        }
        json parallel = common;
        parallel.update(
            {{"model", "threads"}, {"workers", count}, {"tasks", 64}, {"size", std::ceil(size * (1 - fraction))}});
        const auto part =
            co_await run_part(lab, std::move(parallel), name_of(fraction, count) + ".parallel", out, documents);
        if (!part) co_return std::unexpected(part.error());
        out.samples[name_of(fraction, count) + ".wall_ms"].push_back(wall_ms + *part);
      }
    }
  }
  for (auto& [name, document] : documents)
    out.runs.push_back(of_all_rounds(std::move(document), name, out, rounds.index() + 1));
  out.facts["cores"] = cores;
  co_return out;
}

std::string wall(double fraction, unsigned workers) { return name_of(fraction, workers) + ".wall_ms"; }

/// The serial part that each round shows, from the times with one worker and with all cores. Amdahl's law with what the
/// cores really give, the speed-up S0 of the same round with nothing serial, in the place of their number (two logical
/// cores of one physical core are less than two): T / T1 = s + (1 - s) / S0, solved for s.
std::vector<double> serial_parts(const Measured& measured, double fraction, unsigned cores) {
  const std::vector<double> left = ratios(measured, wall(fraction, cores), wall(fraction, 1));
  const std::vector<double> of_parallel = ratios(measured, wall(0, cores), wall(0, 1));
  std::vector<double> out;
  for (std::size_t i = 0; i < std::min(left.size(), of_parallel.size()); ++i) {
    if (of_parallel[i] < 0.95) out.push_back((left[i] - of_parallel[i]) / (1 - of_parallel[i]));
  }
  return out;
}

Tri matches(const std::optional<Spread>& serial, double fraction) {
  if (!serial) return Tri::unclear;
  if (serial->low > fraction + kNo || serial->high < fraction - kNo) return Tri::no;
  return serial->low >= fraction - kYes && serial->high <= fraction + kYes ? Tri::yes : Tri::unclear;
}

Figure empty_figure() {
  Figure figure;
  figure.id = "speedup";
  figure.kind = FigureKind::lines;
  figure.title = {"Speed-up by workers", "Ускорение и число исполнителей"};
  figure.x = {.label = {"workers", "исполнители"}, .unit = "", .log = false, .categories = {}};
  figure.y = {.label = {"speed-up", "ускорение"}, .unit = "×", .log = false, .categories = {}};
  return figure;
}

/// What was measured, and what the law makes of the speed-up with nothing serial; that one has no law to follow.
void draw(Figure& figure, const Measured& measured, double fraction, unsigned cores) {
  const BothTexts name = both("{} % serial", "{} % последовательно", number(fraction * 100));
  const std::string id = fmt::format("s{:.0f}", fraction * 100);
  FigureSeries series{.id = id, .name = name, .style = SeriesStyle::measured, .points = {}};
  FigureSeries law{.id = id, .name = name + both(", Amdahl", ", Амдал"), .style = SeriesStyle::fit, .points = {}};
  for (unsigned workers = 1; workers <= 2 * cores; ++workers) {
    add_point(series, workers, spread(ratios(measured, wall(fraction, 1), wall(fraction, workers))));
    const auto parallel = spread(ratios(measured, wall(0, 1), wall(0, workers)));
    if (!parallel || workers > cores) continue;
    const double speedup = 1 / (fraction + (1 - fraction) / parallel->median);
    law.points.push_back({.x = static_cast<double>(workers), .y = speedup, .low = {}, .high = {}});
  }
  figure.series.push_back(std::move(series));
  if (fraction > 0) figure.series.push_back(std::move(law));
}

void put(json& numbers, const std::string& name, const FitParameter& fit) {
  numbers[name] = fit.value;
  numbers[name + "_low"] = fit.low ? json(*fit.low) : json(nullptr);
  numbers[name + "_high"] = fit.high ? json(*fit.high) : json(nullptr);
}

/// The Universal Scalability Law through what was measured. Its two parameters need two numbers of workers besides one:
/// up to the number of cores where there are as many, otherwise also beyond, where it takes their end for a cost.
std::optional<UslScaling> fitted_usl(const Measured& measured, double fraction, unsigned cores) {
  std::vector<ScalingPoint> points;
  for (unsigned workers = 1; workers <= 2 * cores; ++workers) {
    if (workers > cores && points.size() > 2) break;
    ScalingPoint point{.workers = static_cast<double>(workers), .rate = 0, .samples = {}};
    for (const double ms : samples(measured, wall(fraction, workers))) {
      if (ms > 0) point.samples.push_back(1 / ms);
    }
    point.rate = median(point.samples).value_or(0);
    if (point.rate > 0) points.push_back(std::move(point));
  }
  return fit_usl(points);
}

/// The figure of USL: the measured points again, and its curve through them.
Figure usl_figure(const Measured& measured, const Figure& speedup, unsigned cores, json& numbers) {
  Figure figure = speedup;
  figure.id = "usl";
  // On two cores there is no third number of workers within them.
  figure.title = BothTexts{"USL fitted", "Подобранный USL"} +
                 (cores < 3 ? BothTexts{", also beyond the cores", ", и сверх числа ядер"} : BothTexts{});
  std::erase_if(figure.series, [](const FigureSeries& one) { return one.style == SeriesStyle::fit; });
  const std::size_t shown = figure.series.size();
  for (std::size_t i = 0; i < shown; ++i) {
    const double fraction = kFractions[i];
    const auto fit = fitted_usl(measured, fraction, cores);
    if (!fit) continue;
    put(numbers, fmt::format("usl_{:.0f}_contention", fraction * 100), fit->contention);
    put(numbers, fmt::format("usl_{:.0f}_coherence", fraction * 100), fit->coherence);
    FigureSeries curve{.id = figure.series[i].id,
                       .name = figure.series[i].name + BothTexts{", USL", ", USL"},
                       .style = SeriesStyle::fit,
                       .points = {}};
    constexpr double kStep = 0.125;  // close enough to look like a curve
    for (double p = 1; p <= 2 * cores; p += kStep)
      curve.points.push_back({.x = p, .y = fit->speedup(p), .low = {}, .high = {}});
    figure.series.push_back(std::move(curve));
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const auto cores = std::max(1U, static_cast<unsigned>(fact(measured, "cores", 1)));
  const auto parallel = spread(ratios(measured, wall(0, 1), wall(0, cores)));
  put(finding.numbers, "speedup_nothing_serial", parallel);
  Tri result = at_least(parallel, kLeastGain, 0);  // where more cores give nothing, a serial part takes nothing away
  BothTexts found;
  Figure figure = empty_figure();
  for (const double fraction : kFractions) {
    draw(figure, measured, fraction, cores);
    if (fraction == 0) continue;
    const auto serial = spread(serial_parts(measured, fraction, cores));
    put(finding.numbers, fmt::format("serial_{:.0f}_share", fraction * 100), serial);
    result = all_of({result, matches(serial, fraction)});
    if (!serial) continue;
    found = found + both("{}{} % set, {} % found", "{}задано {} %, найдено {} %",
                         std::string(found.en.empty() ? "" : ", "), number(fraction * 100),
                         with_interval(Spread{serial->median * 100, serial->low * 100, serial->high * 100}));
  }
  finding.numbers["cores"] = cores;
  const auto half = spread(ratios(measured, wall(0.5, 1), wall(0.5, cores)));
  put(finding.numbers, "speedup_half_serial", half);
  finding.truth = half ? json(half->median) : json(nullptr);
  finding.figures.push_back(figure);
  if (cores > 1) finding.figures.push_back(usl_figure(measured, figure, cores, finding.numbers));
  if (cores < 2) {
    finding.truth = nullptr;
    finding.why = {"Not decided: this machine offers one core, so nothing can speed up.",
                   "Не решено: у этой машины одно ядро, ускоряться нечему."};
    return finding;
  }
  if (found.en.empty()) found = kNothing;
  conclude(finding, measured, result,
           both("Cores: {}; with nothing serial they compute {} as fast. Serial part: {}.",
                "Ядер: {}; без последовательной части счёт быстрее {}. Последовательная часть: {}.", cores,
                times(parallel), found),
           {"The law holds up to the number of cores: with half of the work serial no number of workers makes it twice "
            "as fast. Beyond the cores there is nothing more to gain.",
            "Закон выполняется до числа ядер: если половина работы последовательна, никакое число исполнителей не "
            "ускорит её вдвое. Сверх числа ядер выигрывать нечего."},
           {"The measured speed-ups do not follow Amdahl's law with the fractions that were set.",
            "Измеренные ускорения не следуют закону Амдала с заданными долями."});
  return finding;
}

constexpr std::string_view kReads[] = {"size", "repeat"};

}  // namespace

const Experiment& amdahl_experiment() {
  static const Experiment experiment{
      .id = "amdahl",
      .section = "choosing",
      .title = {"Amdahl's law", "Закон Амдала"},
      .origin = Origin::beyond,
      .claim = {"The serial part of a program limits its speed-up: S(p) = 1 / (s + (1 − s) / p).",
                "Последовательная часть программы ограничивает ускорение: S(p) = 1 / (s + (1 − s) / p)."},
      .about = {"A part of the sum really runs on one thread, the rest on all workers; the part is 0, 10, 25 and 50 %. "
                "The times have to show it again. Beside it the Universal Scalability Law (USL) is fitted: a is "
                "contention, b what agreement between workers costs.",
                "Часть суммы действительно считается в одном потоке, остальное — всеми исполнителями; доля 0, 10, 25 и "
                "50 %. По времени её нужно найти снова. Рядом подбирается универсальный закон масштабируемости (USL): "
                "a — конкуренция за общее, b — цена согласования исполнителей."},
      .question = {.kind = PredictionKind::number,
                   .text = {"Half of the work is serial. How much faster is it with all cores?",
                            "Половина работы последовательна. Во сколько раз она быстрее на всех ядрах?"},
                   .unit = "×",
                   .min = 0.1,
                   .max = 64},
      .config = R"({"workload":"sum","size":240000000,"repeat":20})",
      .reads = kReads,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
