// blocked-loop: an event loop is never late as long as everything on it awaits; one CPU loop or one synchronous commit
// makes all the others late.
//
// A ticker on the engine's own loop wants to run every 5 ms and notes how late it was. What else ran on the loop is
// noted as pieces; the culprit of a round is the piece that lay longest inside the greatest lag.
#include <algorithm>
#include <optional>

#include "base/stats.hpp"
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/loop_probe.hpp"
#include "experiments/runner.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr const char* kWayNames[kLoopWays] = {"awaiting", "cpu", "commit", "offloaded"};

BothTexts way_name(int way) {
  const BothTexts names[kLoopWays] = {{"all await", "все ждут через await"},
                                      {"a CPU loop", "цикл вычислений"},
                                      {"a commit on the loop", "commit в цикле событий"},
                                      {"the commit elsewhere", "commit вне цикла"}};
  return names[way];
}

coro::Task<Status> run_round(LabContext& lab, int way, PageDatabase* database, std::size_t rows, Measured& out,
                             bool first) {
  const auto kind = static_cast<LoopWay>(way);
  const auto round = co_await run_loop_round(lab, kind, database, rows);
  if (!round) co_return std::unexpected(round.error());
  const std::string name = kWayNames[way];
  std::vector<double> lags;
  for (const Tick& tick : round->ticks) {
    lags.push_back(tick.late_ms());
    if (!first) continue;
    out.samples[name + ".lags.t_ms"].push_back(static_cast<double>(tick.ran_ns - round->begin_ns) / 1e6);
    out.samples[name + ".lags.ms"].push_back(tick.late_ms());
  }
  if (const auto late = percentiles(lags)) {
    out.samples[name + ".lag_p99_ms"].push_back(late->p99);
    out.samples[name + ".lag_max_ms"].push_back(late->max);
  }
  if (way != kAwaiting) out.samples[name + ".took_ms"].push_back(round->took_ms);
  out.facts[name + ".rounds"] += 1;
  if (round->culprit == loop_culprit(kind)) out.facts[name + ".named"] += 1;
  co_return Status{};
}

/// The same on the timeline: loop lag is drawn there, and the run names whoever blocked the loop.
coro::Task<Status> show(LabContext& lab, Measured& out) {
  const json runs[] = {{{"workload", "sleep"}, {"tasks", 8}, {"wait_ms", 100}},
                       {{"workload", "mixed"}, {"tasks", 8}, {"wait_ms", 40}, {"size", 800'000'000}}};
  for (json options : runs) {
    options.update({{"model", "async"}, {"repeat", 1}, {"warmup", 0}});
    auto result = co_await lab.run(std::move(options));
    if (!result) co_return std::unexpected(result.error());
    out.runs.push_back(to_json(*result));
  }
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const std::uint32_t rounds = rounds_of(lab);
  std::size_t rows = 0;
  if (capabilities().has_database) {
    lab.step(0, {"how long a commit takes", "сколько длится commit"});
    const auto chosen = co_await choose_commit_rows(lab);
    if (!chosen) co_return std::unexpected(chosen.error());
    rows = *chosen;
  }
  const int ways = rows == 0 ? kCommit : kLoopWays;
  for (std::uint32_t i = 0; i < rounds; ++i) {
    co_await look_at_machine(lab, out);
    LoopStorage storage;
    if (rows != 0) {
      auto opened = co_await open_loop_storage(lab);
      if (!opened) co_return std::unexpected(opened.error());
      storage = std::move(*opened);
    }
    for (int way = 0; way < ways; ++way) {
      if (lab.cancel().requested()) co_return fail(kCancelled);
      lab.step(0.9 * (i + static_cast<double>(way) / ways) / rounds, way_name(way));
      const Status status = co_await run_round(lab, way, storage.database.get(), rows, out, i == 0);
      if (!status) co_return std::unexpected(status.error());
    }
    storage.database.reset();
  }
  out.facts["rows"] = static_cast<double>(rows);
  const Status shown = co_await show(lab, out);
  if (!shown) co_return std::unexpected(shown.error());
  co_return out;
}

Figure lag_bars(const Measured& measured) {
  Figure figure;
  figure.id = "lag";
  figure.kind = FigureKind::bars;
  figure.title = {"Loop lag, 99th percentile", "Задержка цикла, 99-й процентиль"};
  figure.y = {.label = {"lag", "задержка"}, .unit = "ms", .log = false, .categories = {}};
  FigureSeries series{
      .id = "async", .name = {"loop lag", "задержка цикла"}, .style = SeriesStyle::measured, .points = {}};
  for (int way = 0; way < kLoopWays; ++way) {
    const auto value = spread(measured, std::string(kWayNames[way]) + ".lag_p99_ms");
    if (!value) continue;
    add_point(series, static_cast<double>(figure.x.categories.size()), value);
    figure.x.categories.push_back(way_name(way));
  }
  figure.series.push_back(std::move(series));
  return figure;
}

Figure lag_lines(const Measured& measured) {
  Figure figure;
  figure.id = "ticks";
  figure.kind = FigureKind::lines;
  figure.title = {"How late each tick of the first round was", "Опоздание каждого тика в первом повторе"};
  figure.x = {.label = {"time", "время"}, .unit = "ms", .log = false, .categories = {}};
  figure.y = {.label = {"late by", "опоздание"}, .unit = "ms", .log = false, .categories = {}};
  for (int way = 0; way < kLoopWays; ++way) {
    const std::string name = kWayNames[way];
    const auto& t = samples(measured, name + ".lags.t_ms");
    const auto& ms = samples(measured, name + ".lags.ms");
    FigureSeries series{.id = name, .name = way_name(way), .style = SeriesStyle::measured, .points = {}};
    for (std::size_t i = 0; i < std::min(t.size(), ms.size()); ++i) {
      series.points.push_back({.x = t[i], .y = ms[i], .low = {}, .high = {}});
    }
    if (!series.points.empty()) figure.series.push_back(std::move(series));
  }
  return figure;
}

/// Does this way hold the loop up: is the ticker late for most of what the piece took?
Tri blocks(const Measured& measured, const std::string& name) {
  return at_least(spread(ratios(measured, name + ".lag_max_ms", name + ".took_ms")), 0.6, 0.3);
}

Finding judge(const Measured& measured) {
  Finding finding;
  std::optional<Spread> late[kLoopWays];
  double named = 0, to_name = 0;
  for (int way = 0; way < kLoopWays; ++way) {
    const std::string name = kWayNames[way];
    late[way] = spread(measured, name + ".lag_p99_ms");
    put(finding.numbers, "lag_p99_" + name + "_ms", late[way]);
    if (loop_culprit(static_cast<LoopWay>(way)).empty()) continue;
    named += fact(measured, name + ".named");
    to_name += fact(measured, name + ".rounds");
  }
  const bool commits = !samples(measured, "commit.lag_p99_ms").empty();
  const auto compute_ratio = spread(ratios(measured, "cpu.lag_p99_ms", "awaiting.lag_p99_ms"));
  const auto commit_ratio = spread(ratios(measured, "commit.lag_p99_ms", "offloaded.lag_p99_ms"));
  put(finding.numbers, "cpu_over_awaiting", compute_ratio);
  put(finding.numbers, "commit_over_offloaded", commit_ratio);
  put(finding.numbers, "commit_took_ms", spread(measured, "commit.took_ms"));
  finding.numbers["culprits_named"] = to_name == 0 ? json(nullptr) : json(named);
  finding.numbers["culprits_to_name"] = to_name;
  finding.numbers["commit_rows"] = fact(measured, "rows");
  const Tri by_cpu = all_of({blocks(measured, "cpu"), at_least(compute_ratio, 3, 1.3)});
  const Tri by_commit = !commits ? Tri::yes : all_of({blocks(measured, "commit"), at_least(commit_ratio, 2, 1.1)});
  // Of what blocked the loop three in four have to be named: a busy machine may hide one.
  const Tri by_name = to_name == 0               ? Tri::unclear
                      : 4 * named >= 3 * to_name ? Tri::yes
                      : 2 * named < to_name      ? Tri::no
                                                 : Tri::unclear;
  const Tri result = all_of({by_cpu, by_commit, by_name});
  if (by_cpu != Tri::unclear && by_commit != Tri::unclear && commits) {
    finding.truth = by_cpu == Tri::yes      ? (by_commit == Tri::yes ? "both" : "cpu")
                    : by_commit == Tri::yes ? "commit"
                                            : "none";
  }
  finding.figures = {lag_bars(measured), lag_lines(measured)};
  BothTexts numbers =
      both("A ticker of 5 ms was late (99th percentile) by {} ms while all awaited, by {} ms beside a CPU loop",
           "Таймер на 5 мс опаздывал (99-й процентиль) на {} мс, пока все ждали через await, и на {} мс рядом с циклом "
           "вычислений",
           with_interval(late[kAwaiting]), with_interval(late[kCompute]));
  numbers =
      numbers + (commits ? both(", by {} ms beside a commit on the loop, by {} ms when the commit was made elsewhere.",
                                ", на {} мс — рядом с commit в самом цикле и на {} мс — когда commit выполнялся вне "
                                "цикла.",
                                with_interval(late[kCommit]), with_interval(late[kOffLoop]))
                         : BothTexts{". (A commit cannot be waited for on this page, so it is not compared.)",
                                     ". (На этой странице дождаться commit нельзя, поэтому он не сравнивается.)"});
  numbers = numbers + both(" Whoever blocked the loop was named in {} of {} cases.",
                           " Виновник блокировки назван верно в {} случаях из {}.", number(named), number(to_name));
  conclude(finding, measured, result, numbers,
           {"Asynchrony avoids blocking only as long as everything on the loop gives it back soon. A CPU loop or a "
            "synchronous call holds up all coroutines at once: give it to a thread or a process (asyncio.to_thread, a "
            "pool).",
            "Асинхронность избавляет от блокировок, только пока всё в цикле быстро возвращает ему управление. Цикл "
            "вычислений или синхронный вызов задерживает сразу все корутины: отдайте его потоку или процессу "
            "(asyncio.to_thread, пул)."},
           {"The ticker was not late where something blocked the loop, or was late where nothing did.",
            "Таймер не опаздывал там, где цикл блокировали, или опаздывал там, где его не блокировали."});
  return finding;
}

}  // namespace

const Experiment& blocked_loop_experiment() {
  static const Experiment experiment{
      .id = "blocked-loop",
      .section = "asynchrony",
      .title = {"A blocked loop", "Заблокированный цикл"},
      .origin = Origin::completed,
      .claim = {"Asynchrony avoids blocking, as long as everything on the loop awaits.",
                "Асинхронность избавляет от блокировок — пока всё в цикле событий ждёт через await."},
      .about =
          {"A ticker that wants to run every 5 ms, beside coroutines that await, a CPU loop, a synchronous commit to "
           "SQLite, and the same commit made elsewhere. Look at how late it is, and who is to blame.",
           "Таймер, который должен срабатывать каждые 5 мс, — рядом с корутинами, которые ждут, с циклом вычислений, с "
           "синхронным commit в SQLite и с тем же commit вне цикла. Посмотрите, насколько он опаздывает и по чьей "
           "вине."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"What makes the other coroutines late?", "Из-за чего опоздают остальные корутины?"},
                   .options = {{"none",
                                {"Nothing: the loop switches between them", "Ни из-за чего: цикл переключает их"}},
                               {"cpu", {"The CPU loop only", "Только из-за цикла вычислений"}},
                               {"commit", {"The synchronous commit only", "Только из-за синхронного commit"}},
                               {"both", {"Both of them", "Из-за того и другого"}}}},
      .config = R"({"model":"async","workload":"mixed","tasks":8,"wait_ms":40,"size":800000000})",
      .reads = kOnlyRepeats,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
