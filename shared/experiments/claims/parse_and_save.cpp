// parse-and-save: the course's second task. Light pages: the network's wait decides. Heavy parsing: the cores do.
#include <algorithm>

#include "base/stats.hpp"
#include "experiments/builtin.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr unsigned kInFlightDefault = 6;
constexpr int kHeavyFactor = 20;

enum Pages : std::uint8_t { kLight, kHeavy };
Case with(Pages pages, const Case& model) {
  return {(pages == kHeavy ? "heavy." : "light.") + model.id,
          (pages == kHeavy ? BothTexts{"heavy parsing, ", "тяжёлый разбор, "}
                           : BothTexts{"light pages, ", "лёгкие страницы, "}) +
              model.label,
          model.hue};
}

json pages_of(const json& own, Pages pages) {
  return {{"size", pages == kHeavy ? 20'000 : 4'000},
          {"parse_factor", pages == kHeavy ? own.value("parse_factor", kHeavyFactor) : 1}};
}

/// As many pages in flight for all: that many workers, and no more coroutines than that.
std::vector<Configured> cases(const json& own) {
  const Capabilities& host = capabilities();
  std::vector<Configured> out;
  for (const Pages pages : {kLight, kHeavy}) {
    const auto add = [&](const Case& model, json options) {
      options.update(pages_of(own, pages));
      out.push_back({with(pages, model), std::move(options)});
    };
    if (host.threads) {
      add(threads_case(), {{"model", "threads"}});
      add(gil_case(), {{"model", "threads"}, {"gil", true}});
    }
    add(processes_case(), {{"model", "processes"}});
    add(async_case(), {{"model", "async"}, {"concurrency", own["workers"]}});
  }
  return out;
}

/// Once, one page after another: what speed-ups are told against. In every round it would take longer than all else
/// together, and it decides nothing.
coro::Task<Status> run_in_order(LabContext& lab, json own, Measured& out) {
  for (const Pages pages : {kLight, kHeavy}) {
    const Case one = with(pages, sync_case());
    lab.step(0, one.label);
    json options = own;
    options.update(pages_of(own, pages));
    options.update({{"model", "sync"}, {"repeat", 1}, {"warmup", 0}});
    const auto result = co_await lab.run(std::move(options));
    if (!result) co_return std::unexpected(result.error());
    if (result->wall_ms.median) out.samples.set(one, kWallMs, 0, *result->wall_ms.median);
    out.fairness.push_back({.of = one.id, .workers = 1, .in_flight = 1, .start = "cold"});
    out.runs.push_back(to_json(*result));
    out.runs.back()["case"] = one.id;
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
  const json own = base(lab, {{"workload", "parse-and-save"},
                              {"tasks", 12},
                              {"workers", kInFlightDefault},
                              {"wait_ms", 20},
                              {"commit_batch", 6}});
  Status status = co_await run_in_order(lab, own, out);
  if (!status) co_return std::unexpected(status.error());
  status = co_await measure_cases(lab, own, cases(own), out);
  if (!status) co_return std::unexpected(status.error());
  status = compare_answers(out);
  if (!status) co_return std::unexpected(status.error());
  copy_settings(out, with(kHeavy, async_case()).id, {kTasks, kWait, kInFlight});
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
          {"12 pages over real requests, as many in flight for every model, parsed by a real HTML parser and saved to "
           "a "
           "real database: once small pages, once large ones parsed 20 times each.",
           "12 страниц настоящими запросами, одновременно одинаково много у каждой модели, с настоящим разбором HTML и "
           "записью в настоящую базу данных: сначала маленькие, затем большие, каждая разобрана 20 раз."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"Parsing is heavy: who is fastest?", "Разбор тяжёлый: кто быстрее?"},
                   .options = {{"gil", {"threads under the GIL", "потоки под GIL"}},
                               {"processes", {"processes", "процессы"}},
                               {"async", {"async", "асинхронно"}}}},
      .config =
          R"({"workload":"parse-and-save","tasks":12,"workers":6,"wait_ms":20,"commit_batch":6,"parse_factor":20,"size":20000})",
      .reads = kReads,
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = check,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
