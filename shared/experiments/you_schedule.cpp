// you-schedule: two real threads held before each load, add and store; every order of their steps is run, and the order
// alone decides whether an update is lost.
//
// Own option: "schedule", a text of A and B, at most three of each ("ABBA"): run for real too.
// details: {"operations":["load","add","store"], "start":0,
//   "interleavings":[{"schedule":"AAABBB","final":2,"lost":0}…] (20 of them),
//   "distribution":{"1":18,"2":2} of the interleavings' final values, "free":{"rounds":n,"finals":{"2":n…}},
//   "schedule":{"text":"AB","complete":false,"final":null or n,"next":["A","B"],
//     "states":[{"thread":"A","operation":"load","shared":0,"A":{"register":0 or null,"done":1},"B":{…}}…]}}
//   states has one entry a step made; before the first step everything is at the start.
#include <algorithm>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"
#include "models/interleavings.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr std::uint32_t kFreeRounds = 20'000;
constexpr std::string_view kOwn[] = {"schedule"};

json thread_json(const IncrementState& state, int thread) {
  const int made = state.made[thread];
  return {{"register", made == 0 ? json(nullptr) : json(state.registers[thread])}, {"done", made}};
}

json schedule_json(std::string_view text, const std::vector<IncrementState>& states) {
  json list = json::array();
  for (const IncrementState& state : states) {
    list.push_back({{"thread", std::string(1, state.thread)},
                    {"operation", kIncrementSteps[state.step]},
                    {"shared", state.shared},
                    {"A", thread_json(state, 0)},
                    {"B", thread_json(state, 1)}});
  }
  json next = json::array();
  for (const char thread : {'A', 'B'}) {
    if (std::ranges::count(text, thread) < 3) next.push_back(std::string(1, thread));
  }
  const bool complete = next.empty();
  return {{"text", text},
          {"complete", complete},
          {"final", complete ? json(states.back().shared) : json(nullptr)},
          {"next", std::move(next)},
          {"states", std::move(list)}};
}

struct Plan {
  std::string wanted;
  std::uint32_t rounds = 0;
  Status status;
  Measured out;
};

// Where it may block.
void run_all(Plan& plan, const CancelToken& cancel) {
  json& details = plan.out.details;
  details["operations"] = kIncrementSteps;
  details["start"] = 0;
  details["interleavings"] = json::array();
  std::map<std::string, int> distribution;
  auto chosen = run_schedule(plan.wanted, cancel);
  if (!chosen) {
    plan.status = std::unexpected(chosen.error());
    return;
  }
  details["schedule"] = schedule_json(plan.wanted, *chosen);
  for (const std::string& schedule : all_interleavings()) {
    std::int64_t final = 0;
    for (std::uint32_t round = 0; round < plan.rounds; ++round) {
      const auto states = run_schedule(schedule, cancel);
      if (!states) {
        plan.status = std::unexpected(states.error());
        return;
      }
      final = states->back().shared;
      plan.out.samples["final." + schedule].push_back(static_cast<double>(final));
    }
    details["interleavings"].push_back({{"schedule", schedule}, {"final", final}, {"lost", 2 - final}});
    ++distribution[std::to_string(final)];
  }
  details["distribution"] = distribution;
  const auto free = run_free(kFreeRounds, cancel);
  if (!free) {
    plan.status = std::unexpected(free.error());
    return;
  }
  std::uint64_t rounds = 0;
  json finals = json::object();
  for (const auto& [value, count] : *free) {
    finals[std::to_string(value)] = count;
    plan.out.facts["free." + std::to_string(value)] = static_cast<double>(count);
    rounds += count;
  }
  plan.out.facts["free.rounds"] = static_cast<double>(rounds);
  details["free"] = {{"rounds", rounds}, {"finals", std::move(finals)}};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Plan plan;
  const json& options = lab.options();
  if (options.contains("schedule")) {
    if (!options["schedule"].is_string()) co_return fail("schedule must be a text such as \"ABBA\"", "schedule");
    plan.wanted = options["schedule"].get<std::string>();
  }
  if (Status fine = check_schedule(plan.wanted); !fine) co_return std::unexpected(fine.error());
  plan.rounds = std::clamp(rounds_of(lab, 3), 2U, 20U);
  lab.step(0.1, {"all orders of the steps", "все порядки шагов"});
  co_await lab.scheduler().blocking([&] { run_all(plan, lab.cancel()); });
  if (lab.cancel().requested()) co_return fail(kCancelled);
  if (!plan.status) co_return std::unexpected(plan.status.error());
  co_return std::move(plan.out);
}

Figure distribution_bars(const std::map<double, double>& orders, const Measured& measured) {
  Figure figure;
  figure.id = "finals";
  figure.kind = FigureKind::bars;
  figure.title = {"Final value: all orders, and running free", "Итоговое значение: все порядки и свободный ход"};
  figure.y = {.label = {"share", "доля"}, .unit = "%", .log = false, .categories = {}};
  figure.x.categories = {{"1 (one update lost)", "1 (одно обновление потеряно)"}, {"2 (correct)", "2 (верно)"}};
  FigureSeries all{
      .id = "orders", .name = {"of all orders", "из всех порядков"}, .style = SeriesStyle::measured, .points = {}};
  FigureSeries free{
      .id = "threads", .name = {"running free", "свободный ход"}, .style = SeriesStyle::measured, .points = {}};
  double total = 0;
  for (const auto& [value, count] : orders) total += count;
  const double rounds = fact(measured, "free.rounds");
  for (const double value : {1.0, 2.0}) {
    const auto found = orders.find(value);
    const double count = found == orders.end() ? 0 : found->second;
    if (total != 0) all.points.push_back({.x = value - 1, .y = 100 * count / total, .low = {}, .high = {}});
    const double free_count = fact(measured, fmt::format("free.{:.0f}", value));
    if (rounds != 0) free.points.push_back({.x = value - 1, .y = 100 * free_count / rounds, .low = {}, .high = {}});
  }
  figure.series = {std::move(all), std::move(free)};
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  std::map<double, double> orders;  // final value -> in how many orders
  double unsteady = 0, seen = 0;
  for (const auto& [name, finals] : measured.samples) {
    if (!name.starts_with("final.") || finals.size() < 2) continue;
    ++seen;
    if (std::ranges::adjacent_find(finals, std::ranges::not_equal_to()) != finals.end()) ++unsteady;
    ++orders[finals.back()];
  }
  const auto lose = [](const auto& item) { return item.first < 2 ? item.second : 0.0; };
  double losing = 0;
  for (const auto& item : orders) losing += lose(item);
  const double rounds = fact(measured, "free.rounds");
  const double free_lost = rounds - fact(measured, "free.2");
  finding.numbers["orders"] = seen;
  finding.numbers["orders_that_lose"] = losing;
  finding.numbers["orders_with_varying_result"] = unsteady;
  finding.numbers["free_rounds"] = rounds == 0 ? json(nullptr) : json(rounds);
  finding.numbers["free_rounds_that_lost"] = rounds == 0 ? json(nullptr) : json(free_lost);
  finding.figures = {distribution_bars(orders, measured)};
  finding.truth = losing;
  const bool all = seen == static_cast<double>(all_interleavings().size());
  const bool both_ends = losing > 0 && losing < seen;
  const Tri result = unsteady > 0 || (all && !both_ends) ? Tri::no : all ? Tri::yes : Tri::unclear;
  conclude(
      finding, measured, result,
      both("{} orders of load, add and store were run on two real threads: {} of them lost an update, and {} gave "
           "different results when repeated. Running free, {} of {} rounds lost one.",
           "На двух настоящих потоках выполнено порядков шагов «чтение, сложение, запись»: {}; из них теряют "
           "обновление {}, при повторе дали разный результат {}. При свободном ходе обновление потеряли {} из {} "
           "проходов.",
           seen, losing, unsteady, fmt::format("{:.0f}", free_lost), fmt::format("{:.0f}", rounds)),
      {"The order alone decides: an update is lost whenever both threads load before either has stored. A free run "
       "seldom meets such an order, which is why these bugs hide from tests.",
       "Решает только порядок: обновление теряется, когда оба потока прочли значение раньше, чем хоть один записал. "
       "При свободном ходе такой порядок редок — поэтому такие ошибки и прячутся от тестов."},
      {"The result did not follow from the order of the steps.", "Результат не определялся порядком шагов."}, false);
  return finding;
}

}  // namespace

const Experiment& you_schedule_experiment() {
  static const Experiment experiment{
      .id = "you-schedule",
      .section = "threads",
      .title = {"You are the scheduler", "Вы — планировщик"},
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
      .own_options = kOwn,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
