// cpu-bound: the sum of 1..N on every model, N from ten thousand up: where processes overtake one core, and what the
// rate at the largest N would mean for 10^13.
#include <algorithm>
#include <cmath>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr double kSmallest = 1e4, kLargest = 3e8, kFar = 1e13;
constexpr const char* kModels[] = {"sync", "threads", "processes", "async", "gil"};

std::string name_of(std::string_view model, double n) { return fmt::format("{}.{:.0f}.wall_ms", model, n); }

/// Powers of ten below `largest`, and it.
std::vector<double> levels(double largest) {
  std::vector<double> out;
  for (double n = kSmallest; n < largest; n *= 10) out.push_back(n);
  out.push_back(largest);
  return out;
}

/// "10^4", "3.2·10^8", "3,2·10^8".
BothTexts power(double n) {
  const double exponent = std::floor(std::log10(n) + 1e-9);
  const double factor = n / std::pow(10, exponent);
  const std::string ten = fmt::format("10^{:.0f}", exponent);
  return factor < 1.005 ? BothTexts{ten, ten} : both("{}·{}", "{}·{}", number(factor), ten);
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const Capabilities& host = capabilities();
  json own = base(lab, {{"size", kLargest}, {"tasks", 32}});
  const double largest = own["size"].get<double>();
  const unsigned workers = std::clamp(host_info().cores, 2U, 8U);
  if (!own.contains("workers")) own["workers"] = std::max(1U, std::min(workers, host.max_children));
  own["workload"] = "sum";
  std::vector<Case> cases;
  for (const double n : levels(largest)) {
    for (const std::string model : kModels) {
      const bool gil = model == "gil";
      if (!host.threads && (gil || model == "threads")) continue;
      json options = {{"model", gil ? "threads" : model}, {"size", n}, {"gil", gil}};
      cases.push_back({fmt::format("{}.{:.0f}", model, n), std::move(options)});
    }
  }
  out.facts["largest"] = largest;
  out.facts["workers"] = own["workers"].get<double>();
  const Status status = co_await measure_cases(lab, std::move(own), std::move(cases), Rounds(lab, 12), out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

/// Where processes become, and stay, faster than sync: a sample a round, on log axes between two levels. Nothing when a
/// round has no such place. `always` tells that processes were ahead at every N of every round.
std::vector<double> crossovers(const Measured& measured, const std::vector<double>& ns, bool& always) {
  std::vector<double> out;
  const std::size_t rounds = samples(measured, name_of("processes", ns.back())).size();
  std::vector<std::vector<double>> gains;
  for (const double n : ns) gains.push_back(ratios(measured, name_of("sync", n), name_of("processes", n)));
  always = rounds > 0;
  bool everywhere = rounds > 0;
  for (const auto& gain : gains) {
    if (gain.size() != rounds) return always = false, out;  // a clock too coarse for small N leaves gaps: no pairs
  }
  for (std::size_t round = 0; round < rounds; ++round) {
    std::size_t first = ns.size();  // the first level from which on processes are ahead
    while (first > 0 && gains[first - 1][round] > 1) --first;
    always = always && first == 0;
    everywhere = everywhere && first > 0 && first < ns.size();
    if (!everywhere) continue;
    const double below = std::log(gains[first - 1][round]), above = std::log(gains[first][round]);
    const double share = -below / (above - below);
    out.push_back(std::exp(std::log(ns[first - 1]) + share * std::log(ns[first] / ns[first - 1])));
  }
  if (!everywhere) out.clear();
  return out;
}

/// "10^4 — sync; 10^5 — no difference": the fastest, where its interval lies below all others.
BothTexts winners(const Measured& measured, const std::vector<double>& ns) {
  BothTexts out;
  for (const double n : ns) {
    std::vector<std::pair<Spread, std::string>> all;
    for (const char* model : kModels) {
      if (const auto value = spread(measured, name_of(model, n))) all.emplace_back(*value, model);
    }
    std::ranges::sort(all, {}, [](const auto& one) { return one.first.median; });
    const bool sure = all.size() > 1 && std::all_of(all.begin() + 1, all.end(), [&](const auto& other) {
                        return other.first.low > all[0].first.high;
                      });
    out = out + (out.en.empty() ? BothTexts{} : BothTexts{"; ", "; "}) + both("{} — ", "{} — ", power(n)) +
          (sure ? model_name(all[0].second) : BothTexts{"no clear winner", "явного победителя нет"});
  }
  return out;
}

/// The measured times, and for each model a line on to 10^13 at the rate of the largest N.
Figure draw(const Measured& measured, const std::vector<double>& ns, Finding& finding) {
  Figure figure;
  figure.id = "makespan";
  figure.title = {"Time of the sum of 1…N", "Время суммы 1…N"};
  figure.x = {.label = {"N", "N"}, .unit = "", .log = true, .categories = {}};
  figure.y = {.label = {"makespan", "общее время"}, .unit = "ms", .log = true, .categories = {}};
  for (const std::string model : kModels) {
    FigureSeries line{.id = model, .name = model_name(model), .style = SeriesStyle::measured, .points = {}};
    for (const double n : ns) {
      add_point(line, n, spread(measured, name_of(model, n)));
    }
    auto last = spread(measured, name_of(model, ns.back()));
    if (last) {
      const double scale = kFar / ns.back();
      FigureSeries far{.id = model,
                       .name = line.name + BothTexts{", extrapolated", ", экстраполяция"},
                       .style = SeriesStyle::extrapolated,
                       .points = {point(ns.back(), *last)}};
      last = Spread{last->median * scale, last->low * scale, last->high * scale};
      far.points.push_back(point(kFar, *last));
      figure.series.push_back(std::move(line));
      figure.series.push_back(std::move(far));
      last = Spread{last->median / 1e3, last->low / 1e3, last->high / 1e3};
    }
    put(finding.numbers, model + "_extrapolated_1e13_s", last);
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const double largest = fact(measured, "largest", kLargest);
  const std::vector<double> ns = levels(largest);
  const auto gain = [&](const char* model) {
    return spread(ratios(measured, name_of(model, largest), name_of("processes", largest)));
  };
  const auto over_sync = gain("sync"), over_gil = gain("gil"), over_async = gain("async");
  bool always = false;
  const auto crossover = spread(crossovers(measured, ns, always));
  put(finding.numbers, "speedup_over_sync", over_sync);
  put(finding.numbers, "speedup_over_gil", over_gil);
  put(finding.numbers, "speedup_over_async", over_async);
  put(finding.numbers, "crossover_n", crossover);
  finding.numbers["largest_n"] = largest;
  finding.numbers["workers"] = fact(measured, "workers");
  finding.figures.push_back(draw(measured, ns, finding));
  // Suits: at the largest N clearly ahead of one core, however that is used (GIL: where there are threads).
  const bool threads = !samples(measured, name_of("gil", largest)).empty();
  const Tri result = all_of({at_least(over_sync, 1.25, 1.05), at_least(over_async, 1.25, 1.05),
                             threads ? at_least(over_gil, 1.25, 1.05) : Tri::yes});
  finding.truth = crossover                          ? json("large")
                  : always                           ? json("always")
                  : over_sync && over_sync->high < 1 ? json("never")
                                                     : json();
  BothTexts numbers =
      both("N = {}, {}: processes are {} as fast as sync, {} as async",
           "N = {}, {}: процессы быстрее синхронного счёта "
           "{}, асинхронного — {}",
           power(largest),
           counted(fact(measured, "workers"), {"worker", "workers", "исполнитель", "исполнителя", "исполнителей"}),
           times(over_sync), times(over_async));
  numbers = numbers + (threads ? both(", {} as threads with the GIL.", ", потоков с GIL — {}.", times(over_gil))
                               : BothTexts{". (Threads are missing here.)", ". (Потоков здесь нет.)"});
  if (crossover) {
    numbers = numbers + both(" They overtake sync at N ≈ {} [{}, {}].", " Они обгоняют его при N ≈ {} [{}; {}].",
                             power(crossover->median), power(crossover->low), power(crossover->high));
  } else {
    numbers = numbers + (always ? BothTexts{" They were ahead at every N.", " Они были впереди при любом N."}
                                : BothTexts{" Where they overtake it, these repeats do not tell.",
                                            " Где они его обгоняют, по этим повторам сказать нельзя."});
  }
  numbers =
      numbers + BothTexts{" Fastest by N: ", " Быстрее всех при N: "} + winners(measured, ns) + BothTexts{".", "."};
  if (const auto last = spread(measured, name_of("processes", largest))) {
    const double minutes = kFar / largest / 60e3;
    numbers =
        numbers + both(
                      " Extrapolated, not measured: at the rate of N = {} processes would need {} [{}, {}] min for "
                      "10^13.",
                      " Экстраполяция, не измерение: в темпе N = {} процессам понадобилось бы {} [{}; {}] "
                      "мин на 10^13.",
                      power(largest), number(last->median * minutes), number(last->low * minutes),
                      number(last->high * minutes));
  }
  conclude(
      finding, measured, result, numbers,
      {"Each process can compute on a core of its own, as far as there are cores: that pays as soon as the work "
       "outweighs "
       "creating them.",
       "Каждый процесс может вычислять на своём ядре, пока ядер хватает: это окупается, как только работы больше, чем "
       "затрат на создание процессов."},
      {"Several processes were not faster than one core here: too few cores, or too little work for what creating "
       "them costs.",
       "Несколько процессов здесь не быстрее одного ядра: ядер или работы мало по сравнению с затратами на создание."});
  return finding;
}

constexpr std::string_view kReads[] = {"size", "tasks", "workers", "spawn_per_task", "switch_interval_ms", "repeat"};

}  // namespace

const Experiment& cpu_bound_experiment() {
  static const Experiment experiment{
      .id = "cpu-bound",
      .section = "processes",
      .title = {"CPU-bound work", "Вычислительные задачи"},
      .claim = {"Processes suit CPU-bound tasks.", "Процессы подходят для вычислительных (CPU-bound) задач."},
      .about =
          {"The sum of 1…N, really added up, on every model with N growing tenfold. Look for the N where processes "
           "overtake sync.",
           "Сумма 1…N, честно сложенная всеми моделями; N растёт в десять раз. Найдите N, при котором процессы "
           "обгоняют синхронный счёт."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"When are several processes faster than sync?",
                            "Когда несколько процессов быстрее синхронного счёта?"},
                   .options = {{"always", {"always", "всегда"}},
                               {"large", {"only from some N on", "только начиная с некоторого N"}},
                               {"never", {"never", "никогда"}}}},
      .config = R"({"workload":"sum","tasks":32,"size":300000000,"repeat":12})",
      .reads = kReads,
      .check = needs_processes,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
