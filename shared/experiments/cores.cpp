// cores: computing gains from more workers up to the number of cores; beyond, the scheduler switches between them and
// nothing more is gained.
//
// The rate of a run is what all workers computed together while every one of them was at work: creating them, which
// costs most where there are many, is left out (it has an experiment of its own).
#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr double kSizeOfWorker = 100'000'000;  // additions: some 100 ms
constexpr std::uint32_t kTasksOfWorker = 48;   // small tasks, so that all workers end together
constexpr const char* kModels[] = {"threads", "processes"};

std::string name_of(std::string_view model, unsigned workers) { return fmt::format("{}.w{}", model, workers); }

/// 1, 2, 4 … cores, and two and four times as many.
std::vector<unsigned> levels_of(unsigned cores, unsigned most) {
  std::vector<unsigned> out{1};
  for (unsigned workers = 2; workers < cores; workers *= 2) out.push_back(workers);
  if (cores > 1) out.push_back(cores);
  out.push_back(2 * cores);
  out.push_back(4 * cores);
  std::erase_if(out, [&](unsigned workers) { return workers > most; });
  return out;
}

/// Units a second while every lane was at work; nothing when that time never came.
std::optional<double> steady_rate(const std::vector<Span>& spans, std::size_t lanes) {
  std::vector<std::int64_t> begin(lanes, std::numeric_limits<std::int64_t>::max()), end(lanes, 0);
  for (const Span& span : spans) {
    if (span.kind != SpanKind::compute || span.lane >= lanes) continue;
    begin[span.lane] = std::min(begin[span.lane], span.begin_ns);
    end[span.lane] = std::max(end[span.lane], span.end_ns);
  }
  const std::int64_t from = std::ranges::max(begin), to = std::ranges::min(end);
  if (from >= to) return std::nullopt;
  double units = 0;
  for (const Span& span : spans) {
    if (span.kind != SpanKind::compute || span.end_ns <= span.begin_ns) continue;
    const std::int64_t inside = std::min(span.end_ns, to) - std::max(span.begin_ns, from);
    if (inside <= 0) continue;
    units +=
        static_cast<double>(span.arg) * static_cast<double>(inside) / static_cast<double>(span.end_ns - span.begin_ns);
  }
  return units * 1e9 / static_cast<double>(to - from);
}

struct Plan {
  unsigned cores = 1;
  double size = kSizeOfWorker;
  json own;
};

coro::Task<Status> run_one(LabContext& lab, const Plan& plan, const std::string& model, unsigned workers, bool warmup,
                           json& document, Measured& out) {
  json options = plan.own;
  // The same time at every level: as much work as there are cores for it, and beyond more, as the workers' creation
  // takes a part of it: most of all that of processes.
  const double longer = model == "processes" ? 4 : 2;
  const double share = workers <= plan.cores ? workers : longer * plan.cores;
  options.update({{"model", model},
                  {"workers", workers},
                  {"tasks", std::max(kTasksOfWorker * std::min(workers, plan.cores), 16 * workers)},
                  {"size", std::max(1.0, plan.size * share)},
                  {"repeat", 1},
                  {"warmup", warmup ? 1 : 0},
                  {"trace", true}});
  std::vector<Span> spans;
  auto result = co_await lab.run(std::move(options), &spans);
  if (!result) co_return std::unexpected(result.error());
  const std::string name = name_of(model, workers);
  if (const auto rate = steady_rate(spans, workers)) out.samples[name + ".rate_per_s"].push_back(*rate);
  if (result->switches_involuntary && result->wall_ms.median) {
    out.samples[name + ".switches_per_s"].push_back(1e3 * *result->switches_involuntary / *result->wall_ms.median);
  }
  if (result->wall_ms.median) out.samples[name + ".wall_ms"].push_back(*result->wall_ms.median);
  if (result->throughput_per_s.median)
    out.samples[name + ".throughput_per_s"].push_back(*result->throughput_per_s.median);
  document = to_json(*result);
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  Plan plan;
  plan.cores = std::max(1U, host_info().cores);
  plan.own = lab.options();
  for (const char* planned : {"tasks", "workers"}) plan.own.erase(planned);
  plan.own["workload"] = "sum";
  if (plan.own.contains("size")) plan.size = plan.own["size"].get<double>();
  const Capabilities& host = capabilities();
  std::vector<std::pair<std::string, unsigned>> cases;
  for (const std::string model : kModels) {
    if (model == "threads" ? !host.threads : !host.processes) continue;
    for (const unsigned workers : levels_of(plan.cores, model == "threads" ? host.max_threads : host.max_children)) {
      cases.emplace_back(model, workers);
      out.facts["most_workers"] = std::max(fact(out, "most_workers"), static_cast<double>(workers));
    }
  }
  std::vector<json> documents(cases.size());
  Rounds rounds(lab, 12);
  while (rounds.next()) {
    const std::uint32_t round = rounds.index();
    co_await look_at_machine(lab, out);
    for (std::size_t step = 0; step < cases.size(); ++step) {
      const std::size_t index = round % 2 == 0 ? step : cases.size() - 1 - step;
      const auto& [model, workers] = cases[index];
      lab.step(rounds.fraction(step, cases.size()),
               both("{}: {} workers", "{}: исполнителей {}", model_name(model), workers));
      const Status status =
          co_await run_one(lab, plan, model, workers, round == 0 && workers == 1, documents[index], out);
      if (!status) co_return std::unexpected(status.error());
    }
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string name = name_of(cases[i].first, cases[i].second);
    out.runs.push_back(of_all_rounds(std::move(documents[i]), name, out, rounds.index() + 1));
  }
  out.facts["cores"] = plan.cores;
  co_return out;
}

/// Every number of workers that was measured, ascending.
std::vector<unsigned> measured_levels(const Measured& measured, std::string_view model, std::string_view suffix) {
  std::vector<unsigned> out;
  for (unsigned workers = 1; workers <= static_cast<unsigned>(fact(measured, "most_workers")); ++workers) {
    if (measured.samples.contains(name_of(model, workers) + std::string(suffix))) out.push_back(workers);
  }
  return out;
}

Figure figure_of(const Measured& measured, std::string id, BothTexts title, BothTexts label, std::string unit,
                 std::string_view suffix, double scale) {
  Figure figure;
  figure.id = std::move(id);
  figure.kind = FigureKind::lines;
  figure.title = std::move(title);
  figure.x = {.label = {"workers", "исполнители"}, .unit = "", .log = false, .categories = {}};
  figure.y = {.label = std::move(label), .unit = std::move(unit), .log = false, .categories = {}};
  for (const std::string model : kModels) {
    FigureSeries series{.id = model, .name = model_name(model), .style = SeriesStyle::measured, .points = {}};
    for (const unsigned workers : measured_levels(measured, model, suffix)) {
      auto value = spread(measured, name_of(model, workers) + std::string(suffix));
      if (value) value = Spread{value->median * scale, value->low * scale, value->high * scale};
      add_point(series, workers, value);
    }
    if (!series.points.empty()) figure.series.push_back(std::move(series));
  }
  return figure;
}

/// What one worker does, as many times as cores can do it.
void add_limit(Figure& figure, double cores) {
  if (figure.series.empty() || figure.series[0].points.size() < 2) return;
  const auto& points = figure.series[0].points;
  const double one = points.front().y;
  figure.series.push_back({.id = "limit",
                           .name = {"one core each", "по ядру на каждого"},
                           .style = SeriesStyle::limit,
                           .points = {{.x = 1, .y = one, .low = {}, .high = {}},
                                      {.x = cores, .y = one * cores, .low = {}, .high = {}},
                                      {.x = points.back().x, .y = one * cores, .low = {}, .high = {}}}});
}

struct Gains {
  std::optional<Spread> to_cores, beyond, switches;
  bool has_switches = false;
};

/// Of one model: from one worker to one a core, from there to the most, and how switches grew there.
Gains gains_of(const Measured& measured, std::string_view model, unsigned cores) {
  Gains gains;
  const auto levels = measured_levels(measured, model, ".rate_per_s");
  const std::string at_cores = name_of(model, cores);
  if (levels.empty() || levels.back() <= cores) return gains;
  const std::string at_most_workers = name_of(model, levels.back());
  gains.to_cores = spread(ratios(measured, at_cores + ".rate_per_s", name_of(model, 1) + ".rate_per_s"));
  gains.beyond = spread(ratios(measured, at_most_workers + ".rate_per_s", at_cores + ".rate_per_s"));
  const auto& before = samples(measured, at_cores + ".switches_per_s");
  const auto& after = samples(measured, at_most_workers + ".switches_per_s");
  std::vector<double> grew;
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) grew.push_back(after[i] - before[i]);
  gains.has_switches = !grew.empty();
  gains.switches = spread(grew);
  return gains;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const auto cores = static_cast<unsigned>(fact(measured, "cores", 1));
  Tri result = Tri::yes;
  BothTexts numbers;
  bool any = false;
  for (const std::string model : kModels) {
    if (measured_levels(measured, model, ".rate_per_s").empty()) continue;
    any = true;
    const Gains gains = gains_of(measured, model, cores);
    put(finding.numbers, model + "_speedup_to_cores", gains.to_cores);
    put(finding.numbers, model + "_speedup_beyond", gains.beyond);
    put(finding.numbers, model + "_switches_grew_per_s", gains.switches);
    // Rises: a good part of what the further cores could add (two logical cores of one physical core add less than
    // two). Flat: neither gained nor lost much.
    const double further = cores - 1;
    result = all_of({result, at_least(gains.to_cores, 1 + 0.4 * further, 1.1), at_most(gains.beyond, 1.2, 1.4),
                     at_least(gains.beyond, 0.7, 0.4)});
    // Of processes they decide nothing: each result wakes the parent, which takes a child's core for a moment, and that
    // is an involuntary switch too.
    const bool switches_decide = gains.has_switches && model == "threads";
    if (switches_decide) result = all_of({result, at_least(gains.switches, 1, 0)});
    numbers = numbers + both(" {}: from one worker to one a core {} the rate, from there on {}.",
                             " {}: от одного исполнителя до одного на ядро темп выше {}, дальше — {}.",
                             model_name(model), times(gains.to_cores), times(gains.beyond));
    if (switches_decide && gains.switches) {
      numbers =
          numbers + both(" Involuntary switches grew by {} a second.",
                         " Вынужденных переключений стало больше на {} в секунду.", with_interval(gains.switches));
    }
  }
  if (!any) result = Tri::unclear;
  finding.numbers["cores"] = cores;
  finding.numbers["most_workers"] = fact(measured, "most_workers");
  Figure rate = figure_of(measured, "throughput", {"Throughput by workers", "Пропускная способность и исполнители"},
                          {"additions", "сложений"}, "M/s", ".rate_per_s", 1e-6);
  add_limit(rate, cores);
  finding.figures.push_back(std::move(rate));
  Figure switches =
      figure_of(measured, "switches", {"Involuntary context switches", "Вынужденные переключения контекста"},
                {"switches", "переключений"}, "1/s", ".switches_per_s", 1);
  if (!switches.series.empty()) finding.figures.push_back(std::move(switches));
  numbers = both("Cores: {}.", "Ядер: {}.", cores) + numbers;
  if (cores < 2) {
    finding.why =
        numbers + BothTexts{" Not decided: this machine offers one core, so nothing can rise up to their number.",
                            " Не решено: у этой машины одно ядро, расти не до чего."};
    return finding;
  }
  conclude(
      finding, measured, result, numbers,
      {"Each worker computes on a core of its own while there are cores; beyond, the scheduler lets them take turns. "
       "A process is not tied to one core: its threads can use all of them, and the scheduler may move it.",
       "Пока ядра есть, каждый исполнитель вычисляет на своём; дальше планировщик даёт им ядра по очереди. Процесс не "
       "закреплён за одним ядром: его потоки могут занять все, и планировщик может его переносить."},
      {"The throughput did not follow the number of cores: it did not rise up to it, or went on rising or fell beyond.",
       "Пропускная способность не следовала числу ядер: не выросла до него, либо за ним продолжила расти или упала."},
      true,
      fact(measured, "most_workers") <= cores
          ? BothTexts{"Not decided: no more workers than cores are allowed here, so nothing is known of what comes "
                      "beyond. Use the desktop program.",
                      "Не решено: больше исполнителей, чем ядер, здесь не разрешено, и что дальше — неизвестно. "
                      "Воспользуйтесь программой для компьютера."}
          : BothTexts{});
  if (finding.verdict == Verdict::confirmed) finding.truth = cores;
  return finding;
}

constexpr std::string_view kReads[] = {"size", "repeat"};

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
      .config = R"({"model":"processes","workload":"sum","size":100000000,"repeat":12})",
      .reads = kReads,
      .check = needs_processes,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
