// await-order: a coroutine resumes where it awaited, when its time has come, and nothing runs between its awaits.
#include <algorithm>

#include "experiments/experiment.hpp"
#include "experiments/probes/await_round.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

const Case kLoop{"loop", {"the event loop", "цикл событий"}, "async"};
Case coroutine(const Awaiting& one) { return {one.name, {one.name, one.name}, "async"}; }
std::vector<Case> coroutines() {
  std::vector<Case> out;
  for (const Awaiting& one : kAwaiting) out.push_back(coroutine(one));
  return out;
}

constexpr Metric kResumptions{"resumptions", {"resumptions", "продолжений"}, ""};
constexpr Metric kOutOfTurn{"out_of_turn", {"resumed out of turn", "продолжились вне очереди"}, ""};
constexpr Metric kMisplaced{"misplaced", {"resumed elsewhere than awaited", "продолжились не там, где ждали"}, ""};
constexpr Metric kIntrusions{
    "intrusions", {"another ran between two awaits", "другая выполнялась между двумя await"}, ""};
constexpr Metric kUnordered{
    "unordered", {"timers fired before an earlier one", "таймеры сработали раньше более раннего"}, ""};
constexpr Metric kMeanwhile{"meanwhile", {"computations while another awaited", "вычислений, пока другая ждала"}, ""};
constexpr Metric kSlept{"slept_ms", {"from its await until it went on", "от await до продолжения"}, "ms"};
constexpr Metric kPlace{"place", {"place in the order of going on", "место в порядке продолжения"}, ""};

/// Three begin, and go on twice.
constexpr std::uint32_t kAllResumptions = 3 * kAwaiting.size();
constexpr std::uint32_t kRounds = 7;

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  out.details = await_details();
  out.fairness.push_back({.of = kLoop.id, .workers = 1, .in_flight = kAwaiting.size()});
  for (Rounds rounds(lab, out, kRounds); rounds.next();) {
    lab.step(rounds.fraction(0, 1), {"three coroutines", "три корутины"});
    AwaitRound round = co_await run_await_round(lab.scheduler(), rounds.index() == 0);
    if (lab.cancel().requested()) co_return fail(kCancelled);
    if (rounds.index() == 0) out.details["steps"] = std::move(round.steps);
    const auto set = [&](const Case& of, const Metric& metric, double value) {
      out.samples.set(of, metric, rounds.index(), value);
    };
    set(kLoop, kResumptions, round.resumptions);
    set(kLoop, kMeanwhile, round.meanwhile);
    for (std::size_t i = 0; i < kAwaiting.size(); ++i) {
      set(coroutine(kAwaiting[i]), kSlept, round.sleeps[i].slept_ms);
      set(coroutine(kAwaiting[i]), kPlace, round.sleeps[i].place);
    }
    if (round.resumptions != kAllResumptions) continue;  // not all was seen: that nothing was wrong says nothing
    set(kLoop, kOutOfTurn, round.out_of_turn);
    set(kLoop, kMisplaced, round.misplaced);
    set(kLoop, kIntrusions, round.intrusions);
    set(kLoop, kUnordered, round.unordered);
  }
  co_return out;
}

/// The coroutines in the order in which they went on.
std::vector<std::string> order(const Claim& claim) {
  std::vector<std::pair<double, std::string>> places;
  for (const Case& one : coroutines()) {
    if (const auto place = extremes(claim.series(one, kPlace))) places.emplace_back(place->median, one.id);
  }
  std::ranges::sort(places);
  std::vector<std::string> out;
  for (auto& [place, name] : places) out.push_back(std::move(name));
  return out;
}

/// How long each slept of what it had asked for; the least of the three in each round.
Series least_share_slept(const Claim& claim) {
  Series least;
  for (const Awaiting& one : kAwaiting) {
    const Series share = scaled(claim.series(coroutine(one), kSlept), 1 / one.wait_ms);
    if (least.empty()) least = share;
    for (std::size_t round = 0; round < std::min(share.size(), least.size()); ++round) {
      least[round] =
          share[round] && least[round] ? std::optional(std::min(*share[round], *least[round])) : std::nullopt;
    }
  }
  return least;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const auto never = [&](const char* id, const Metric& metric, BothTexts yes, BothTexts no) {
    claim.require({.id = id,
                   .label = metric.label.texts(),
                   .value = extremes(claim.series(kLoop, metric)),
                   .test = always(0),
                   .yes = std::move(yes),
                   .no = std::move(no),
                   .timed = false});
  };
  const auto most = [&](const Metric& metric) {
    const auto value = extremes(claim.series(kLoop, metric));
    return number(value ? value->high : 0);
  };
  never("fifo", kOutOfTurn,
        both("The ready queue is first in, first out: none of the {} resumptions of a round was out of turn.",
             "Очередь готовых — «первым пришёл, первым вышел»: из {} продолжений за проход ни одного вне очереди.",
             kAllResumptions),
        both("The ready queue is not first in, first out: up to {} of the resumptions of a round were out of turn.",
             "Очередь готовых не «первым пришёл, первым вышел»: вне очереди до {} продолжений за проход.",
             most(kOutOfTurn)));
  never("same-place", kMisplaced,
        {"Each coroutine went on at the line after its await, every time.",
         "Каждая корутина всегда продолжалась со строки после своего await."},
        both("Up to {} times a round a coroutine went on elsewhere than it had awaited.",
             "До {} раз за проход корутина продолжалась не там, где ждала.", most(kMisplaced)));
  never("undisturbed", kIntrusions,
        {"Between two awaits of one nothing of another ran.",
         "Между двумя await одной корутины ничего из другой не выполнялось."},
        both("Up to {} times a round something of another ran between two awaits of one.",
             "До {} раз за проход между двумя await одной корутины выполнялась другая.", most(kIntrusions)));
  const auto meanwhile = extremes(claim.series(kLoop, kMeanwhile));
  claim.require({.id = "meanwhile",
                 .label = kMeanwhile.label.texts(),
                 .value = meanwhile,
                 .test = always_at_least(1),
                 .yes = both("While one awaits, another computes: seen at least {} times in each round.",
                             "Пока одна ждёт, другая считает: не менее {} раз за каждый проход.",
                             number(meanwhile ? meanwhile->low : 0)),
                 .no = {"In some round nobody computed while another one awaited.",
                        "В каком-то проходе никто не считал, пока другая ждала."},
                 .timed = false});
  const std::vector<std::string> names = order(claim);
  const BothTexts shown = both("{}", "{}", fmt::format("{}", fmt::join(names, ", ")));
  never("timers", kUnordered,
        both("Timers fired in the order in which they were due; the coroutines went on in the order {}.",
             "Таймеры срабатывали в порядке своих сроков; корутины продолжались в порядке {}.", shown),
        both("Up to {} timers a round fired before one that was due earlier.",
             "До {} таймеров за проход сработали раньше более раннего.", most(kUnordered)));
  const auto slept = extremes(least_share_slept(claim));
  claim.require(
      {.id = "not-early",
       .label = {"the least share slept of what was asked for", "наименьшая доля запрошенного ожидания"},
       .value = slept,
       .unit = "×",
       .test = always_at_least(1),
       .yes = {"None went on before its time had come.", "Ни одна не продолжилась раньше срока."},
       .no = both("One went on before its time: after {} of its wait.",
                  "Одна продолжилась раньше срока: после {} своего ожидания.", number(slept ? slept->low : 0)),
       .timed = false});
  for (const Case& one : coroutines()) claim.show(one, kSlept);
  claim.background(
      {"An await gives the loop back; the loop resumes who is ready, at the line after its await: in the "
       "order in which timers were due, not in that of creation. The code is shown in Python; what runs "
       "is the same in C++.",
       "await отдаёт управление циклу событий; цикл продолжает готовую корутину со строки после её await "
       "— по срокам таймеров, а не в порядке создания. Код показан на Python; выполняется такой же на "
       "C++."});
  if (names.size() == kAwaiting.size()) claim.truth("timers", names);
  return std::move(claim).conclude();
}

}  // namespace

const Experiment& await_order_experiment() {
  static const Experiment experiment{
      .id = "await-order",
      .section = "asynchrony",
      .title = {"The order of await", "Порядок await"},
      .claim = {"A coroutine is suspended at its await, and resumed there once what it waited for has come.",
                "Корутина приостанавливается на своём await и продолжается с того же места, когда дождалась."},
      .about =
          {"Three coroutines on one event loop, recorded event by event: play it, step through it, and look at the "
           "ready queue and the timers.",
           "Три корутины в одном цикле событий, записанные событие за событием: проиграйте запись, пройдите её по "
           "шагам и следите за очередью готовых и таймерами."},
      .question = {.kind = PredictionKind::rank,
                   .text = {"A waits 60 ms, B 10, C 30. In which order do they go on after the wait?",
                            "A ждёт 60 мс, B — 10, C — 30. В каком порядке они продолжат работу после ожидания?"},
                   .options = {{"A", {"A: 60 ms", "A: 60 мс"}},
                               {"B", {"B: 10 ms", "B: 10 мс"}},
                               {"C", {"C: 30 ms", "C: 30 мс"}}}},
      .config = R"({"workload":"sleep","tasks":3,"wait_ms":60})",
      .reads = kOnlyRepeats,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
