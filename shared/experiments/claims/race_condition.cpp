// race-condition: threads that add to one variable without protection lose updates, not the same number each time;
// three remedies lose none.
#include <algorithm>
#include <set>

#include "base/stats.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr Setting kIncrements{"size", {"additions in all", "прибавлений всего"}, ""};

const Case kSplit{"split", {"unprotected", "без защиты"}, ""};

struct Remedy {
  Case of;
  const char* mode;   // counter_mode
  BothTexts with_it;  // begins its sentences
};
const Remedy kRemedies[] = {
    {{"mutex", {"mutex", "мьютекс"}, ""}, "mutex", {"With a mutex", "С мьютексом"}},
    {{"atomic", {"atomic", "атомарно"}, ""}, "atomic", {"With atomic additions", "С атомарным прибавлением"}},
    {{"own", {"own counters", "свои счётчики"}, ""},
     "local",
     {"With a counter for each thread", "Со счётчиком у каждого потока"}},
};

nlohmann::json defaults() {
  return {{"model", "threads"}, {"workload", "counter"}, {"tasks", 16}, {"size", 8'000'000}, {"workers", 4}};
}

std::vector<Configured> cases() {
  std::vector<Configured> all = {
      {.of = kSplit, .options = {{"counter_mode", "split"}}, .settings = {kIncrements, kWorkers}}};
  for (const Remedy& remedy : kRemedies) all.push_back({remedy.of, {{"counter_mode", remedy.mode}}});
  return all;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const Status status = co_await measure_cases(lab, base(lab, defaults()), cases(), out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

/// Were the threads there together at all? Each starts later than the one before it.
bool met(const Claim& claim) {
  const auto wall = median(values(claim.series(kSplit, kWallMs)));
  const auto startup = median(values(claim.series(kSplit, kStartupMs)));
  return !wall || !startup || *wall >= 2 * *startup;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double workers = claim.setting(kWorkers), increments = std::max(claim.setting(kIncrements), 1.0);
  claim.needs(workers >= 2, {"One thread alone has no rival: set workers to 2 or more.",
                             "Одному потоку не с кем соперничать: задайте не меньше двух исполнителей."});
  const double percent_of_one = 100 / increments;
  const Series& lost = claim.series(kSplit, kLost);
  const auto share = claim.of(scaled(lost, percent_of_one));
  claim.needs(!share || share->high > 0 || met(claim),
              {"The first threads had nearly ended when the last one began: raise size, or close other programs.",
               "Первые потоки почти закончили работу, когда начал последний: увеличьте размер или закройте "
               "другие программы."});
  const BothTexts all = counted(increments, {"addition", "additions", "прибавления", "прибавлений", "прибавлений"});
  claim.require(
      {.id = "split-loses",
       .label = {"lost without protection", "потеряно без защиты"},
       .value = share,
       .unit = "%",
       .test = at_least(percent_of_one, percent_of_one),
       .yes = both("Without protection most repeats lost updates: {} of {}.",
                   "Без защиты обновления терялись в большинстве повторов: {} от {}.", quantity(share, "%"), all),
       .no = both("Without protection most repeats lost not one update of {}: the threads did not meet.",
                  "Без защиты в большинстве повторов не потеряно ни одного обновления от {}: потоки не столкнулись.",
                  all)});
  const std::vector<double> results = values(lost);
  const auto different = static_cast<double>(std::set(results.begin(), results.end()).size());
  // Where nothing was lost at all, that is said already.
  const bool enough =
      results.size() >= measured.plan.fewest() && std::ranges::any_of(results, [](double one) { return one != 0; });
  claim.require({.id = "results-differ",
                 .label = {"different results", "разных результатов"},
                 .value = enough ? std::optional(exactly(different)) : std::nullopt,
                 .test = at_least(2, 2),
                 .yes = both("{} repeats gave {}.", "Повторов: {}, и они дали {}.", number(double(results.size())),
                             counted(different, {"different result", "different results", "разный результат",
                                                 "разных результата", "разных результатов"})),
                 .no = {"All repeats gave one and the same result: it can be foretold.",
                        "Все повторы дали один и тот же результат: он предсказуем."},
                 .timed = false});
  for (const auto& [of, mode, with_it] : kRemedies) {
    const auto by_it = extremes(claim.series(of, kLost));
    claim.require({.id = of.id,
                   .label = both("lost, {}", "потеряно, {}", of.label),
                   .value = by_it,
                   .test = always(0),
                   .yes = both("{} no update was lost in any repeat.",
                               "{} ни в одном повторе не потеряно ни одного обновления.", with_it),
                   .no = both("{} updates were lost: {} [least, most] a repeat.",
                              "{} обновления терялись: {} [меньше всего, больше всего] за повтор.", with_it,
                              with_interval(by_it)),
                   .timed = false});
    claim.show({.id = of.id + ".cost",
                .label = both("makespan, {} over unprotected", "общее время, {} к работе без защиты", of.label),
                .value = median(values(ratio(claim.series(of, kWallMs), claim.series(kSplit, kWallMs)))),
                .unit = "×"});
  }
  claim.background(
      {"Between a thread's load and its store another thread can store: that update is then overwritten. How many are "
       "lost depends on how the threads happen to meet.",
       "Между чтением и записью одного потока может успеть записать другой — его обновление будет затёрто. Сколько "
       "обновлений потеряется, зависит от того, как потоки столкнутся."});
  claim.figure(histogram("lost", {"Lost updates, repeat by repeat", "Потерянные обновления по повторам"},
                         {.label = {"lost updates", "потеряно обновлений"}, .unit = "", .log = false, .categories = {}},
                         {"repeats", "повторов"}, results, "threads", kSplit.label, 1));
  const Case shown[] = {kSplit, kRemedies[0].of, kRemedies[1].of, kRemedies[2].of};
  claim.figure(bars(claim, "cost", {"What each way costs", "Сколько стоит каждый способ"}, shown, kWallMs));
  claim.truth("split-loses");
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"tasks", "size", "workers", "spawn_per_task", "repeat"};
constexpr std::string_view kAlike[] = {"mutex atomic own"};  // all are to lose nothing

}  // namespace

const Experiment& race_condition_experiment() {
  static const Experiment experiment{
      .id = "race-condition",
      .section = "threads",
      .title = {"Race condition", "Состояние гонки"},
      .claim = {"Threads that change one global variable without protection give unpredictable results.",
                "Если потоки без защиты изменяют одну глобальную переменную, результат непредсказуем."},
      .about =
          {"Four threads add 1 to one variable: unprotected, under a mutex, atomically, and each to a counter of its "
           "own. Lost updates are counted.",
           "Четыре потока прибавляют единицу к одной переменной: без защиты, под мьютексом, атомарно, а затем каждый — "
           "к своему счётчику. Потерянные обновления подсчитываются."},
      .question = {.kind = PredictionKind::number,
                   .text = {"What percentage of the updates is lost without protection?",
                            "Какой процент обновлений теряется без защиты?"},
                   .unit = "%",
                   .min = 0,
                   .max = 100},
      .config = R"({"workload":"counter","tasks":16,"size":8000000,"workers":4})",
      .reads = kReads,
      .interchangeable = kAlike,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
