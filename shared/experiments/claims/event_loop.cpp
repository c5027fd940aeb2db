// event-loop: one loop on one thread runs tasks, callbacks, network requests and a subprocess at once.
//
// details: {"events":[{"t_ms":12.3,"source":"timer"|"network"|"child","thread":id,"text":{en,ru}}…],
//   "makespan_ms", "alone_ms":{"timer":…,"network":…,"child":…}} of the first round; ms since it began.
#include <algorithm>
#include <set>

#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/loop_sources.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

const Case kTogether{"together", {"all at once", "все сразу"}, "async"};
const BothTexts kNames[kLoopSources] = {{"timers", "таймеры"}, {"network", "сеть"}, {"subprocess", "дочерний процесс"}};
Case alone(unsigned source) {
  return {"alone." + std::string(kLoopSourceNames[source]), kNames[source] + BothTexts{" alone", " отдельно"}, ""};
}

constexpr Metric kHandled{"handled", {"events handled", "обработано событий"}, ""};
constexpr Metric kThreadIds{"thread_ids", {"threads that handled them", "потоков обработало их"}, ""};
constexpr Metric kChanges{"changes", {"changes of source", "смен источника"}, ""};
constexpr std::uint32_t kAllEvents = kLoopEvents[kTimer] + kLoopEvents[kNetwork] + kLoopEvents[kChild];
constexpr Setting kSimulated{"simulated", {"the network is simulated", "сеть имитирована"}, ""};

Status needs_all(const Capabilities& host) {
  if (Status processes = needs_processes(host); !processes) return processes;
  if (!host.fetches) return fail("This needs network requests, which are missing here.");
  return {};
}

void add(const LoopEvents& done, std::uint32_t round, Measured& out) {
  std::set<std::int64_t> threads;
  double changes = 0;
  for (std::size_t i = 0; i < done.events.size(); ++i) {
    threads.insert(done.events[i].thread);
    if (i != 0 && done.events[i].source != done.events[i - 1].source) ++changes;
  }
  out.samples.set(kTogether, kHandled, round, static_cast<double>(done.events.size()));
  out.samples.set(kTogether, kThreadIds, round, static_cast<double>(threads.size()));
  out.samples.set(kTogether, kChanges, round, changes);
  if (round != 0) return;
  json events = json::array();
  for (const LoopEvent& event : done.events) {
    events.push_back({{"t_ms", event.t_ms},
                      {"source", kLoopSourceNames[event.source]},
                      {"thread", event.thread},
                      {"text", to_json(event.text)}});
  }
  out.details["events"] = std::move(events);
  out.details["makespan_ms"] = done.wall_ms;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  auto config = LoopSources::config();
  if (!config) co_return std::unexpected(config.error());
  LoopSources sources(lab, std::move(*config));
  const Status opened = co_await sources.open();
  if (!opened) co_return std::unexpected(opened.error());
  out.set(kSimulated, sources.simulated() ? 1 : 0);
  out.fairness.push_back({.of = kTogether.id, .workers = 1, .in_flight = kLoopSources, .creation = "inside"});
  for (unsigned source = 0; source < kLoopSources; ++source) {
    out.fairness.push_back(
        {.of = alone(source).id, .workers = 1, .in_flight = 1, .creation = source == kChild ? "inside" : "none"});
  }
  for (Rounds rounds(lab, out); rounds.next();) {
    co_await look_at_machine(lab, rounds.index(), out);
    constexpr unsigned kSteps = kLoopSources + 1;
    for (unsigned step = 0; step < kSteps; ++step) {
      const unsigned which = rounds.index() % 2 == 0 ? step : kSteps - 1 - step;
      const bool together = which == kLoopSources;
      const Case one = together ? kTogether : alone(which);
      lab.step(rounds.fraction(step, kSteps), one.label);
      const auto done = co_await sources.run(together ? LoopSources::kAll : 1U << which);
      if (!done) co_return std::unexpected(done.error());
      out.samples.set(one, kWallMs, rounds.index(), done->wall_ms);
      if (together) {
        add(*done, rounds.index(), out);
      } else if (rounds.index() == 0) {
        out.details["alone_ms"][std::string(kLoopSourceNames[which])] = done->wall_ms;
      }
    }
  }
  co_return out;
}

/// What the loop had handled of each source, by time: steps that rise in turns.
Figure handled(const json& events) {
  Figure figure = lines("handled", {"Handled by the loop, in its first round", "Обработано циклом в первом повторе"},
                        {.label = {"time", "время"}, .unit = "ms", .log = false, .categories = {}},
                        {.label = {"events", "событий"}, .unit = "", .log = false, .categories = {}});
  for (unsigned source = 0; source < kLoopSources; ++source) {
    FigureSeries one = series({std::string(kLoopSourceNames[source]), kNames[source], ""});
    for (const json& event : events) {
      if (!event.is_object() || event.value("source", json()) != kLoopSourceNames[source]) continue;
      const json t_ms = event.value("t_ms", json());
      if (t_ms.is_number()) add_point(one, t_ms.get<double>(), exactly(static_cast<double>(one.points.size() + 1)));
    }
    if (!one.points.empty()) figure.series.push_back(std::move(one));
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const auto all = extremes(claim.series(kTogether, kHandled));
  const auto threads = extremes(claim.series(kTogether, kThreadIds));
  const auto changes = extremes(claim.series(kTogether, kChanges));
  const auto share =
      claim.of(ratio(claim.series(kTogether, kWallMs),
                     sum(sum(claim.series(alone(kTimer), kWallMs), claim.series(alone(kNetwork), kWallMs)),
                         claim.series(alone(kChild), kWallMs))));
  claim.require(
      {.id = "complete",
       .label = kHandled.label.texts(),
       .value = all,
       .test = always(kAllEvents),
       .yes = both("One loop handled all of it: {} timers of a task, {} callbacks of requests, {} messages "
                   "of a subprocess.",
                   "Один цикл обработал всё: таймеров задачи — {}, обратных вызовов запросов — {}, сообщений "
                   "дочернего процесса — {}.",
                   kLoopEvents[kTimer], kLoopEvents[kNetwork], kLoopEvents[kChild]),
       .no = both("In some round only {} of {} events were handled.",
                  "В каком-то повторе обработано лишь {} событий из {}.", number(all ? all->low : 0), kAllEvents),
       .timed = false});
  claim.require({.id = "one-thread",
                 .label = kThreadIds.label.texts(),
                 .value = threads,
                 .test = always(1),
                 .yes = {"One thread handled them all.", "Все их обработал один поток."},
                 .no = both("Up to {} threads handled them.", "Их обработало до {} потоков.",
                            number(threads ? threads->high : 0)),
                 .timed = false});
  claim.require(
      {.id = "in-turns",
       .label = kChanges.label.texts(),
       .value = changes,
       .test = always_at_least(5),
       .yes = both("They came in turns: the source changed at least {} times.",
                   "Они шли вперемежку: источник сменился не менее {} раз.", number(changes ? changes->low : 0)),
       .no = both("They hardly alternated: in some round the source changed only {} times.",
                  "Они почти не чередовались: в каком-то повторе источник сменился лишь {} раз.",
                  number(changes ? changes->low : 0))});
  claim.require(
      {.id = "together",
       .label = {"all at once over the sum of each alone", "все сразу к сумме каждого отдельно"},
       .value = share,
       .unit = "×",
       .test = at_most(0.6, 0.9),
       .yes = both("All at once took {} of what each alone takes in sum: the loop waits for all of them.",
                   "Все сразу заняли {} от суммы времён каждого отдельно: цикл ждёт их все.", quantity(share, "")),
       .no =
           both("All at once took {} of what each alone takes in sum: hardly less than one after another.",
                "Все сразу заняли {} от суммы времён каждого отдельно: почти как друг за другом.", quantity(share, "")),
       .hue = "async"});
  for (const Case& one : {kTogether, alone(kTimer), alone(kNetwork), alone(kChild)}) claim.show(one, kWallMs);
  claim.background(
      {"The loop runs a short piece of code for whatever comes next. The network and the subprocess work "
       "meanwhile, outside the thread.",
       "На каждое событие цикл выполняет короткий кусок кода. Сеть и дочерний процесс работают в это "
       "время сами, вне потока."});
  if (claim.setting(kSimulated) != 0) {
    claim.background({"Nothing answers requests here: the network's wait is simulated.",
                      "На запросы здесь никто не отвечает: ожидание сети имитировано."});
  }
  const auto events = measured.details.find("events");
  if (events != measured.details.end() && events->is_array()) claim.figure(handled(*events));
  claim.truth("one-thread");
  return std::move(claim).conclude();
}

constexpr std::string_view kSubject[] = {"in_flight", "creation"};
constexpr std::string_view kInterchangeable[] = {"alone.*"};

}  // namespace

const Experiment& event_loop_experiment() {
  static const Experiment experiment{
      .id = "event-loop",
      .section = "asynchrony",
      .title = {"The event loop", "Цикл событий"},
      .claim = {"The event loop runs tasks and callbacks, does network I/O and starts subprocesses.",
                "Цикл событий выполняет задачи и обратные вызовы, ведёт сетевой ввод-вывод и запускает подпроцессы."},
      .about =
          {"Eight timers of a task, four requests and a child process that reports four times: each alone, then all on "
           "one loop at once. Look at how they alternate.",
           "Восемь таймеров задачи, четыре запроса и дочерний процесс с четырьмя сообщениями: каждое отдельно, затем "
           "всё сразу в одном цикле. Посмотрите, как они чередуются."},
      .question = {.kind = PredictionKind::number,
                   .text = {"On how many threads does the code run that handles them?",
                            "В скольких потоках выполняется код, который их обрабатывает?"},
                   .min = 1,
                   .max = 16},
      .config = R"({"workload":"fetch","tasks":4,"wait_ms":20})",
      .reads = kOnlyRepeats,
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = needs_all,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
