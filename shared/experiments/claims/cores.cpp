// cores: computing gains from more workers up to the number of cores; beyond, the scheduler switches between them and
// nothing more is gained.
//
// The rate is that of all workers while every one of them computes (probes/steady_rate.hpp): creating them, which costs
// most where there are many, has an experiment of its own.
#include <algorithm>
#include <cmath>

#include "base/stats.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/steady_rate.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr double kSizeOfWorker = 300'000'000;  // additions: some 90 ms, several times what creating a process takes
/// Several, so that all workers end together. Of processes fewer: each result wakes the parent, which takes a core from
/// a child for a moment, and that counts as a switch too.
constexpr unsigned kTasksOfThread = 8, kTasksOfProcess = 2;
constexpr double kQuiet = 0.1;
constexpr double kMostCores = 4096;  // of a document

constexpr Metric kRate{"rate_per_s", {"additions while all compute", "сложений, пока работают все"}, "/s"};
/// Without those of a parent, which its children wake with their results. A run without any counts as one with one, so
/// that it can be compared.
constexpr Metric kTaken{
    "workers_switches", {"involuntary switches for 10⁹ additions", "вынужденных переключений на 10⁹ сложений"}, ""};
constexpr Setting kMostThreads{"most_threads", {"threads, at most", "потоков, не больше"}, ""};
constexpr Setting kMostProcesses{"most_processes", {"processes, at most", "процессов, не больше"}, ""};

/// One of the two models, with what is said of it.
struct Kind {
  const Case& of;
  const char* model;
  Setting most;
  BothTexts name, more;
};

std::vector<Kind> kinds() {
  return {{threads_case(), "threads", kMostThreads, {"Threads", "Потоки"}, {"threads", "потоков"}},
          {processes_case(), "processes", kMostProcesses, {"Processes", "Процессы"}, {"processes", "процессов"}}};
}

struct Level {
  Case of;
  unsigned workers;
};

/// 1, 2, 4 … cores, and two and four times as many. Names say what a level is, whatever the number of cores.
std::vector<Level> levels_of(const Case& model, unsigned cores, unsigned most) {
  std::vector<unsigned> numbers{1};
  for (unsigned workers = 2; workers < cores; workers *= 2) numbers.push_back(workers);
  if (cores > 1) numbers.push_back(cores);
  for (const unsigned workers : {2 * cores, 4 * cores}) numbers.push_back(workers);
  std::vector<Level> out;
  for (const unsigned workers : numbers) {
    if (workers > most) break;
    const std::string id = workers == 1       ? "one"
                           : workers == cores ? "cores"
                                              : fmt::format("{}.{}", workers < cores ? "below" : "beyond", workers);
    out.push_back({at_level(model, id, number(workers)), workers});
  }
  return out;
}

std::vector<Configured> cases(double size, unsigned cores) {
  std::vector<Configured> out;
  const Capabilities& host = capabilities();
  for (const Kind& kind : kinds()) {
    const bool processes = kind.most.id == kMostProcesses.id;
    if (processes ? !host.processes : !host.threads) continue;
    for (const Level& level : levels_of(kind.of, cores, processes ? host.max_children : host.max_threads)) {
      out.push_back({level.of,
                     {{"model", kind.model},
                      {"workers", level.workers},
                      {"tasks", (processes ? kTasksOfProcess : kTasksOfThread) * level.workers},
                      {"size", std::max(1.0, size * std::min(level.workers, cores))}}});
    }
  }
  return out;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const Capabilities& host = capabilities();
  nlohmann::json own = base(lab, {{"workload", "sum"}, {"size", kSizeOfWorker}});
  out.set(kSize, own["size"].get<double>());
  out.set(kMostThreads, host.threads ? host.max_threads : 0);
  out.set(kMostProcesses, host.processes ? host.max_children : 0);
  std::vector<Configured> all = cases(own["size"].get<double>(), std::max(1U, host_info().cores));
  Rounds rounds(lab, out);
  OnRun take = [&out](const Case& of, std::uint32_t round, const RunResult& run, std::span<const Span> spans) {
    if (const auto rate = steady_rate(spans, run.config.workers)) out.samples.set(of, kRate, round, *rate);
    const auto taken = run.config.model == "processes" ? run.children_involuntary : run.switches_involuntary;
    if (taken) out.samples.set(of, kTaken, round, std::max(*taken, 1.0) * 1e9 / static_cast<double>(run.config.size));
  };
  const Status status = co_await measure_cases(lab, std::move(own), std::move(all), rounds, out, 0, 1, take);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

/// Round by round the greater one.
Series greatest(const Series& a, const Series& b) {
  Series out = a.size() < b.size() ? b : a;
  for (std::size_t round = 0; round < std::min(a.size(), b.size()); ++round) {
    if (a[round] && b[round]) out[round] = std::max(*a[round], *b[round]);
  }
  return out;
}

/// From which number of workers on more of them gain less than a tenth; 0 where that cannot be told.
double knee_of(const Claim& claim, const std::vector<Level>& levels) {
  for (std::size_t i = 0; i + 1 < levels.size(); ++i) {
    Series beyond;
    for (std::size_t j = i + 1; j < levels.size(); ++j) beyond = greatest(beyond, claim.series(levels[j].of, kRate));
    const auto gain = claim.of(ratio(beyond, claim.series(levels[i].of, kRate)));
    if (gain && gain->median <= 1.1) return levels[i].workers;
  }
  return levels.empty() ? 0 : levels.back().workers;
}

void judge_kind(Claim& claim, const Kind& kind, const std::vector<Level>& levels, unsigned cores) {
  const Level one = levels.front();
  const auto at = std::ranges::find(levels, cores, &Level::workers);
  const Case at_cores = at == levels.end() ? one.of : at->of;
  Series best;
  for (const Level& level : levels) {
    if (level.workers > cores) best = greatest(best, claim.series(level.of, kRate));
  }
  const std::string model(kind.of.id);
  // One core is nothing to rise up to: the case would be compared with itself.
  const auto rise = cores < 2 ? std::nullopt : claim.over(at_cores, one.of, kRate);
  const auto beyond = claim.of(ratio(best, claim.series(at_cores, kRate)));
  const BothTexts of_cores = counted(cores, {"core", "cores", "ядра", "ядер", "ядер"});
  claim.require(
      {.id = model + "-rise",
       .label = both("{}, rate: one a core over one alone", "{}, темп: по одному на ядро к одному", kind.of.label),
       .value = rise,
       .unit = "×",
       .test = at_least(0.8 * cores, 0.6 * cores),
       .yes =
           both("{}: one for each of {} compute together {} as fast as one alone.",
                "{}: по одному на каждое из {} вместе вычисляют быстрее одного {}.", kind.name, of_cores, times(rise)),
       .no = both("{}: one for each of {} compute together only {} as fast as one alone.",
                  "{}: по одному на каждое из {} вместе вычисляют быстрее одного лишь {}.", kind.name, of_cores,
                  times(rise)),
       .hue = kind.of.hue});
  claim.require({.id = model + "-flat",
                 .label = both("{}, rate: the best beyond the cores over one a core",
                               "{}, темп: лучший сверх ядер к одному на ядро", kind.of.label),
                 .value = beyond,
                 .unit = "×",
                 .test = at_most(1.1, 1.25),
                 .yes = both("With more {} than cores nothing is gained: at best {} of the rate with one a core.",
                             "Больше {}, чем ядер, ничего не даёт: в лучшем случае {} от темпа при одном на ядро.",
                             kind.more, quantity(beyond, "×")),
                 .no = both("With more {} than cores the rate still grows, to {} of that with one a core.",
                            "Когда {} больше, чем ядер, темп всё ещё растёт — до {} от темпа при одном на ядро.",
                            kind.more, quantity(beyond, "×")),
                 .hue = kind.of.hue});
  if (!claim.series(one.of, kTaken).empty()) {
    // Beside other programs these are what is counted: then it is not tested.
    const bool quiet = median(values(claim.series(kMachine, kStolen))).value_or(0) <= kQuiet;
    const auto switches = !quiet ? std::nullopt : claim.over(levels.back().of, at_cores, kTaken);
    claim.require(
        {.id = model + "-switches",
         .label = both("{}, involuntary switches for the same work: beyond the cores over one a core",
                       "{}, вынужденные переключения при той же работе: сверх ядер к одному на ядро", kind.of.label),
         .value = switches,
         .unit = "×",
         .test = at_least(2, 1.2),
         .yes = both("With more {} than cores the scheduler takes a core from them {} as often.",
                     "Когда {} больше, чем ядер, планировщик отбирает у них ядро чаще {}.", kind.more, times(switches)),
         .no = both("With more {} than cores the scheduler takes a core from them only {} as often.",
                    "Когда {} больше, чем ядер, планировщик отбирает у них ядро чаще лишь {}.", kind.more,
                    times(switches)),
         .hue = kind.of.hue});
  }
}

Figure figure_of(std::string id, BothTexts title, BothTexts label, std::string unit) {
  return lines(std::move(id), std::move(title),
               {.label = {"workers", "исполнители"}, .unit = "", .log = false, .categories = {}},
               {.label = std::move(label), .unit = std::move(unit), .log = false, .categories = {}});
}

/// What one worker does, as many times as cores can do it.
void add_limit(Figure& figure, double cores, double most) {
  if (figure.series.empty() || figure.series[0].points.empty()) return;
  const double one = figure.series[0].points.front().y;
  figure.series.push_back({.id = "limit",
                           .name = {"one core each", "по ядру на каждого"},
                           .style = SeriesStyle::limit,
                           .points = {{.x = 1, .y = one, .low = {}, .high = {}},
                                      {.x = cores, .y = one * cores, .low = {}, .high = {}},
                                      {.x = most, .y = one * cores, .low = {}, .high = {}}}});
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const auto cores = static_cast<unsigned>(std::clamp(claim.setting(kCores), 1.0, kMostCores));
  claim.setting(kSize);
  Figure rates = figure_of("throughput", {"Throughput by workers", "Пропускная способность и исполнители"},
                           {"additions", "сложений"}, "M/s");
  Figure switches = figure_of("switches", {"Involuntary context switches", "Вынужденные переключения контекста"},
                              kTaken.label.texts(), "");
  double most = 0;
  for (const Kind& kind : kinds()) {
    const double allowed = std::clamp(measured.get(kind.most).value_or(0), 0.0, 4 * kMostCores);
    const std::vector<Level> levels = levels_of(kind.of, cores, static_cast<unsigned>(allowed));
    // Where the platform has no threads there are none of them; that processes are there the experiment requires.
    if (levels.empty() && kind.most.id == kMostThreads.id) continue;
    if (levels.empty()) {
      judge_kind(claim, kind, {{at_level(kind.of, "one", number(1)), 1}}, cores);
      continue;
    }
    judge_kind(claim, kind, levels, cores);
    const double knee = knee_of(claim, levels);
    claim.show(
        std::string(kind.of.id) + ".knee",
        both("{}: more of them gain less than a tenth from", "{}: больше не даёт и десятой части начиная с", kind.name),
        knee == 0 ? std::nullopt : std::optional(exactly(knee)), "", kind.of.hue);
    if (kind.most.id == kMostProcesses.id) claim.truth("processes-flat", knee);
    most = std::max(most, static_cast<double>(levels.back().workers));
    rates.series.push_back(series(kind.of));
    switches.series.push_back(series(kind.of));
    for (const Level& level : levels) {
      add_point(rates.series.back(), level.workers, claim.of(scaled(claim.series(level.of, kRate), 1e-6)));
      add_point(switches.series.back(), level.workers, claim.of(level.of, kTaken));
      claim.show(level.of, kRate);
    }
  }
  claim.needs(cores >= 2, {"This machine offers one core, so nothing can rise up to their number: use one with more.",
                           "У этой машины одно ядро, расти не до чего: возьмите машину, где их больше."});
  claim.needs(most > cores, {"No more workers than cores are allowed here, so nothing is known of what comes beyond: "
                             "use the desktop program.",
                             "Больше исполнителей, чем ядер, здесь не разрешено, и что дальше — неизвестно: "
                             "воспользуйтесь программой для компьютера."});
  claim.background(
      {"Each worker computes on a core of its own while there are cores; beyond, the scheduler lets them "
       "take turns. A process is not tied to one core: its threads can use all of them, and the scheduler "
       "may move it.",
       "Пока ядра есть, каждый исполнитель вычисляет на своём; дальше планировщик даёт им ядра по очереди. "
       "Процесс не закреплён за одним ядром: его потоки могут занять все, и планировщик может его "
       "переносить."});
  add_limit(rates, cores, most);
  claim.figure(std::move(rates));
  if (std::ranges::any_of(switches.series, [](const FigureSeries& one) { return !one.points.empty(); })) {
    claim.figure(std::move(switches));
  }
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"size", "repeat"};
constexpr std::string_view kSubject[] = {"workers", "in_flight"};
/// The same is claimed of threads and of processes, and of both levels beyond the cores.
constexpr std::string_view kInterchangeable[] = {"threads.one processes.one", "threads.cores processes.cores",
                                                 "threads.beyond.* processes.beyond.*"};

}  // namespace

const Experiment& cores_experiment() {
  static const Experiment experiment{
      .id = "cores",
      .section = "processes",
      .title = {"Workers and cores", "Исполнители и ядра"},
      .claim =
          {"Processes run on a core each; when there are more of them than cores, the scheduler switches between them.",
           "Процессы выполняются каждый на своём ядре; если их больше, чем ядер, планировщик переключает их."},
      .about =
          {"Pure computing with one worker, one a core, and up to four times as many: threads and processes. Look at "
           "where the throughput stops rising.",
           "Чистые вычисления: один исполнитель, по одному на ядро и до четырёх раз больше — потоки и процессы. "
           "Посмотрите, где пропускная способность перестаёт расти."},
      .question = {.kind = PredictionKind::number,
                   .text = {"From how many workers on does computing become no faster?",
                            "Начиная с какого числа исполнителей вычисления больше не ускоряются?"},
                   .min = 1,
                   .max = 256},
      .config = R"({"model":"processes","workload":"sum","size":300000000})",
      .reads = kReads,
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = needs_processes,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
