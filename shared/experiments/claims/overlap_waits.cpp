// overlap-waits: several waits at once on one thread take as long as the longest, not as long as their sum.
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;

nlohmann::json defaults() { return {{"workload", "sleep"}, {"tasks", 8}, {"wait_ms", 20}}; }

std::vector<Configured> cases() {
  return {{sync_case(), {{"model", "sync"}}},
          {.of = async_case(), .options = {{"model", "async"}}, .settings = {kTasks, kWait, kInFlight}}};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const Status status = co_await measure_cases(lab, base(lab, defaults()), cases(), out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double tasks = claim.setting(kTasks), wait_ms = claim.setting(kWait), in_flight = claim.setting(kInFlight);
  claim.needs(tasks >= 2, {"One wait alone overlaps with nothing: set tasks to 2 or more.",
                           "Одному ожиданию не с чем перекрываться: задайте не меньше двух задач."});
  claim.needs(in_flight != 1, {"With one task in flight nothing can overlap: raise concurrency.",
                               "При одной задаче одновременно перекрываться нечему: увеличьте предел задач."});
  needs_long_waits(claim, tasks, wait_ms);
  const auto share = claim.of(scaled(claim.series(sync_case(), kWallMs), 1 / std::max(tasks * wait_ms, 1e-9)));
  const auto speedup = claim.over(sync_case(), async_case(), kWallMs);
  claim.require({.id = "one-by-one",
                 .label = {"sync's makespan over the sum of the waits", "синхронно: общее время к сумме ожиданий"},
                 .value = share,
                 .unit = "×",
                 .test = at_least(0.95, 0.8),
                 .yes = both("Synchronously the waits come one after another: {} of the {} they add up to.",
                             "Синхронно ожидания идут друг за другом: {} от их суммы, {}.", quantity(share, ""),
                             quantity(tasks * wait_ms, "ms")),
                 .no = both("Synchronously the waits took only {} of their sum: they were not one after another.",
                            "Синхронно ожидания заняли лишь {} от своей суммы: они шли не друг за другом.",
                            quantity(share, ""))});
  claim.require({.id = "overlap",
                 .label = {"makespan, sync over async", "общее время, синхронно к асинхронному"},
                 .value = speedup,
                 .unit = "×",
                 .test = at_least(1 + 0.6 * (tasks - 1), 1 + 0.3 * (tasks - 1)),
                 .yes = both("On the event loop {} were over {} as fast: they overlap.",
                             "В цикле событий {} прошли быстрее {}: они перекрываются.",
                             counted(tasks, {"wait", "waits", "ожидание", "ожидания", "ожиданий"}), times(speedup)),
                 .no = both("On the event loop {} were over only {} as fast: they hardly overlap.",
                            "В цикле событий {} прошли быстрее лишь {}: они почти не перекрываются.",
                            counted(tasks, {"wait", "waits", "ожидание", "ожидания", "ожиданий"}), times(speedup)),
                 .hue = "async"});
  for (const Case& one : {sync_case(), async_case()}) claim.show(one, kWallMs);
  claim.background(
      {"A coroutine that awaits gives the loop back, so all tasks wait at the same time and the longest wait "
       "decides.",
       "Корутина на await отдаёт управление циклу, поэтому все задачи ждут одновременно, и общее время "
       "определяет самое долгое ожидание."});
  const Case shown[] = {sync_case(), async_case()};
  claim.figure(bars(claim, "makespan", {"Makespan", "Общее время"}, shown, kWallMs));
  claim.truth("overlap");
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"tasks", "wait_ms", "concurrency", "repeat"};
constexpr std::string_view kSubject[] = {"in_flight"};

}  // namespace

const Experiment& overlap_waits_experiment() {
  static const Experiment experiment{
      .id = "overlap-waits",
      .section = "asynchrony",
      .title = {"Waits overlap", "Ожидания перекрываются"},
      .claim = {"Asynchrony performs several tasks at once without waiting for each of them to end.",
                "Асинхронность выполняет несколько задач сразу, не дожидаясь завершения каждой."},
      .about = {"Eight tasks that only wait, one after another and on an event loop. Look at how the waits lie on the "
                "time axis.",
                "Восемь задач, которые только ждут: сначала друг за другом, затем в цикле событий. Посмотрите, как "
                "ожидания расположены на оси времени."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times faster is async?", "Во сколько раз быстрее асинхронный вариант?"},
                   .unit = "×",
                   .min = 0.1,
                   .max = 100},
      .config = R"({"workload":"sleep","tasks":8,"wait_ms":20})",
      .reads = kReads,
      .subject = kSubject,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
