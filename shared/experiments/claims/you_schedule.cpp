// you-schedule: two real threads held before each load, add and store; every order of their steps is run, and the order
// alone decides whether an update is lost.
//
// Own options: "schedule", a text of A and B, at most three of each ("ABBA"): run for real too. "live": true lets a
// person choose its steps (probes/held_schedule.hpp).
// details: {"operations":["load","add","store"], "start":0,
//   "interleavings":[{"schedule":"AAABBB","final":2,"lost":0}…] (20 of them),
//   "rounds":n (times each was run),
//   "distribution":{"1":18,"2":2} of the interleavings' final values, "free":{"rounds":n,"finals":{"2":n…}},
//   "schedule": schedule_json() of the chosen one}
#include <algorithm>
#include <map>

#include "base/stats.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/held_schedule.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr std::uint32_t kFreeRounds = 20'000;
constexpr std::uint32_t kRepeats = 3;
constexpr std::string_view kOwn[] = {"schedule", "live"};

constexpr Metric kFinal{"final", {"final value", "итоговое значение"}, ""};
constexpr Metric kFreeRuns{"free_rounds", {"rounds", "проходов"}, ""};
constexpr Metric kFreeLost{"free_rounds_that_lost", {"rounds that lost an update", "проходов с потерей"}, ""};
const Case kFree{"free", {"running free", "свободный ход"}, "threads"};

Case order_case(const std::string& order) { return {order, {order, order}, ""}; }

/// Where it may block.
Status run_orders(const CancelToken& cancel, std::uint32_t round, Measured& out) {
  for (const std::string& order : all_interleavings()) {
    const auto states = run_schedule(order, cancel);
    if (!states) return std::unexpected(states.error());
    out.samples.set(order_case(order), kFinal, round, static_cast<double>(states->back().shared));
  }
  return {};
}

Status run_freely(const CancelToken& cancel, Measured& out) {
  const auto free = run_free(kFreeRounds, cancel);
  if (!free) return std::unexpected(free.error());
  double rounds = 0, lost = 0;
  json finals = json::object();
  for (const auto& [value, count] : *free) {
    finals[std::to_string(value)] = count;
    rounds += static_cast<double>(count);
    if (value < 2) lost += static_cast<double>(count);
  }
  out.samples.set(kFree, kFreeRuns, 0, rounds);
  out.samples.set(kFree, kFreeLost, 0, lost);
  out.details["free"] = {{"rounds", rounds}, {"finals", std::move(finals)}};
  return {};
}

void tell_orders(Measured& out) {
  std::map<std::string, int> distribution;
  json list = json::array();
  for (const std::string& order : all_interleavings()) {
    const auto final = static_cast<int>(values(out.samples.of(order_case(order), kFinal)).back());
    list.push_back({{"schedule", order}, {"final", final}, {"lost", 2 - final}});
    ++distribution[std::to_string(final)];
  }
  out.details["operations"] = kIncrementSteps;
  out.details["start"] = 0;
  out.details["interleavings"] = std::move(list);
  out.details["distribution"] = distribution;
  out.details["rounds"] = out.plan.rounds;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const json& options = lab.options();
  std::string wanted;
  if (options.contains("schedule")) {
    if (!options["schedule"].is_string()) co_return fail("schedule must be a text such as \"ABBA\"", "schedule");
    wanted = options["schedule"].get<std::string>();
  }
  if (Status fine = check_schedule(wanted); !fine) co_return std::unexpected(fine.error());
  if (options.contains("live") && !options["live"].is_boolean()) co_return fail("live must be true or false", "live");
  Result<std::vector<IncrementState>> chosen;
  if (options.value("live", false)) {
    lab.step(0, {"the threads wait for you", "потоки ждут вас"});
    chosen = co_await schedule_by_hand(lab, wanted);
  } else {
    co_await lab.scheduler().blocking([&] { chosen = run_schedule(wanted, lab.cancel()); });
  }
  if (!chosen) co_return std::unexpected(chosen.error());
  out.details["schedule"] = schedule_json(wanted, *chosen);
  Status status;
  for (Rounds rounds(lab, out, kRepeats); status && rounds.next();) {
    lab.step(rounds.fraction(0, 1), {"all orders of the steps", "все порядки шагов"});
    co_await lab.scheduler().blocking([&] { status = run_orders(lab.cancel(), rounds.index(), out); });
  }
  if (status) co_await lab.scheduler().blocking([&] { status = run_freely(lab.cancel(), out); });
  if (lab.cancel().requested()) co_return fail(kCancelled);
  if (!status) co_return std::unexpected(status.error());
  tell_orders(out);
  for (const std::string& order : all_interleavings()) {
    out.fairness.push_back({.of = order, .workers = 2, .in_flight = 2, .creation = "outside", .start = "cold"});
  }
  out.fairness.push_back({.of = kFree.id, .workers = 2, .in_flight = 2, .creation = "outside", .start = "cold"});
  co_return out;
}

/// What all orders gave, round by round.
struct Orders {
  Series losing;       ///< How many lost an update; a round that lacks an order has none.
  Series unlike;       ///< How many did not give what the order of their steps says.
  double varying = 0;  ///< How many gave different results when repeated.
};

/// An update is lost unless one thread had made all of its steps before the other began.
bool must_lose(const std::string& order) { return order != "AAABBB" && order != "BBBAAA"; }

Orders orders_of(const Claim& claim) {
  Orders out;
  const std::vector<std::string> all = all_interleavings();
  std::size_t rounds = Samples::kMostRounds;
  for (const std::string& order : all) {
    const Series& finals = claim.series(order_case(order), kFinal);
    rounds = std::min(rounds, finals.size());
    const auto seen = extremes(finals);
    if (seen && seen->low != seen->high) ++out.varying;
  }
  for (std::size_t round = 0; round < rounds; ++round) {
    double losing = 0, unlike = 0;
    bool whole = true;
    for (const std::string& order : all) {
      const auto& final = claim.series(order_case(order), kFinal)[round];
      whole = whole && final.has_value();
      const bool lost = final && *final < 2;
      losing += lost ? 1 : 0;
      unlike += lost != must_lose(order) ? 1 : 0;
    }
    out.losing.push_back(whole ? std::optional(losing) : std::nullopt);
    out.unlike.push_back(whole ? std::optional(unlike) : std::nullopt);
  }
  return out;
}

Figure distribution_bars(double losing, std::optional<double> free_losing) {
  Figure figure;
  figure.id = "finals";
  figure.kind = FigureKind::bars;
  figure.title = {"Final value: all orders, and running free", "Итоговое значение: все порядки и свободный ход"};
  figure.y = {.label = {"share", "доля"}, .unit = "%", .log = false, .categories = {}};
  figure.x.categories = {{"1 (one update lost)", "1 (одно обновление потеряно)"}, {"2 (correct)", "2 (верно)"}};
  const auto add = [&](FigureSeries series, double lost_percent) {
    series.points = {{.x = 0, .y = lost_percent, .low = {}, .high = {}},
                     {.x = 1, .y = 100 - lost_percent, .low = {}, .high = {}}};
    figure.series.push_back(std::move(series));
  };
  add(series({"orders", {"of all orders", "из всех порядков"}, ""}), 100 * losing / double(all_interleavings().size()));
  if (free_losing) add(series(kFree), *free_losing);
  return figure;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const Orders orders = orders_of(claim);
  const auto losing = extremes(orders.losing), unlike = extremes(orders.unlike);
  const bool repeated = orders.losing.size() >= 2;
  claim.needs(measured.plan.rounds >= 2, {"Whether an order gives the same again is seen only when it is repeated: set "
                                          "repeat to 2 or more.",
                                          "Повторяется ли результат порядка, видно лишь при повторе: задайте не меньше "
                                          "двух повторов."});
  claim.require(
      {.id = "most-orders-lose",
       .label = {"orders that lose an update, of 20", "порядков, теряющих обновление, из 20"},
       .value = losing,
       .test = always(18),
       .yes = {"18 of the 20 orders of load, add and store, run on two real threads, lose an update.",
               "Из 20 порядков шагов «чтение, сложение, запись», выполненных на двух настоящих потоках, 18 "
               "теряют обновление."},
       .no = both("Not 18 but {} [least, most] of the 20 orders lost an update.",
                  "Обновление теряют не 18 из 20 порядков, а {} [меньше всего, больше всего].", with_interval(losing)),
       .timed = false});
  claim.require(
      {.id = "order-tells",
       .label = {"orders that did not do what their steps say", "порядков, не сделавших того, что говорят их шаги"},
       .value = unlike,
       .test = always(0),
       .yes = {"Those that lose none are the two in which one thread ends before the other begins.",
               "Не теряют его те два, в которых один поток заканчивает раньше, чем начинает другой."},
       .no = both("{} [least, most] of the orders did not do what the order of their steps says.",
                  "Порядков, сделавших не то, что говорит порядок их шагов: {} [меньше всего, больше всего].",
                  with_interval(unlike)),
       .timed = false});
  claim.require(
      {.id = "repeats-agree",
       .label = {"orders with different results when repeated", "порядков с разным результатом при повторе"},
       .value = repeated ? std::optional(exactly(orders.varying)) : std::nullopt,
       .test = always(0),
       .yes = {"Repeated, each order gives the same again.", "При повторе каждый порядок даёт то же самое."},
       .no = both("Repeated, {} of the orders gave different results: the order did not decide alone.",
                  "При повторе разный результат дали порядков: {} — решал не только порядок.", number(orders.varying)),
       .timed = false});
  const auto runs = median(values(claim.series(kFree, kFreeRuns)));
  const auto lost = median(values(claim.series(kFree, kFreeLost)));
  std::optional<double> free_losing;
  if (runs && lost && *runs > 0) free_losing = 100 * *lost / *runs;
  claim.show({.id = "free-loses",
              .label = {"running free: rounds that lost an update", "свободный ход: проходов с потерей"},
              .value = free_losing,
              .unit = "%",
              .hue = kFree.hue});
  claim.background(
      {"The order alone decides: an update is lost whenever both threads load before either has stored. A free run "
       "seldom meets such an order, which is why these bugs hide from tests.",
       "Решает только порядок: обновление теряется, когда оба потока прочли значение раньше, чем хоть один записал. "
       "При свободном ходе такой порядок редок — поэтому такие ошибки и прячутся от тестов."});
  if (losing) claim.figure(distribution_bars(losing->median, free_losing));
  claim.truth("most-orders-lose");
  return std::move(claim).conclude();
}

// Which of the losing orders is which does not matter to the claim, nor which of the two that lose nothing.
constexpr std::string_view kAlike[] = {
    "AABABB AABBAB AABBBA ABAABB ABABAB ABABBA ABBAAB ABBABA ABBBAA BAAABB BAABAB BAABBA BABAAB BABABA BABBAA BBAAAB "
    "BBAABA BBABAA",
    "AAABBB BBBAAA"};

}  // namespace

const Experiment& you_schedule_experiment() {
  static const Experiment experiment{
      .id = "you-schedule",
      .section = "threads",
      .title = {"You are the scheduler", "Вы — планировщик"},
      .origin = Origin::beyond,
      .claim = {"Whether an update is lost is decided by the order of the threads' steps alone.",
                "Потеряется ли обновление, решает только порядок шагов потоков."},
      .about =
          {"Two real threads each add 1 in three steps: load, add, store. Each step waits for you. Find an order that "
           "loses an update; then see all twenty.",
           "Два настоящих потока прибавляют по единице в три шага: чтение, сложение, запись. Каждый шаг ждёт вас. "
           "Найдите порядок, теряющий обновление, а затем посмотрите все двадцать."},
      .question = {.kind = PredictionKind::number,
                   .text = {"There are 20 orders of the six steps. How many lose an update?",
                            "Шесть шагов можно выполнить в 20 порядках. Сколько из них теряют обновление?"},
                   .min = 0,
                   .max = 20},
      .config = R"({"workload":"counter","tasks":2,"size":100000,"workers":2,"counter_mode":"split"})",
      .reads = kOnlyRepeats,
      .own_options = kOwn,
      .interchangeable = kAlike,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
