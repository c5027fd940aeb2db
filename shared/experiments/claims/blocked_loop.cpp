// blocked-loop: an event loop is hardly late as long as everything on it awaits; one CPU loop or one synchronous commit
// makes all the others late.
#include "base/stats.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/loop_probe.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using namespace lab;

/// In the order of LoopWay.
const Case kWays[kLoopWays] = {{"awaiting", {"all await", "все ждут через await"}, ""},
                               {"cpu", {"a CPU loop", "цикл вычислений"}, ""},
                               {"commit", {"a commit on the loop", "commit в цикле событий"}, ""},
                               {"offloaded", {"the commit off-loaded", "commit вне цикла"}, ""}};
constexpr Metric kTookMs{"took_ms", {"the work itself", "сама работа"}, "ms"};
constexpr Metric kCulprit{"culprit", {"who was named", "кто назван"}, ""};  ///< A Culprit.
constexpr Setting kRows{"rows", {"rows in the commit", "строк в commit"}, ""};

coro::Task<Status> measure_way(LabContext& lab, LoopWay way, PageDatabase* database, std::size_t rows,
                               std::uint32_t number, Measured& out) {
  const Case& one = kWays[way];
  const auto round = co_await run_loop_round(lab, way, database, rows);
  if (!round) co_return std::unexpected(round.error());
  std::vector<double> lags;
  auto ticks = nlohmann::json::array();
  for (const Tick& tick : round->ticks) {
    lags.push_back(tick.late_ms());
    ticks.push_back({static_cast<double>(tick.due_ns - round->begin_ns) / 1e6, tick.late_ms()});
  }
  if (number == 0) out.details[one.id] = std::move(ticks);
  if (const auto late = percentiles(lags)) {
    out.samples.set(one, kLagP99Ms, number, late->p99);
    out.samples.set(one, kLagMaxMs, number, late->max);
  }
  if (way != kAwaiting) out.samples.set(one, kTookMs, number, round->took_ms);
  out.samples.set(one, kCulprit, number, static_cast<double>(round->culprit));
  co_return Status{};
}

coro::Task<Status> measure_rounds(LabContext& lab, std::size_t rows, Measured& out) {
  const std::size_t ways = rows == 0 ? kCommit : kLoopWays;
  for (Rounds rounds(lab, out); rounds.next();) {
    co_await look_at_machine(lab, rounds.index(), out);
    LoopStorage storage;
    if (rows != 0) {
      auto opened = co_await open_loop_storage(lab);
      if (!opened) co_return std::unexpected(opened.error());
      storage = std::move(*opened);
    }
    for (std::size_t step = 0; step < ways; ++step) {
      if (lab.cancel().requested()) co_return fail(kCancelled);
      const auto way = static_cast<LoopWay>(rounds.in_turn(step, ways));
      lab.step(rounds.fraction(step, ways), kWays[way].label);
      const Status status = co_await measure_way(lab, way, storage.database.get(), rows, rounds.index(), out);
      if (!status) co_return status;
    }
    storage.database.reset();
  }
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  std::size_t rows = 0;
  if (capabilities().has_database) {
    lab.step(0, {"how long a commit takes", "сколько длится commit"});
    const auto chosen = co_await choose_commit_rows(lab);
    if (!chosen) co_return std::unexpected(chosen.error());
    rows = *chosen;
  }
  out.set(kRows, static_cast<double>(rows));
  const Status status = co_await measure_rounds(lab, rows, out);
  if (!status) co_return std::unexpected(status.error());
  for (const Case& one : kWays) {
    if (!out.samples.has(one, kLagP99Ms)) continue;
    out.fairness.push_back({.of = one.id, .workers = 1});
    if (one.id == kWays[kOffLoop].id) out.fairness.back().workers = 2, out.fairness.back().creation = "inside";
  }
  std::vector<Configured> shown{
      {kWays[kAwaiting], {{"model", "async"}, {"workload", "sleep"}, {"tasks", 8}, {"wait_ms", 60}}},
      {kWays[kCompute],
       {{"model", "async"}, {"workload", "mixed"}, {"tasks", 4}, {"wait_ms", 20}, {"size", 200'000'000}}}};
  const Status seen = co_await show_runs(lab, std::move(shown), out);
  if (!seen) co_return std::unexpected(seen.error());
  co_return out;
}

Figure ticks(const Measured& measured) {
  Figure figure =
      lines("ticks", {"How late each tick of the first round was", "Опоздание каждого тика в первом повторе"},
            {.label = {"due after", "срок от начала"}, .unit = "ms", .log = false, .categories = {}},
            {.label = {"late by", "опоздание"}, .unit = "ms", .log = false, .categories = {}});
  for (const Case& one : kWays) {
    FigureSeries line = series(one);
    line.points = noted_points(measured, one.id);
    if (!line.points.empty()) figure.series.push_back(std::move(line));
  }
  return figure;
}

/// 1 in each round that named this culprit, else 0.
Series named(const Series& culprits, Culprit culprit) {
  Series out = culprits;
  for (auto& value : out) {
    if (value) *value = *value == static_cast<double>(culprit) ? 1 : 0;
  }
  return out;
}

/// The p99 lag of one way over that of another.
Holds require_later(Claim& claim, std::string id, LoopWay late, LoopWay free, Test test) {
  const Case &one = kWays[late], &other = kWays[free];
  const auto ratio = claim.over(one, other, kLagP99Ms);
  const BothTexts lags = both("{} against {}", "{} против {}", quantity(claim.of(one, kLagP99Ms), "ms"),
                              quantity(claim.of(other, kLagP99Ms), "ms"));
  return claim.require({.id = std::move(id),
                        .label = both("lag (p99), {} over {}", "опоздание (p99), {} к {}", one.label, other.label),
                        .value = ratio,
                        .unit = "×",
                        .test = test,
                        .yes = both("With {} the ticker was late {} as much as with “{}”: {}.",
                                    "Случай «{}»: таймер опаздывал {} сильнее, чем в случае «{}»: {}.", one.label,
                                    times(ratio), other.label, lags),
                        .no = both("With {} the ticker was late only {} as much as with “{}”: {}.",
                                   "Случай «{}»: таймер опаздывал лишь {} сильнее, чем в случае «{}»: {}.", one.label,
                                   times(ratio), other.label, lags),
                        .hue = "async"});
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  claim.setting(kRows);
  const bool commits = measured.get(kRows).value_or(1) > 0;
  const auto free = claim.of(kWays[kAwaiting], kLagP99Ms);
  claim.require(
      {.id = "awaiting",
       .label = {"lag (p99) while all await", "опоздание (p99), пока все ждут через await"},
       .value = free,
       .unit = "ms",
       .test = at_most(5, 20),
       .yes = both("While all await, the ticker was late by {} (99th percentile).",
                   "Пока все ждут через await, таймер опаздывал на {} (99-й процентиль).", quantity(free, "ms")),
       .no = both("Even while all await, the ticker was late by {} (99th percentile).",
                  "Даже когда все ждут через await, таймер опаздывал на {} (99-й процентиль).", quantity(free, "ms")),
       .hue = "async"});
  const Holds by_cpu = require_later(claim, "cpu", kCompute, kAwaiting, at_least(5, 2));
  const Holds by_commit =
      commits ? require_later(claim, "commit", kCommit, kOffLoop, at_least(2, 1.2)) : Holds::unclear;
  Series share = named(claim.series(kWays[kCompute], kCulprit), Culprit::cpu_loop);
  if (commits) share = scaled(sum(share, named(claim.series(kWays[kCommit], kCulprit), Culprit::commit)), 0.5);
  const auto found = claim.of(share);
  const BothTexts who = commits ? BothTexts{"the CPU loop, the commit", "цикл вычислений, commit"}
                                : BothTexts{"the CPU loop", "цикл вычислений"};
  claim.require({.id = "named",
                 .label = {"culprits named rightly, share", "виновники названы верно, доля"},
                 .value = found,
                 .unit = "",
                 .test = at_least(0.9, 0.6),
                 .yes = both("The greatest delay was traced to who caused it: {}.",
                             "Наибольшая задержка приписана тому, кто её вызвал: {}.", who),
                 .no = both("The greatest delay was traced to who caused it ({}) in a share of {} only.",
                            "Наибольшая задержка приписана тому, кто её вызвал ({}), лишь в доле случаев {}.", who,
                            quantity(found, "")),
                 .timed = false,
                 .hue = "async"});
  for (const Case& one : kWays) {
    if (measured.samples.has(one, kLagMaxMs)) claim.show(one, kLagMaxMs);
    if (measured.samples.has(one, kTookMs)) claim.show(one, kTookMs);
  }
  if (!commits) {
    claim.background({"(A commit cannot be waited for here, so it is not compared.)",
                      "(Дождаться commit здесь нельзя, поэтому он не сравнивается.)"});
  }
  claim.background(
      {"A ticker wants to run every 5 ms; ticks that a blocked loop missed count with their own lateness. A CPU loop "
       "or "
       "a synchronous call holds up all coroutines at once: give it to a thread or a process (asyncio.to_thread, a "
       "pool).",
       "Таймер должен срабатывать каждые 5 мс; пропущенные из-за блокировки тики учтены, каждый со своим опозданием. "
       "Цикл вычислений или синхронный вызов задерживает сразу все корутины: отдайте его потоку или процессу "
       "(asyncio.to_thread, пул)."});
  claim.figure(bars(claim, "lag", {"Loop lag, 99th percentile", "Задержка цикла, 99-й процентиль"}, kWays, kLagP99Ms));
  claim.figure(ticks(measured));
  if (by_cpu != Holds::unclear && by_commit != Holds::unclear) {
    claim.truth("commit", by_cpu == Holds::yes      ? (by_commit == Holds::yes ? "both" : "cpu")
                          : by_commit == Holds::yes ? "commit"
                                                    : "none");
  }
  return std::move(claim).conclude();
}

/// Both leave the loop free.
constexpr std::string_view kInterchangeable[] = {"awaiting offloaded"};
constexpr std::string_view kSubject[] = {"workers", "creation"};

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
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
