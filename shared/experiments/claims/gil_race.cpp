// gil-race: the GIL makes an increment safe only where it cannot change hands between the load and the store.
#include "base/stats.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr Setting kIncrements{"size", {"additions in all", "прибавлений всего"}, ""};
constexpr Setting kInterval{"switch_interval_ms", {"switch interval", "интервал переключения"}, "ms"};
constexpr Metric kLostShare{"lost_percent", {"lost", "потеряно"}, "%"};

// Under the GIL no other thread comes between the load and the store of `split`: it changes hands between increments.
const Case kWhole{"whole", {"x += 1: no switch within", "x += 1: без переключения внутри"}, ""};
const Case kInterruptible{
    "interruptible", {"x += f(): a switch can fall within", "x += f(): переключение возможно внутри"}, "gil"};

/// Several switch intervals of work, on the fastest machines too.
nlohmann::json defaults() {
  return {{"model", "threads"}, {"gil", true},        {"workload", "counter"},
          {"tasks", 16},        {"size", 60'000'000}, {"workers", 4}};
}

std::vector<Configured> cases() {
  return {
      {kWhole, {{"counter_mode", "split"}}},
      {.of = kInterruptible, .options = {{"counter_mode", "call"}}, .settings = {kIncrements, kWorkers, kInterval}}};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const Status status = co_await measure_cases(lab, base(lab, defaults()), cases(), out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

/// Switches fall only into runs that are longer than the interval between them.
bool switched(const Claim& claim, double interval_ms) {
  const auto middle = [&](const Case& one, const Metric& metric) { return median(values(claim.series(one, metric))); };
  const auto whole = middle(kWhole, kWallMs), interruptible = middle(kInterruptible, kWallMs);
  if (!whole || !interruptible) return true;  // not measured is not tested
  const bool lost = middle(kInterruptible, kLost).value_or(0) > 0;
  return *whole >= 2 * interval_ms && (lost || *interruptible >= 4 * interval_ms);
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double workers = claim.setting(kWorkers), increments = std::max(claim.setting(kIncrements), 1.0);
  claim.needs(workers >= 2, {"One thread alone has no rival: set workers to 2 or more.",
                             "Одному потоку не с кем соперничать: задайте не меньше двух исполнителей."});
  claim.needs(switched(claim, claim.setting(kInterval)),
              {"The GIL could hardly change hands in so short a run: raise size or lower switch_interval_ms.",
               "За такой короткий прогон GIL почти не мог перейти к другому потоку: увеличьте размер или уменьшите "
               "switch_interval_ms."});
  const double percent_of_one = 100 / increments;
  const auto whole = extremes(claim.series(kWhole, kLost));
  const Series shares = scaled(claim.series(kInterruptible, kLost), percent_of_one);
  const auto share = claim.of(shares);
  claim.require(
      {.id = "whole-keeps",
       .label = {"lost where no switch can fall within", "потеряно там, где переключения внутри нет"},
       .value = whole,
       .test = always(0),
       .yes = both("x += 1, within which the GIL cannot change hands, lost none of {} updates, in any repeat.",
                   "x += 1, внутри которого GIL не может перейти к другому потоку, ни в одном повторе не "
                   "потерял ничего из {} обновлений.",
                   number(increments)),
       .no = both("x += 1 lost updates although the GIL could not change hands within it: {} [least, most] a "
                  "repeat.",
                  "x += 1 терял обновления, хотя GIL внутри него не мог перейти к другому потоку: {} [меньше "
                  "всего, больше всего] за повтор.",
                  with_interval(whole)),
       .timed = false});
  claim.require({.id = "interruptible-loses",
                 .label = {"lost where a switch can fall within", "потеряно там, где внутри возможно переключение"},
                 .value = share,
                 .unit = "%",
                 .test = at_least(percent_of_one, percent_of_one),
                 .yes = both("x += f(), within which a switch can fall, lost updates in most repeats: {}.",
                             "x += f(), внутрь которого может попасть переключение, терял обновления в большинстве "
                             "повторов: {}.",
                             quantity(share, "%")),
                 .no = {"x += f() lost nothing in most repeats, although a switch can fall within it.",
                        "x += f() в большинстве повторов ничего не потерял, хотя внутрь него может попасть "
                        "переключение."},
                 .hue = "gil"});
  for (const Case& one : {kWhole, kInterruptible}) {
    claim.show(one, kWallMs);
    claim.show(one, kLockWaitMs);
  }
  claim.background(
      {"The GIL keeps the interpreter whole, not the program: it protects an update only when no switch can fall "
       "between its load and its store. CPython 3.11 looks for a switch at calls and at the ends of loops, so x += 1 "
       "loses nothing there and x += f() does; other versions, and free-threaded builds, differ. What is shared needs "
       "a "
       "lock.",
       "GIL оберегает сам интерпретатор, а не программу: обновление защищено, только если переключение не может "
       "попасть "
       "между чтением и записью. CPython 3.11 проверяет, не пора ли переключиться, при вызовах и в конце витков цикла, "
       "поэтому x += 1 там ничего не теряет, а x += f() теряет; в других версиях и в сборках без GIL это иначе. Общим "
       "данным нужна блокировка."});
  Measured in_percent = measured;
  for (const Case& one : {kWhole, kInterruptible}) {
    const Series& lost = claim.series(one, kLost);
    for (std::size_t round = 0; round < lost.size(); ++round) {
      if (lost[round]) in_percent.samples.set(one, kLostShare, round, *lost[round] * percent_of_one);
    }
  }
  const Case shown[] = {kWhole, kInterruptible};
  claim.figure(bars(Claim(in_percent), "lost", {"Updates lost under the GIL", "Потерянные обновления под GIL"}, shown,
                    kLostShare));
  claim.figure(histogram("shares", {"Lost, repeat by repeat", "Потери по повторам"},
                         {.label = {"lost", "потеряно"}, .unit = "%", .log = false, .categories = {}},
                         {"repeats", "повторов"}, values(shares), "gil", {"x += f()", "x += f()"}, 0.5));
  claim.truth("interruptible-loses");
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"tasks", "size", "workers", "spawn_per_task", "switch_interval_ms", "repeat"};

}  // namespace

const Experiment& gil_race_experiment() {
  static const Experiment experiment{
      .id = "gil-race",
      .section = "threads",
      .title = {"The GIL and races", "GIL и состояние гонки"},
      .origin = Origin::completed,
      .claim =
          {"The GIL solves the race condition, provided that no switch can fall between reading a variable and writing "
           "it.",
           "GIL решает проблему состояния гонки — при условии, что переключение не может попасть между чтением "
           "переменной и записью."},
      .about = {"The sheet says it without the condition. Four threads under the GIL add 1 to one variable: as x += 1, "
                "which "
                "no switch interrupts, and as x += f(), where one can fall between load and store.",
                "В методичке условия нет. Четыре потока под GIL прибавляют единицу к одной переменной: как x += 1, где "
                "переключения внутри нет, и как x += f(), где оно может попасть между чтением и записью."},
      .question = {.kind = PredictionKind::number,
                   .text = {"What percentage of the updates does x += f() lose under the GIL?",
                            "Какой процент обновлений теряет x += f() под GIL?"},
                   .unit = "%",
                   .min = 0,
                   .max = 100},
      .config = R"({"model":"threads","workload":"counter","tasks":16,"size":60000000,"workers":4,"gil":true,)"
                R"("counter_mode":"call"})",
      .reads = kReads,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
