// you-schedule: two real threads held before each load, add and store; every order of their steps is run, and the order
// alone decides whether an update is lost.
//
// Own options: "schedule", a text of A and B, at most three of each ("ABBA"): run for real too. "live": true holds the
// threads after it and asks who goes next ({"schedule": as in details}), until it is told that it is done: {"do": "A",
// "B", "undo", "reset" or "done"}. A step cannot be taken back: undo and reset begin with new threads, which make the
// steps before anew.
// details: {"operations":["load","add","store"], "start":0,
//   "interleavings":[{"schedule":"AAABBB","final":2,"lost":0}…] (20 of them),
//   "rounds":n (times each was run),
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
constexpr std::string_view kOwn[] = {"schedule", "live"};

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
  std::optional<std::vector<IncrementState>> live;  // the states of `wanted`, when it was made by hand
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
  Result<std::vector<IncrementState>> chosen =
      plan.live ? Result<std::vector<IncrementState>>(std::move(*plan.live)) : run_schedule(plan.wanted, cancel);
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
  details["rounds"] = plan.rounds;
  details["free"] = {{"rounds", rounds}, {"finals", std::move(finals)}};
}

/// Two threads that are held while a person thinks.
struct Live {
  std::unique_ptr<HeldIncrements> held;
  std::string text;  // the steps that they have made
  std::vector<IncrementState> states;

  /// Until they have made `wanted`. Where it may block.
  Status follow(std::string_view wanted) {
    if (!held || !wanted.starts_with(text)) {
      held.reset();
      text.clear();
      states.clear();
      auto started = HeldIncrements::start();
      if (!started) return std::unexpected(started.error());
      held = std::move(*started);
    }
    for (const char thread : wanted.substr(text.size())) {
      const auto state = held->step(thread);
      if (!state) return std::unexpected(state.error());
      states.push_back(*state);
      text += thread;
    }
    return {};
  }
};

/// `wanted` after what a person does; what is none of the answers changes nothing.
std::string after_answer(std::string wanted, const json& answer) {
  const std::string what = answer.is_object() && answer.contains("do") && answer["do"].is_string()
                               ? answer["do"].get<std::string>()
                               : std::string();
  if ((what == "A" || what == "B") && check_schedule(wanted + what)) return wanted + what;
  if (what == "undo" && !wanted.empty()) wanted.pop_back();
  if (what == "reset") wanted.clear();
  return wanted;
}

coro::Task<Status> run_live(LabContext& lab, Plan& plan) {
  Live live;
  Status status;
  for (bool done = false; status && !done;) {
    co_await lab.scheduler().blocking([&] { status = live.follow(plan.wanted); });
    if (!status) break;
    json state = {{"schedule", schedule_json(live.text, live.states)}};
    auto answer = co_await lab.ask(std::move(state));
    if (!answer) {
      status = std::unexpected(answer.error());
    } else {
      done = answer->is_object() && answer->value("do", json()) == "done";
      plan.wanted = after_answer(plan.wanted, *answer);
    }
  }
  // They are waited for, where that may be.
  co_await lab.scheduler().blocking([&] { live.held.reset(); });
  plan.live = std::move(live.states);
  co_return status;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Plan plan;
  const json& options = lab.options();
  if (options.contains("schedule")) {
    if (!options["schedule"].is_string()) co_return fail("schedule must be a text such as \"ABBA\"", "schedule");
    plan.wanted = options["schedule"].get<std::string>();
  }
  if (Status fine = check_schedule(plan.wanted); !fine) co_return std::unexpected(fine.error());
  if (options.contains("live") && !options["live"].is_boolean()) co_return fail("live must be true or false", "live");
  if (options.value("live", false)) {
    lab.step(0, {"the threads wait for you", "потоки ждут вас"});
    if (Status made = co_await run_live(lab, plan); !made) co_return std::unexpected(made.error());
  }
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
      .config = R"({"workload":"counter","tasks":2,"size":100000,"workers":2,"counter_mode":"split","repeat":3})",
      .reads = kOnlyRepeats,
      .own_options = kOwn,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
