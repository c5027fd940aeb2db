// cpu-bound: the sum of 1..N on every model, N growing tenfold: where processes overtake one core, and what the rate at
// the largest N would mean for 10^13.
#include <algorithm>
#include <cmath>

#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr double kSmallest = 1e4, kFar = 1e13;
constexpr double kLargest = 3e8;  // some 100 ms on one core: several times what creating a process takes

const Case* const kModels[] = {&sync_case(), &threads_case(), &gil_case(), &processes_case(), &async_case()};

/// `largest` and what is a tenth, a hundredth … of it, ascending.
std::vector<double> levels(double largest) {
  std::vector<double> out{largest};
  while (out.size() < 10 && out.back() / 10 >= kSmallest) out.push_back(std::floor(out.back() / 10));
  std::ranges::reverse(out);
  return out;
}

/// "10^4", "3.2·10^8", "3,2·10^8".
BothTexts power(double n) {
  const double exponent = std::floor(std::log10(std::max(n, 1.0)) + 1e-9);
  const double factor = n / std::pow(10, exponent);
  const std::string ten = fmt::format("10^{:.0f}", exponent);
  return factor < 1.005 ? BothTexts{ten, ten} : both("{}·{}", "{}·{}", number(factor), ten);
}

Case at_n(const Case& model, double n, double largest) {
  return at_level(model, n == largest ? "largest" : fmt::format("below.{:.0f}", n), power(n));
}

std::vector<Configured> cases(double largest) {
  std::vector<Configured> out;
  for (const double n : levels(largest)) {
    for (const Case* model : kModels) {
      const bool gil = model->id == "gil";
      if (!capabilities().threads && (gil || model->id == "threads")) continue;
      out.push_back({at_n(*model, n, largest), {{"model", gil ? "threads" : model->id}, {"size", n}, {"gil", gil}}});
      if (n == largest && model->id == "processes") out.back().settings = {kSize, kTasks, kWorkers};
    }
  }
  return out;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  nlohmann::json own = base(lab, {{"size", kLargest}, {"tasks", 32}});
  const double largest = own["size"].get<double>();
  const unsigned workers = std::clamp(host_info().cores, 2U, 8U);
  if (!own.contains("workers")) own["workers"] = std::max(1U, std::min(workers, capabilities().max_children));
  own["workload"] = "sum";
  const Status status = co_await measure_cases(lab, std::move(own), cases(largest), out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

/// Where processes become, and stay, faster than sync: a value a round, on log axes between two levels; nothing in a
/// round without such a place.
Series crossovers(const std::vector<double>& ns, const std::vector<Series>& gains) {
  std::size_t rounds = gains.empty() ? 0 : gains.front().size();
  for (const Series& gain : gains) rounds = std::min(rounds, gain.size());
  Series out(rounds);
  for (std::size_t round = 0; round < rounds; ++round) {
    if (std::ranges::any_of(gains, [&](const Series& gain) { return !gain[round] || *gain[round] <= 0; })) continue;
    std::size_t first = ns.size();  // the first level from which on processes are ahead
    while (first > 0 && *gains[first - 1][round] > 1) --first;
    if (first == 0 || first == ns.size()) continue;
    const double below = std::log(*gains[first - 1][round]), above = std::log(*gains[first][round]);
    out[round] = std::exp(std::log(ns[first - 1]) - below / (above - below) * std::log(ns[first] / ns[first - 1]));
  }
  return out;
}

/// The measured times, and for each model a line on to 10^13 at the rate of the largest N.
void draw(Claim& claim, const std::vector<double>& ns) {
  Figure figure = lines("makespan", {"Time of the sum of 1…N", "Время суммы 1…N"},
                        {.label = {"N", "N"}, .unit = "", .log = true, .categories = {}},
                        {.label = kWallMs.label.texts(), .unit = "ms", .log = true, .categories = {}});
  const double largest = ns.back();
  for (const Case* model : kModels) {
    FigureSeries line = series(*model), far = series(*model, SeriesStyle::extrapolated);
    far.name = line.name + BothTexts{", extrapolated", ", экстраполяция"};
    for (const double n : ns) add_point(line, n, claim.of(at_n(*model, n, largest), kWallMs));
    if (line.points.empty()) continue;
    const auto last = claim.of(at_n(*model, largest, largest), kWallMs);
    const auto at_far = scaled(last, kFar / largest);
    add_point(far, largest, last);
    add_point(far, kFar, at_far);
    claim.show(at_n(*model, largest, largest), kWallMs);
    claim.show(model->id + ".extrapolated_ms",
               both("{}: extrapolated to 10^13 at the rate of N = {}, not measured",
                    "{}: экстраполяция до 10^13 в темпе N = {}, не измерение", model->label, power(largest)),
               at_far, "ms", model->hue);
    figure.series.push_back(std::move(line));
    if (kFar > largest) figure.series.push_back(std::move(far));
  }
  claim.figure(std::move(figure));
}

/// Processes are compared with one core, however that is used. Gives whether they are faster.
Holds require_faster(Claim& claim, const Case& than, BothTexts name, const BothTexts& where,
                     const std::optional<Estimate>& gain) {
  return claim.require(
      {.id = "over-" + than.id,
       .label = both("at the largest N, makespan: {} over processes", "при наибольшем N, общее время: {} к процессам",
                     than.label),
       .value = gain,
       .unit = "×",
       .test = at_least(1.25, 1.05),
       .yes = both("{0} are {1} as fast as {2}.", "{0} быстрее {2} {1}.", where, times(gain), name),
       .no = both("{0} are only {1} as fast as {2}.", "{0} быстрее {2} лишь {1}.", where, times(gain), name),
       .hue = "processes"});
}

/// "always", "large" or "never"; null where the smallest N leaves it open.
nlohmann::json when_faster(const Claim& claim, Holds at_largest, const std::vector<Series>& gains) {
  if (at_largest == Holds::no) return "never";
  const auto smallest = claim.of(gains.front());
  if (smallest && smallest->high < 1) return "large";
  const bool always = std::ranges::all_of(gains, [&](const Series& gain) {
    const auto value = claim.of(gain);
    return value && value->low > 1;
  });
  return always ? nlohmann::json("always") : nlohmann::json();
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double largest = std::max(claim.setting(kSize), 1.0), workers = claim.setting(kWorkers);
  claim.setting(kTasks);
  claim.needs(workers >= 2, {"One worker uses one core: set workers to 2 or more.",
                             "Один исполнитель занимает одно ядро: задайте не меньше двух."});
  const std::vector<double> ns = levels(largest);
  const auto at = [&](const Case& model, double n) -> const Series& {
    return claim.series(at_n(model, n, largest), kWallMs);
  };
  const auto gain = [&](const Case& model) {
    return claim.of(ratio(at(model, largest), at(processes_case(), largest)));
  };
  const BothTexts where = both("N = {}: {}", "N = {}: {}", power(largest),
                               counted(workers, {"process", "processes", "процесс", "процесса", "процессов"}));
  const Holds faster =
      require_faster(claim, sync_case(), {"a synchronous program", "синхронной программы"}, where, gain(sync_case()));
  require_faster(claim, async_case(), {"coroutines on one event loop", "корутин в одном цикле событий"}, where,
                 gain(async_case()));
  if (measured.get(kHasThreads) == 1) {
    require_faster(claim, gil_case(), {"as many threads with the GIL", "такого же числа потоков с GIL"}, where,
                   gain(gil_case()));
    claim.show("over-threads",
               {"at the largest N, makespan: threads without a GIL over processes",
                "при наибольшем N, общее время: потоки без GIL к процессам"},
               gain(threads_case()), "×", "threads");
  }
  std::vector<Series> gains;
  for (const double n : ns) gains.push_back(ratio(at(sync_case(), n), at(processes_case(), n)));
  claim.show("crossover", {"N from which processes are faster than sync", "N, с которого процессы быстрее синхронного"},
             claim.of(crossovers(ns, gains)), "", "processes");
  claim.background(
      {"Each process can compute on a core of its own, as far as there are cores: that pays as soon as the "
       "work outweighs creating them. Threads without a GIL can do the same; CPython's cannot.",
       "Каждый процесс может вычислять на своём ядре, пока ядер хватает: это окупается, как только работы "
       "больше, чем затрат на создание процессов. Потоки без GIL могут то же самое, потоки CPython — "
       "нет."});
  draw(claim, ns);
  if (auto answer = when_faster(claim, faster, gains); !answer.is_null()) claim.truth("over-sync", std::move(answer));
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"size", "tasks", "workers", "spawn_per_task", "switch_interval_ms", "repeat"};
constexpr std::string_view kSubject[] = {"workers", "in_flight", "creation"};
/// What processes are compared with is one core, three times; and of threads without a GIL the same would be true.
constexpr std::string_view kInterchangeable[] = {"sync.largest async.largest gil.largest",
                                                 "threads.largest processes.largest"};

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
      .config = R"({"workload":"sum","tasks":32,"size":300000000})",
      .reads = kReads,
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = needs_processes,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
