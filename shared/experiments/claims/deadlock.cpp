// deadlock: two threads that take two locks in opposite orders block each other; a watchdog finds the cycle, and four
// ways of writing the same program have none.
//
// details: {"threads":["A","B"], "locks":["1","2"], "cycle":[{"thread":"A","holds":"1","waits_for":"2","held_by":"B"}…]
//   (and "waited_ms": how long it had waited when it was found) or null, "victim":"B" or null, "found_after_ms",
//   "remedies":[{"id","name":{en,ru},"wanted","done","deadlocks", "retries","balanced","wall_ms"}…]}
#include <algorithm>

#include "base/stats.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/transfer_ways.hpp"
#include "experiments/probes/transfers.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr std::uint32_t kEach = 8;    // transfers of each thread a round; in opposite order as many meetings
constexpr std::uint32_t kRounds = 4;  // all counts are exact
constexpr double kFoundWithinMs = 1000;

constexpr Metric kDeadlocks{"deadlocks", {"deadlocks", "взаимных блокировок"}, ""};
constexpr Metric kStuck{"stuck", {"transfers that stood still", "застрявших переводов"}, ""};
constexpr Metric kRetries{"retries", {"transfers begun again", "переводов начато заново"}, ""};
constexpr Metric kDone{"done", {"transfers made", "переводов сделано"}, ""};
constexpr Metric kUnbalanced{"unbalanced", {"wrong balances", "неверных остатков"}, ""};
constexpr Metric kSearchMs{"search_ms", {"longest search", "самый долгий поиск"}, "ms"};
constexpr Setting kMeetings{
    "meetings", {"meetings in opposite order a repeat", "встреч во встречном порядке за повтор"}, ""};
constexpr Setting kTransfers{"transfers", {"transfers a repeat", "переводов за повтор"}, ""};

struct Way {
  Case of;
  std::optional<Remedy> by_threads;  // nothing: coroutines
  std::uint32_t workers;
  BothTexts with_it;  // begins its sentences
};
const Way kWays[] = {
    {{"none", {"opposite order", "встречный порядок"}, ""}, Remedy::none, 2, {}},
    {{"ordered", {"one order", "единый порядок"}, ""}, Remedy::ordered, 2, {"With one order", "С единым порядком"}},
    {{"try-lock", {"try-lock", "try-lock с откатом"}, ""}, Remedy::try_lock, 2, {"With try-lock", "С try-lock"}},
    {{"messages", {"messages", "сообщения"}, ""}, Remedy::messages, 3, {"With messages", "С сообщениями"}},
    {{"async", {"async", "асинхронно"}, "async"}, std::nullopt, 1, {"With coroutines", "С корутинами"}},
};
const Case& kOpposite = kWays[0].of;

coro::Task<Result<TransferRun>> run_way(LabContext& lab, const Way& way) {
  Result<TransferRun> run;
  if (way.by_threads) {
    co_await lab.scheduler().blocking([&] { run = run_transfers(*way.by_threads, kEach, lab.cancel()); });
  } else {
    run = co_await transfers_by_coroutines(lab.scheduler(), kEach, lab.cancel());
  }
  co_return run;
}

void note(const Case& of, TransferRun run, std::uint32_t round, Measured& out) {
  const auto add = [&](const Metric& metric, double value) { out.samples.set(of, metric, round, value); };
  add(kWallMs, run.wall_ms);
  add(kDeadlocks, run.deadlocks);
  add(kStuck, run.deadlocks + (run.wanted - run.done));
  add(kDone, run.done);
  add(kRetries, run.retries);
  add(kUnbalanced, run.balanced ? 0 : 1);
  if (run.deadlocks != 0) add(kSearchMs, run.longest_search_ms);
  if (!run.example || out.details.contains("cycle")) return;
  out.details["cycle"] = cycle_json(*run.example);
  out.details["victim"] = thread_letter(run.example->victim);
  out.details["found_after_ms"] = static_cast<double>(run.example->after_ns) / 1e6;
}

json remedies_json(const Measured& measured) {
  json remedies = json::array();
  for (const Way& way : kWays) {
    const auto all = [&](const Metric& metric) {
      double sum = 0;
      for (const double value : values(measured.samples.of(way.of, metric))) sum += value;
      return sum;
    };
    const auto wall = median(values(measured.samples.of(way.of, kWallMs)));
    remedies.push_back({{"id", way.of.id},
                        {"name", to_json(way.of.label)},
                        {"wanted", 2.0 * kEach * measured.plan.rounds},
                        {"done", all(kDone)},
                        {"deadlocks", all(kDeadlocks)},
                        {"retries", all(kRetries)},
                        {"balanced", all(kUnbalanced) == 0},
                        {"wall_ms", wall ? json(*wall) : json(nullptr)}});
  }
  return remedies;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  for (Rounds rounds(lab, out, kRounds); rounds.next();) {
    for (std::size_t i = 0; i < std::size(kWays); ++i) {
      lab.step(rounds.fraction(i, std::size(kWays)), kWays[i].of.label);
      const auto run = co_await run_way(lab, kWays[i]);
      if (lab.cancel().requested()) co_return fail(kCancelled);
      if (!run) co_return std::unexpected(run.error());
      note(kWays[i].of, *run, rounds.index(), out);
    }
  }
  out.set(kMeetings, kEach);
  out.set(kTransfers, 2 * kEach);
  out.details["threads"] = {"A", "B"};
  out.details["locks"] = {"1", "2"};
  if (!out.details.contains("cycle")) {
    for (const char* key : {"cycle", "victim", "found_after_ms"}) out.details[key] = nullptr;
  }
  out.details["remedies"] = remedies_json(out);
  for (const Way& way : kWays) {
    out.fairness.push_back({.of = way.of.id,
                            .workers = way.workers,
                            .in_flight = 2,
                            .creation = way.by_threads ? "inside" : "none",
                            .start = "cold"});
  }
  co_return out;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double meetings = claim.setting(kMeetings), transfers = claim.setting(kTransfers);
  const auto deadlocks = extremes(claim.series(kOpposite, kDeadlocks));
  const auto search = extremes(claim.series(kOpposite, kSearchMs));
  Series unbalanced = claim.series(kOpposite, kUnbalanced);
  for (const Way& way : kWays) {
    if (way.of.id != kOpposite.id) unbalanced = sum(unbalanced, claim.series(way.of, kUnbalanced));
  }
  const auto wrong = extremes(unbalanced);
  const Holds stood = claim.require(
      {.id = "opposite-deadlocks",
       .label = {"deadlocks found, in opposite order", "найдено взаимных блокировок, встречный порядок"},
       .value = deadlocks,
       .test = always(meetings),
       .yes = both("Whenever each of the two threads held one lock and wanted the other's, both stood still: {} of {} "
                   "times in each repeat.",
                   "Каждый раз, когда каждый из двух потоков держал одну блокировку и хотел другую, оба стояли: {} из "
                   "{} раз в каждом повторе.",
                   number(deadlocks ? deadlocks->median : 0), number(meetings)),
       .no =
           both("Each of the two threads held one lock and wanted the other's {} times in each repeat; a deadlock was "
                "found {} [least, most] times.",
                "Каждый из двух потоков держал одну блокировку и хотел другую: {} раз в каждом повторе; взаимная "
                "блокировка найдена {} [меньше всего, больше всего] раз.",
                number(meetings), with_interval(deadlocks)),
       .timed = false,
       .hue = "threads"});
  claim.require({.id = "found-in-time",
                 .label = {"longest search for a cycle", "самый долгий поиск цикла"},
                 .value = search,
                 .unit = "ms",
                 .test = always_at_most(kFoundWithinMs),
                 .yes = both("The watchdog found each within {} and made one of the attempts fail.",
                             "Сторож нашёл каждую не позже чем через {} и отменил одну из попыток.",
                             quantity(search ? search->high : 0, "ms")),
                 .no = both("The watchdog took up to {} to find one.", "Сторож искал её до {}.",
                            quantity(search ? search->high : 0, "ms"))});
  for (const Way& way : kWays) {
    claim.show(way.of, kWallMs);
    if (way.of.id == kOpposite.id) continue;
    const auto stuck = extremes(claim.series(way.of, kStuck));
    claim.require({.id = way.of.id,
                   .label = both("transfers that stood still, {}", "застрявших переводов, {}", way.of.label),
                   .value = stuck,
                   .test = always(0),
                   .yes = both("{} all {} were made in each repeat; none stood still.",
                               "{} в каждом повторе сделаны все {}, ни один не застрял.", way.with_it,
                               counted(transfers, {"transfer", "transfers", "перевод", "перевода", "переводов"})),
                   .no = both("{} transfers stood still: {} [least, most] of {} a repeat.",
                              "{} переводы застревали: {} [меньше всего, больше всего] из {} за повтор.", way.with_it,
                              with_interval(stuck), number(transfers)),
                   .timed = false,
                   .hue = way.of.hue});
  }
  claim.require({.id = "balanced",
                 .label = {"wrong balances at the end, over all ways", "неверных остатков в конце, по всем способам"},
                 .value = wrong,
                 .test = always(0),
                 .yes = {"The balance was right at the end of each.", "В конце каждого остаток верен."},
                 .no = both("The balance was wrong at the end: {} [least, most] times a repeat.",
                            "Остаток в конце оказывался неверным: {} [меньше всего, больше всего] раз за повтор.",
                            with_interval(wrong)),
                 .timed = false});
  claim.show(kWays[2].of, kRetries);
  claim.background(
      {"Each thread held the lock that the other waited for: without the watchdog both would wait for ever. Held by a "
       "gate, they meet like that every time; left to themselves, only sometimes. A cycle cannot form when all lock in "
       "one order, when nobody waits while holding, or when one owner does the work.",
       "Каждый поток держал блокировку, которую ждал другой: без сторожа оба ждали бы вечно. Здесь их сводит заслонка, "
       "поэтому так выходит каждый раз; сами по себе потоки встречаются так лишь иногда. Цикл не может возникнуть, "
       "если "
       "все блокируют в одном порядке, если никто не ждёт, удерживая, или если данными владеет один поток."});
  std::vector<Case> shown;
  for (const Way& way : kWays) shown.push_back(way.of);
  claim.figure(bars(claim, "deadlocks", {"Deadlocks", "Взаимные блокировки"}, shown, kDeadlocks));
  claim.figure(bars(claim, "time", {"Time of the same transfers", "Время тех же переводов"}, shown, kWallMs));
  // Who does not stand still goes on, rightly or not.
  claim.truth("opposite-deadlocks", stood == Holds::yes ? "deadlock" : wrong && wrong->high > 0 ? "wrong" : "slow");
  return std::move(claim).conclude();
}

constexpr std::string_view kSubject[] = {"workers", "creation"};
constexpr std::string_view kAlike[] = {"ordered try-lock messages async"};  // none of them may stand still

}  // namespace

const Experiment& deadlock_experiment() {
  static const Experiment experiment{
      .id = "deadlock",
      .section = "threads",
      .title = {"Deadlock", "Взаимная блокировка"},
      .origin = Origin::beyond,
      .claim = {"Two threads that take two locks in opposite orders can wait for each other for ever.",
                "Два потока, берущие две блокировки во встречном порядке, могут ждать друг друга вечно."},
      .about =
          {"Two threads move money between two accounts, each under its own lock, and are made to meet. A watchdog "
           "looks for a cycle of waits and ends it. Then the same with one order, try-lock, messages, and "
           "coroutines.",
           "Два потока переводят деньги между двумя счетами, каждый под своей блокировкой, и их заставляют "
           "столкнуться. Сторож ищет цикл ожиданий и разрывает его. Затем то же с единым порядком, try-lock, "
           "сообщениями и корутинами."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"What happens when both hold one lock and want the other's?",
                            "Что произойдёт, когда каждый держит одну блокировку и хочет вторую?"},
                   .options = {{"slow", {"Both go on, more slowly", "Оба продолжат, но медленнее"}},
                               {"wrong",
                                {"Both go on, and the balance is wrong", "Оба продолжат, остаток будет неверным"}},
                               {"deadlock", {"Both stand still for ever", "Оба остановятся навсегда"}}}},
      .config = R"({"workload":"counter","tasks":16,"size":100000,"workers":2,"counter_mode":"mutex"})",
      .reads = kOnlyRepeats,
      .subject = kSubject,
      .interchangeable = kAlike,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
