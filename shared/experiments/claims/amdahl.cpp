// amdahl: a program with a serial part speeds up as Amdahl's law says. The serial part really runs on one thread while
// the others wait, then all share the rest; the fraction is set, and found again from the times. Beside it Gustafson's
// weak scaling, and the Universal Scalability Law.
#include <algorithm>
#include <cmath>

#include "base/fit.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/serial_part.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr unsigned kPercents[] = {0, 10, 25, 50};
constexpr unsigned kWeakPercent = 25;
constexpr unsigned kMostCores = 16;
constexpr double kSizeDefault = 360'000'000;
/// With nothing serial p workers that are less than this share of p times as fast are on less than p whole cores.
constexpr double kWhole = 0.9;
constexpr Test kLaw = within(1, 0.1, 0.15);

constexpr Setting kCoresUsed{"cores_used", {"cores used", "использовано ядер"}, ""};

const Case kOne{"w1", {"one worker", "один исполнитель"}, ""};
Case at(unsigned percent, unsigned workers) {
  return {fmt::format("s{}.w{}", percent, workers),
          both("{} % serial, {} workers", "{} % последовательно, исполнителей: {}", percent, workers), ""};
}
Case beyond(unsigned percent) {
  return {fmt::format("s{}.beyond", percent),
          both("{} % serial, twice as many workers as cores", "{} % последовательно, исполнителей вдвое больше ядер",
               percent),
          ""};
}
Case weak(unsigned workers) {
  return {fmt::format("weak.w{}", workers),
          both("work grown for {} workers", "работа, выросшая под {} исполнителей", workers), ""};
}

/// 2, 4 … cores.
std::vector<unsigned> worker_counts(unsigned cores) {
  std::vector<unsigned> out;
  for (unsigned workers = 2; workers < cores; workers *= 2) out.push_back(workers);
  if (cores > 1) out.push_back(cores);
  return out;
}

struct Program {
  Case of;
  PartlySerial work;
};

/// `growth`: of the parallel part.
Program program(Case of, double size, unsigned percent, unsigned workers, unsigned growth = 1) {
  const auto serial = static_cast<std::uint64_t>(size * percent / 100), all = static_cast<std::uint64_t>(size);
  return {std::move(of), {.serial_units = serial, .parallel_units = (all - serial) * growth, .workers = workers}};
}

std::vector<Program> programs(double size, unsigned cores, bool more_than_cores) {
  std::vector<Program> out{program(kOne, size, kWeakPercent, 1)};
  for (const unsigned percent : kPercents) {
    for (const unsigned workers : worker_counts(cores))
      out.push_back(program(at(percent, workers), size, percent, workers));
    if (more_than_cores) out.push_back(program(beyond(percent), size, percent, 2 * cores));
  }
  for (const unsigned workers : worker_counts(cores))
    out.push_back(program(weak(workers), size, kWeakPercent, workers, workers));
  return out;
}

coro::Task<Result<double>> run(LabContext& lab, PartlySerial work) {
  Result<std::int64_t> took_ns;
  co_await lab.scheduler().blocking([&] { took_ns = run_partly_serial(work); });
  if (!took_ns) co_return std::unexpected(took_ns.error());
  if (lab.cancel().requested()) co_return fail(kCancelled);
  co_return static_cast<double>(*took_ns) / 1e6;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const double size = base(lab, {{"size", kSizeDefault}})["size"].get<double>();
  const unsigned most = std::max(1U, capabilities().max_threads);
  const unsigned cores = std::clamp(host_info().cores, 1U, std::min(kMostCores, most));
  const std::vector<Program> all = programs(size, cores, cores == host_info().cores && 2 * cores <= most);
  out.set(kSize, size);
  out.set(kCoresUsed, cores);
  for (const Program& one : all) {
    out.fairness.push_back(
        {.of = one.of.id, .workers = one.work.workers, .in_flight = one.work.workers, .creation = "outside"});
  }
  const auto warm = co_await run(lab, all.back().work);
  if (!warm) co_return std::unexpected(warm.error());
  for (Rounds rounds(lab, out); rounds.next();) {
    co_await look_at_machine(lab, rounds.index(), out);
    for (std::size_t step = 0; step < all.size(); ++step) {
      const Program& one = all[rounds.index() % 2 == 0 ? step : all.size() - 1 - step];
      lab.step(rounds.fraction(step, all.size()), one.of.label);
      const auto ms = co_await run(lab, one.work);
      if (!ms) co_return std::unexpected(ms.error());
      if (*ms > 0) out.samples.set(one.of, kWallMs, rounds.index(), *ms);  // 0: below the clock's step
    }
  }
  co_return out;
}

double law(unsigned percent, double workers) { return 1 / (percent / 100.0 + (1 - percent / 100.0) / workers); }

/// What was measured, read as speed-ups.
struct Scaling {
  explicit Scaling(Claim& of) : claim(of), cores(std::clamp(of.setting(kCoresUsed), 1.0, double{kMostCores})) {
    for (const unsigned workers : worker_counts(static_cast<unsigned>(cores))) {
      const auto share = claim.of(scaled(speed(at(0, workers)), 1.0 / workers));
      (claim.tested(at_least(kWhole, kWhole), share) == Holds::no ? partial : whole).push_back(workers);
    }
  }
  [[nodiscard]] Series speed(const Case& one) const {
    return ratio(claim.series(kOne, kWallMs), claim.series(one, kWallMs));
  }
  /// Of what is needed with as many workers as cores.
  [[nodiscard]] Case full(unsigned percent) const {
    return cores < 2 ? kOne : at(percent, static_cast<unsigned>(cores));
  }

  Claim& claim;
  double cores;
  std::vector<unsigned> whole;    ///< Numbers of workers that have as many whole cores.
  std::vector<unsigned> partial;  ///< Those that have less than that: cores that share units, or are slower.
};

/// S(p) over the law's, for each number of workers; the weakest decides.
void require_law(Claim& claim, const Scaling& scaling, unsigned percent) {
  std::vector<std::optional<Estimate>> values;
  for (const unsigned workers : scaling.whole)
    values.push_back(claim.of(scaled(scaling.speed(at(percent, workers)), 1 / law(percent, workers))));
  const auto [value, place] = claim.weakest(kLaw, values);
  const unsigned workers = values.empty() ? 0 : scaling.whole[place];
  claim.require(
      {.id = fmt::format("law-{}", percent),
       .label = both("{} % serial: speed-up over the law's", "{} % последовательно: ускорение к закону", percent),
       .value = value,
       .unit = "×",
       .test = kLaw,
       .yes = both("With {} % serial the speed-up follows the law: with {} workers it is {} of the law's.",
                   "При доле {} % ускорение следует закону: на {} исполнителях оно {} от предсказанного.", percent,
                   workers, quantity(value, "")),
       .no = both("With {} % serial the speed-up does not follow the law: with {} workers it is {} of the law's.",
                  "При доле {} % ускорение не следует закону: на {} исполнителях оно {} от предсказанного.", percent,
                  workers, quantity(value, ""))});
}

/// Where the cores give less than their number, the law with what they give in the place of p.
void require_partial(Claim& claim, const Scaling& scaling) {
  if (scaling.partial.empty()) return;
  std::vector<std::optional<Estimate>> values;
  for (const unsigned workers : scaling.partial) {
    for (const unsigned percent : kPercents) {
      if (percent == 0) continue;
      const Series mine = scaling.speed(at(percent, workers)), gain = scaling.speed(at(0, workers));
      values.push_back(claim.of(sum(scaled(mine, percent / 100.0), scaled(ratio(mine, gain), 1 - percent / 100.0))));
    }
  }
  const auto [value, place] = claim.weakest(kLaw, values);
  const unsigned workers = scaling.partial.back();
  const auto gain = claim.of(scaling.speed(at(0, workers)));
  const BothTexts loss =
      both("With nothing serial {} workers are {} as fast, for their cores are less than {} whole ones.",
           "Без последовательной части {} исполнителей быстрее {}: их ядра — меньше {} целых.", workers, times(gain),
           workers);
  claim.require(
      {.id = "law-of-gain",
       .label = {"speed-up over the law's with the cores' measured gain in the place of p",
                 "ускорение к закону с измеренным выигрышем ядер вместо p"},
       .value = value,
       .unit = "×",
       .test = kLaw,
       .yes = loss + both(" With that gain in the place of p the law holds: {} of what it says.",
                          " С этим выигрышем вместо p закон выполняется: {} от предсказанного.", quantity(value, "")),
       .no =
           loss + both(" With that gain in the place of p the law does not hold: {} of what it says.",
                       " С этим выигрышем вместо p закон не выполняется: {} от предсказанного.", quantity(value, ""))});
}

/// The serial part by least squares through all numbers of workers: T(p)/T(1) - 1/p = s (1 - 1/p), in percent.
void require_found(Claim& claim, const Scaling& scaling, unsigned percent) {
  double xx = 0, shift = 0;
  for (const double p : scaling.whole) xx += (1 - 1 / p) * (1 - 1 / p);
  Series serial;
  for (const double p : scaling.whole) {
    const Series share =
        ratio(claim.series(at(percent, static_cast<unsigned>(p)), kWallMs), claim.series(kOne, kWallMs));
    const Series part = scaled(share, 100 * (1 - 1 / p) / xx);
    serial = serial.empty() ? part : sum(serial, part);
    shift += 100 * (1 - 1 / p) / p / xx;
  }
  for (auto& one : serial) {
    if (one) *one -= shift;
  }
  const auto found = claim.of(serial);
  claim.require({.id = fmt::format("found-{}", percent),
                 .label = both("serial part found where {} % was set", "найденная доля там, где задано {} %", percent),
                 .value = found,
                 .unit = "%",
                 .test = within(percent, 3, 5),
                 .yes = both("Found again from the times: {} where {} % was set.",
                             "Найдено снова по времени: {} там, где задано {} %.", quantity(found, "%"), percent),
                 .no = both("The times show another serial part: {} where {} % was set.",
                            "Время показывает другую долю: {} там, где задано {} %.", quantity(found, "%"), percent)});
}

void require_no_gain_beyond(Claim& claim, const Scaling& scaling) {
  if (claim.series(beyond(0), kWallMs).empty()) return;  // so many threads cannot be had here
  constexpr Test kTest = at_most(1.1, 1.25);
  std::vector<std::optional<Estimate>> values;
  for (const unsigned percent : kPercents)
    values.push_back(claim.over(scaling.full(percent), beyond(percent), kWallMs));
  const auto [value, place] = claim.weakest(kTest, values);
  claim.require({.id = "beyond",
                 .label = {"speed-up, twice as many workers as cores over as many",
                           "ускорение, исполнителей вдвое больше ядер к равному числу"},
                 .value = value,
                 .unit = "×",
                 .test = kTest,
                 .yes = both("Twice as many workers as cores gain nothing more: {} as fast, with {} % serial.",
                             "Вдвое больше исполнителей, чем ядер, ничего не добавляют: {} при доле {} %.",
                             times(value), kPercents[place]),
                 .no = both("Twice as many workers as cores gain more: {} as fast, with {} % serial.",
                            "Вдвое больше исполнителей, чем ядер, ускоряют ещё: {} при доле {} %.", times(value),
                            kPercents[place])});
}

void require_weak(Claim& claim, const Scaling& scaling) {
  std::vector<std::optional<Estimate>> values;
  for (const unsigned workers : scaling.whole) values.push_back(claim.over(weak(workers), kOne, kWallMs));
  const auto [value, place] = claim.weakest(kLaw, values);
  const unsigned workers = values.empty() ? 0 : scaling.whole[place];
  claim.require(
      {.id = "weak",
       .label = {"makespan of the grown work over that of one worker",
                 "общее время выросшей работы к одному исполнителю"},
       .value = value,
       .unit = "×",
       .test = kLaw,
       .yes = both("Where the parallel part grows with the workers the time stays (Gustafson): with {} workers "
                   "{} of that of one.",
                   "Если параллельная часть растёт вместе с числом исполнителей, время не меняется "
                   "(Густафсон): на {} исполнителях {} от времени одного.",
                   workers, quantity(value, "")),
       .no = both("Where the parallel part grows with the workers the time does not stay: with {} workers {} "
                  "of that of one.",
                  "Параллельная часть растёт вместе с числом исполнителей, а время меняется: на {} "
                  "исполнителях {} от времени одного.",
                  workers, quantity(value, ""))});
}

/// The measured speed-ups of one fraction; those with one worker are what the others are told against.
FigureSeries measured_speedups(const Scaling& scaling, unsigned percent) {
  FigureSeries out{.id = fmt::format("s{}", percent),
                   .name = both("{} % serial", "{} % последовательно", percent),
                   .style = SeriesStyle::measured,
                   .points = {}};
  add_point(out, 1, scaling.claim.of(scaling.speed(kOne)));
  for (const unsigned workers : worker_counts(static_cast<unsigned>(scaling.cores)))
    add_point(out, workers, scaling.claim.of(scaling.speed(at(percent, workers))));
  add_point(out, 2 * scaling.cores, scaling.claim.of(scaling.speed(beyond(percent))));
  return out;
}

template <class Curve>
FigureSeries curve(const FigureSeries& of, const BothTexts& name, SeriesStyle style, double last, Curve&& y) {
  FigureSeries out{.id = of.id, .name = of.name + name, .style = style, .points = {}};
  constexpr double kStep = 0.125;  // close enough to look like a curve
  for (double p = 1; p <= last; p += kStep) out.points.push_back({.x = p, .y = y(p), .low = {}, .high = {}});
  return out;
}

/// The Universal Scalability Law through the measured speed-ups. Its two parameters need two numbers of workers besides
/// one: up to the cores where there are as many, otherwise also beyond, where it takes their end for a cost.
void fit_usl_to(Claim& claim, Figure& figure, const FigureSeries& measured, double cores) {
  std::vector<ScalingPoint> points;
  for (const FigurePoint& one : measured.points) {
    if (one.x <= cores || points.size() < 3) points.push_back({.workers = one.x, .rate = one.y, .samples = {}});
  }
  const auto fit = fit_usl(points);
  if (!fit) return;
  figure.series.push_back(
      curve(measured, {", USL", ", USL"}, SeriesStyle::fit, 2 * cores, [&](double p) { return fit->speedup(p); }));
  claim.show({.id = "usl." + measured.id + ".contention",
              .label = both("{}, USL: contention a", "{}, USL: конкуренция a", measured.name),
              .value = fit->contention.value});
  claim.show({.id = "usl." + measured.id + ".coherence",
              .label = both("{}, USL: coherence b", "{}, USL: согласование b", measured.name),
              .value = fit->coherence.value});
}

void draw(Claim& claim, const Scaling& scaling) {
  Figure speedup = lines("speedup", {"Speed-up by workers", "Ускорение и число исполнителей"},
                         {.label = {"workers", "исполнители"}, .unit = "", .log = false, .categories = {}},
                         {.label = {"speed-up", "ускорение"}, .unit = "×", .log = false, .categories = {}});
  Figure usl = speedup;
  usl.id = "usl";
  usl.title = {"USL fitted", "Подобранный USL"};
  for (const unsigned percent : kPercents) {
    const FigureSeries measured = measured_speedups(scaling, percent);
    speedup.series.push_back(measured);
    speedup.series.push_back(curve(measured, {", Amdahl's law", ", закон Амдала"}, SeriesStyle::model, scaling.cores,
                                   [&](double p) { return law(percent, p); }));
    usl.series.push_back(measured);
    fit_usl_to(claim, usl, measured, scaling.cores);
  }
  claim.figure(std::move(speedup));
  claim.figure(std::move(usl));
  std::vector<Case> grown{kOne};
  for (const unsigned workers : worker_counts(static_cast<unsigned>(scaling.cores))) grown.push_back(weak(workers));
  claim.figure(bars(claim, "weak", {"Work that grows with the workers", "Работа растёт вместе с числом исполнителей"},
                    grown, kWallMs));
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const Scaling scaling(claim);
  claim.setting(kSize);
  claim.needs(scaling.cores >= 2, {"This machine offers one core, so nothing can speed up: use one with more.",
                                   "У этой машины одно ядро, ускоряться нечему: возьмите машину с несколькими."});
  claim.needs(!scaling.whole.empty(),
              both("Even with nothing serial two workers are only {} as fast here: no two whole cores are free. Close "
                   "other programs, or use a machine with more cores.",
                   "Даже без последовательной части два исполнителя здесь быстрее лишь {}: двух свободных целых ядер "
                   "нет. Закройте другие программы или возьмите машину с большим числом ядер.",
                   times(claim.of(scaling.speed(at(0, 2))))));
  for (const unsigned percent : kPercents) require_law(claim, scaling, percent);
  require_partial(claim, scaling);
  for (const unsigned percent : kPercents) {
    if (percent != 0) require_found(claim, scaling, percent);
  }
  require_no_gain_beyond(claim, scaling);
  require_weak(claim, scaling);
  claim.show(kOne, kWallMs);
  draw(claim, scaling);
  claim.background(
      {"However many workers there are, the serial part takes its time. Logical cores that share the units "
       "of one physical core are together less than two.",
       "Сколько бы ни было исполнителей, последовательная часть занимает своё время. Логические ядра, "
       "которые делят блоки одного физического, вместе меньше двух."});
  if (const auto half = claim.of(scaling.speed(scaling.full(50)))) claim.truth("law-50", half->median);
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"size", "repeat"};
constexpr std::string_view kSubject[] = {"workers", "in_flight"};
// More workers than cores only must not gain; and that the grown work takes the same time is what is claimed.
constexpr std::string_view kInterchangeable[] = {"s0.beyond s10.beyond s25.beyond s50.beyond", "w1 weak.*"};

}  // namespace

const Experiment& amdahl_experiment() {
  static const Experiment experiment{
      .id = "amdahl",
      .section = "choosing",
      .title = {"Amdahl's law", "Закон Амдала"},
      .origin = Origin::beyond,
      .claim = {"The serial part of a program limits its speed-up: S(p) = 1 / (s + (1 − s) / p).",
                "Последовательная часть программы ограничивает ускорение: S(p) = 1 / (s + (1 − s) / p)."},
      .about =
          {"A part of the sum really runs on one thread while the others wait, the rest on all of them; the part is "
           "0, 10, 25 and 50 %. The times have to show it again. Then the parallel part grows with the workers "
           "(Gustafson). Beside it the Universal Scalability Law (USL) is fitted: a is contention, b what agreement "
           "between workers costs.",
           "Часть суммы действительно считается в одном потоке, пока остальные ждут, остальное — всеми; доля 0, 10, "
           "25 и 50 %. По времени её нужно найти снова. Затем параллельная часть растёт вместе с числом "
           "исполнителей (Густафсон). Рядом подбирается универсальный закон масштабируемости (USL): a — "
           "конкуренция за общее, b — цена согласования исполнителей."},
      .question = {.kind = PredictionKind::number,
                   .text = {"Half of the work is serial. How much faster is it with all cores?",
                            "Половина работы последовательна. Во сколько раз она быстрее на всех ядрах?"},
                   .unit = "×",
                   .min = 0.1,
                   .max = 64},
      .config = R"({"workload":"sum","size":360000000})",
      .reads = kReads,
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
