// parse-and-save: the course's second task. Light pages: the network's wait decides. Heavy parsing: the cores do.
#include <algorithm>

#include "base/stats.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr unsigned kPages = 8;
constexpr int kHeavyFactor = 60;
constexpr double kWaitMs = 10;

enum Pages : std::uint8_t { kLight, kHeavy };
Case with(Pages pages, const Case& model) {
  return {(pages == kHeavy ? "heavy." : "light.") + model.id,
          (pages == kHeavy ? BothTexts{"heavy parsing, ", "тяжёлый разбор, "}
                           : BothTexts{"light pages, ", "лёгкие страницы, "}) +
              model.label,
          model.hue};
}

/// As many pages in flight for all: that many workers, and no more coroutines than that. Where the wait decides all of
/// them; where the cores do no more than these, since each worker costs its creation.
json pages_of(const json& own, Pages pages) {
  const unsigned in_flight = pages == kHeavy ? std::clamp(host_info().cores, 2U, 4U) : own["tasks"].get<unsigned>();
  const unsigned workers = own.value("workers", std::min({in_flight, capabilities().max_children, 32U}));
  return {{"size", pages == kHeavy ? 20'000 : 4'000},
          {"parse_factor", pages == kHeavy ? own.value("parse_factor", kHeavyFactor) : 1},
          {"workers", workers},
          {"concurrency", workers}};
}

Configured configured(const json& own, Pages pages, const Case& model) {
  const bool gil = model.id == gil_case().id;
  json options = pages_of(own, pages);
  options.update({{"model", gil ? "threads" : model.id}, {"gil", gil}});
  if (model.id != async_case().id) options.erase("concurrency");
  return {with(pages, model), std::move(options)};
}

/// Those that are compared.
std::vector<Configured> cases(const json& own) {
  const bool threads = capabilities().threads;
  std::vector<Configured> out;
  if (threads) out.push_back(configured(own, kLight, threads_case()));
  if (threads) out.push_back(configured(own, kHeavy, gil_case()));
  for (const Pages pages : {kLight, kHeavy}) {
    out.push_back(configured(own, pages, processes_case()));
    out.push_back(configured(own, pages, async_case()));
  }
  out.back().settings = {kTasks, kWait, kInFlight};
  return out;
}

/// Those that are only told, once: in every round they would take longer than all else together.
coro::Task<Status> run_beside(LabContext& lab, const json& own, Measured& out) {
  std::vector<Configured> told{configured(own, kLight, sync_case()), configured(own, kHeavy, sync_case())};
  if (capabilities().threads) {
    told.push_back(configured(own, kLight, gil_case()));
    told.push_back(configured(own, kHeavy, threads_case()));
  }
  for (const Configured& one : told) {
    lab.step(0, one.of.label);
    json options = own;
    options.update(one.options);
    options.update({{"repeat", 1}, {"warmup", 0}});
    const auto result = co_await lab.run(std::move(options));
    if (!result) co_return std::unexpected(result.error());
    add_run(one.of, *result, 0, out);
    out.fairness.back().start = "cold";
    out.runs.push_back(to_json(*result));
    out.runs.back()["case"] = one.of.id;
  }
  co_return Status{};
}

/// Has every model saved the same pages as sync?
Status compare_answers(const Measured& out) {
  for (const json& one : out.runs) {
    const std::string id = one["case"].get<std::string>();
    const std::string sync = id.substr(0, id.find('.')) + ".sync";
    const auto first = std::ranges::find_if(out.runs, [&](const json& run) { return run["case"] == sync; });
    if (first != out.runs.end() && (*first)["checksum"] != one["checksum"])
      return fail(fmt::format("{} and {} saved different pages: they cannot be compared", sync, id));
  }
  return {};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const json own = base(
      lab, {{"workload", "parse-and-save"}, {"tasks", kPages}, {"wait_ms", kWaitMs}, {"commit_batch", kPages / 2}});
  Status status = co_await run_beside(lab, own, out);
  if (!status) co_return std::unexpected(status.error());
  status = co_await measure_cases(lab, own, cases(own), out);
  if (!status) co_return std::unexpected(status.error());
  status = compare_answers(out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

/// Of those that Python has the one that is faster than every other, by more than noise and load.
std::optional<std::string> fastest(const Claim& claim) {
  const Case all[] = {gil_case(), processes_case(), async_case()};
  for (const Case& mine : all) {
    const bool beats_all = std::ranges::all_of(all, [&](const Case& other) {
      if (other.id == mine.id || claim.series(with(kHeavy, other), kWallMs).empty()) return true;
      const auto value = claim.over(with(kHeavy, other), with(kHeavy, mine), kWallMs);
      return value && value->low > 1 && claim.tested(at_least(1, 1), value) == Holds::yes;
    });
    if (beats_all && !claim.series(with(kHeavy, mine), kWallMs).empty()) return mine.id;
  }
  return std::nullopt;
}

/// How many times as fast `quick` is as `slow`.
void require_faster(Claim& claim, std::string id, Pages pages, const Case& slow, const Case& quick, const Test& test) {
  const auto value = claim.over(with(pages, slow), with(pages, quick), kWallMs);
  const BothTexts pair = (pages == kHeavy ? BothTexts{"With heavy parsing, ", "При тяжёлом разборе, "}
                                          : BothTexts{"With light pages, ", "С лёгкими страницами, "}) +
                         both("{} against {}", "«{}» против «{}»", quick.label, slow.label);
  claim.require({.id = std::move(id),
                 .label = pair + BothTexts{": speed", ": скорость"},
                 .value = value,
                 .unit = "×",
                 .test = test,
                 .yes = pair + both(": {} as fast.", ": быстрее {}.", times(value)),
                 .no = pair + both(": only {} as fast.", ": быстрее лишь {}.", times(value)),
                 .hue = quick.hue});
}

/// Parsing must decide: for async, which parses one page after another, clearly; for the others at all.
void require_heavy(Claim& claim) {
  for (const Case& model : {async_case(), processes_case(), gil_case(), threads_case()}) {
    const Series& heavy = claim.series(with(kHeavy, model), kWallMs);
    const auto weight = median(values(ratio(heavy, claim.series(with(kLight, model), kWallMs))));
    claim.needs(
        !weight || *weight >= (model.id == async_case().id ? 2 : 1.2),
        both("There is too little to parse here for it to decide: {}, heavy parsing takes only {} times as long "
             "as light pages. Raise the parse cost.",
             "Разбора здесь слишком мало, чтобы он решал: {} — тяжёлый дольше лёгкого лишь в {} раза. "
             "Увеличьте цену разбора.",
             model.label, number(weight.value_or(0))));
  }
}

Figure makespans(const Claim& claim) {
  Figure figure = lines("makespan", {"Makespan", "Общее время"}, {},
                        {.label = {"makespan", "общее время"}, .unit = "ms", .log = false, .categories = {}});
  figure.kind = FigureKind::bars;
  figure.x.categories = {{"light pages", "лёгкие страницы"}, {"heavy parsing", "тяжёлый разбор"}};
  for (const Case& model : {threads_case(), gil_case(), processes_case(), async_case()}) {
    FigureSeries one = series(model);
    for (const Pages pages : {kLight, kHeavy}) add_point(one, pages, claim.of(with(pages, model), kWallMs));
    if (!one.points.empty()) figure.series.push_back(std::move(one));
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double in_flight = claim.setting(kInFlight);
  claim.setting(kTasks);
  claim.setting(kWait);
  claim.needs(in_flight != 1, {"With one page in flight nothing can overlap: raise workers.",
                               "При одной странице одновременно перекрываться нечему: увеличьте число исполнителей."});
  claim.needs(claim.setting(kCores) >= 2, {"This machine offers one core, so heavy parsing cannot be shared out.",
                                           "У этой машины одно ядро, тяжёлый разбор распределять не по чему."});
  require_heavy(claim);
  constexpr Test kLightTest = at_least(1.0, 0.8), kHeavyTest = at_least(1.2, 1.0);
  const bool threads = !claim.series(with(kLight, threads_case()), kWallMs).empty();
  if (threads) require_faster(claim, "light-threads", kLight, threads_case(), async_case(), kLightTest);
  require_faster(claim, "light-processes", kLight, processes_case(), async_case(), kLightTest);
  require_faster(claim, "heavy-async", kHeavy, async_case(), processes_case(), kHeavyTest);
  if (threads) require_faster(claim, "heavy-gil", kHeavy, gil_case(), processes_case(), kHeavyTest);
  for (const Pages pages : {kLight, kHeavy}) {
    for (const Case& model : {sync_case(), threads_case(), gil_case(), processes_case(), async_case()})
      claim.show(with(pages, model), kWallMs);
  }
  claim.figure(makespans(claim));
  if (const auto best = fastest(claim)) claim.truth("heavy-async", *best);
  claim.background(
      {"While the network's wait decides, the event loop waits for all pages at once. Parsing computes, and on the "
       "loop's one thread, as under the GIL, pages are parsed one after another; processes use several cores, and so "
       "do threads without a GIL.",
       "Пока решает ожидание сети, цикл событий ждёт все страницы сразу. Разбор — это вычисления, и в единственном "
       "потоке цикла, как и под GIL, страницы разбираются по очереди; процессы используют несколько ядер, и потоки без "
       "GIL тоже."});
  return std::move(claim).conclude();
}

Status check(const Capabilities& host) {
  if (!host.fetches) return fail("This needs HTTP requests, which are missing here.");
  if (!host.has_database) return fail("This needs a database, which is missing here: use the desktop program.");
  return needs_processes(host);
}

constexpr std::string_view kReads[] = {"tasks",      "wait_ms",      "jitter_ms", "workers",      "spawn_per_task",
                                       "timeout_ms", "commit_batch", "durable",   "save_on_loop", "parse_factor",
                                       "repeat",     "seed",         "server",    "urls"};
constexpr std::string_view kSubject[] = {"workers", "creation"};
// Sync is told, as threads without a GIL are of heavy parsing; of light pages the others only must not beat async; and
// processes must beat both that parse on one core.
constexpr std::string_view kInterchangeable[] = {"light.sync heavy.sync heavy.threads",
                                                 "light.threads light.processes light.gil",
                                                 "heavy.threads heavy.processes", "heavy.gil heavy.async"};

}  // namespace

const Experiment& parse_and_save_experiment() {
  static const Experiment experiment{
      .id = "parse-and-save",
      .section = "choosing",
      .title = {"Fetch, parse, save", "Загрузить, разобрать, сохранить"},
      .origin = Origin::task,
      .claim = {"To fetch, parse and save pages async is at least as fast as threads and processes; when parsing is "
                "heavy, processes are faster than async and than threads under the GIL.",
                "Загружать, разбирать и сохранять страницы асинхронно не медленнее, чем потоками и процессами; если "
                "разбор тяжёлый, процессы быстрее асинхронности и потоков под GIL."},
      .about =
          {"8 pages over real requests, as many in flight for every model, parsed by a real HTML parser and saved to "
           "a "
           "real database: once small pages, once large ones parsed 60 times each.",
           "8 страниц настоящими запросами, одновременно одинаково много у каждой модели, с настоящим разбором HTML и "
           "записью в настоящую базу данных: сначала маленькие, затем большие, каждая разобрана 60 раз."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"Parsing is heavy: who is fastest?", "Разбор тяжёлый: кто быстрее?"},
                   .options = {{"gil", {"threads under the GIL", "потоки под GIL"}},
                               {"processes", {"processes", "процессы"}},
                               {"async", {"async", "асинхронно"}}}},
      .config =
          R"({"workload":"parse-and-save","tasks":8,"wait_ms":10,"commit_batch":4,"parse_factor":60,"size":20000})",
      .reads = kReads,
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = check,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
