// one-thread: coroutines on an event loop run on one thread of one process, and their waits overlap all the same.
//
// Threads and processes that do the same show that the ids would differ if there were more of them.
#include <algorithm>
#include <span>

#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/ids.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr Metric kThreadIds{"thread_ids", {"thread ids", "идентификаторы потоков"}, ""};
constexpr Metric kProcessIds{"process_ids", {"process ids", "идентификаторы процессов"}, ""};
constexpr Metric kAtOnce{"at_once", {"waits at once", "ожиданий одновременно"}, ""};
constexpr std::uint32_t kRounds = 3;  // counts: they need no interval
constexpr unsigned kMostWorkers = 8;

void set_ids(const Case& of, const Ids& ids, std::uint32_t round, Measured& out) {
  if (ids.processes.empty()) return;
  out.samples.set(of, kThreadIds, round, static_cast<double>(ids.threads.size()));
  out.samples.set(of, kProcessIds, round, static_cast<double>(ids.processes.size()));
}

/// The same by threads and by processes, where there can be more than one of them.
coro::Task<Status> measure_others(LabContext& lab, unsigned tasks, std::int64_t wait_ns, Measured& out) {
  const Capabilities& host = capabilities();
  const unsigned threads = host.threads ? std::min({tasks, host.max_threads, kMostWorkers}) : 0;
  const unsigned children = host.processes ? std::min({tasks, host.max_children, kMostWorkers}) : 0;
  const std::pair<Case, unsigned> others[] = {{threads_case(), threads}, {processes_case(), children}};
  for (const auto& [one, count] : others) {
    if (count < 2) continue;
    lab.step(0.3, one.label);
    Ids ids;
    auto work = one.id == threads_case().id ? ids_of_threads(lab, count, wait_ns, ids)
                                            : ids_of_processes(lab, count, wait_ns, ids);
    const Status status = co_await std::move(work);
    if (!status) co_return status;
    set_ids(one, ids, 0, out);
    out.fairness.push_back({.of = one.id, .workers = count, .in_flight = count, .creation = "inside"});
  }
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const auto config = parse_config(base(lab, {{"workload", "sleep"}, {"tasks", 8}, {"wait_ms", 40}}));
  if (!config) co_return std::unexpected(config.error());
  const auto wait_ns = static_cast<std::int64_t>(config->wait_ms * 1e6);
  out.set(kTasks, config->tasks);
  out.set(kWait, config->wait_ms);
  out.fairness = {{.of = async_case().id, .workers = 1, .in_flight = config->tasks}};
  Ids ids;  // of all rounds
  for (Rounds rounds(lab, out, kRounds); rounds.next();) {
    lab.step(rounds.fraction(0, 1), async_case().label);
    co_await look_at_machine(lab, rounds.index(), out);
    UnderWay under_way;
    co_await ids_of_coroutines(lab, config->tasks, wait_ns, ids, under_way);
    if (lab.cancel().requested()) co_return fail(kCancelled);
    set_ids(async_case(), ids, rounds.index(), out);
    out.samples.set(async_case(), kAtOnce, rounds.index(), under_way.most());
    if (rounds.index() != 0) continue;
    out.details[async_case().id] = under_way.points();
    const Status others = co_await measure_others(lab, config->tasks, wait_ns, out);
    if (!others) co_return std::unexpected(others.error());
  }
  co_return out;
}

/// Would these ids show more than one where there are more? Nothing is said of a case that is missing here.
void needs_ids_that_differ(Claim& claim, const Case& one, const Metric& ids) {
  const auto seen = extremes(claim.series(one, ids));
  claim.needs(!seen || seen->low >= 2,
              both("The same count found only one id of the case “{}”, so ids tell nothing here: run it on another "
                   "platform.",
                   "Тот же подсчёт нашёл только один идентификатор в случае «{}», поэтому здесь они ничего не говорят: "
                   "запустите опыт на другой платформе.",
                   one.label));
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double tasks = claim.setting(kTasks);
  claim.setting(kWait);
  claim.needs(tasks >= 2, {"One wait alone overlaps with nothing: set tasks to 2 or more.",
                           "Одному ожиданию не с чем перекрываться: задайте не меньше двух задач."});
  needs_ids_that_differ(claim, threads_case(), kThreadIds);
  needs_ids_that_differ(claim, processes_case(), kProcessIds);
  const auto threads = extremes(claim.series(async_case(), kThreadIds));
  const auto processes = extremes(claim.series(async_case(), kProcessIds));
  const auto at_once = extremes(claim.series(async_case(), kAtOnce));
  const BothTexts coroutines = counted(tasks, {"coroutine", "coroutines", "корутина", "корутины", "корутин"});
  claim.require(
      {.id = "threads",
       .label = {"threads that ran the coroutines", "потоков, выполнявших корутины"},
       .value = threads,
       .test = always(1),
       .yes = both("{}: before and after its wait each was on the same, single thread.",
                   "{}: до и после ожидания каждая выполнялась в одном и том же потоке.", coroutines),
       .no = both("{} were on {} threads.", "{} выполнялись в разных потоках: {}.", coroutines, quantity(threads, "")),
       .timed = false,
       .hue = "async"});
  claim.require(
      {.id = "processes",
       .label = {"processes that ran the coroutines", "процессов, выполнявших корутины"},
       .value = processes,
       .test = always(1),
       .yes = {"That thread was in one process.", "Этот поток принадлежал одному процессу."},
       .no = both("They were in {} processes.", "Они выполнялись в разных процессах: {}.", quantity(processes, "")),
       .timed = false,
       .hue = "async"});
  claim.require(
      {.id = "at-once",
       .label = {"waits at once", "ожиданий одновременно"},
       .value = at_once,
       .test = always_at_least(2),
       .yes = both("Up to {} of them waited at once.", "Одновременно ждали до {} из них.", quantity(at_once, "")),
       .no = both("No more than {} waited at once.", "Одновременно ждали не больше {}.", quantity(at_once, "")),
       .timed = false,
       .hue = "async"});
  const Case shown[] = {async_case(), threads_case(), processes_case()};
  for (const Case& one : {threads_case(), processes_case()}) {
    claim.show(one, kThreadIds);
    claim.show(one, kProcessIds);
  }
  claim.background(
      {"A wait needs no thread: the loop notes when it is due and goes on with the next coroutine. (Code that would "
       "block the loop is given to other threads by the program itself, as with asyncio.to_thread.)",
       "Для ожидания поток не нужен: цикл запоминает срок и переходит к следующей корутине. (Код, который "
       "заблокировал бы цикл, программа сама отдаёт другим потокам — как asyncio.to_thread.)"});
  claim.figure(bars(claim, "threads", {"Threads at work", "Работавшие потоки"}, shown, kThreadIds));
  claim.figure(bars(claim, "processes", {"Processes at work", "Работавшие процессы"}, shown, kProcessIds));
  claim.figure(waits_over_time(measured, std::span(shown, 1)));
  claim.truth("threads");
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"tasks", "wait_ms", "repeat"};
constexpr std::string_view kSubject[] = {"workers", "in_flight", "creation"};

}  // namespace

const Experiment& one_thread_experiment() {
  static const Experiment experiment{
      .id = "one-thread",
      .section = "asynchrony",
      .title = {"One thread", "Один поток"},
      .claim = {"Asynchronous code works in one process and on one thread.",
                "Асинхронный код работает в одном процессе и в одном потоке."},
      .about = {"Eight coroutines note which thread and process they are on before and after a wait; then threads and "
                "processes do the same.",
                "Восемь корутин до и после ожидания отмечают, в каком потоке и процессе выполняются; затем то же "
                "делают потоки и процессы."},
      .question = {.kind = PredictionKind::number,
                   .text = {"Eight coroutines wait at once. How many threads take part?",
                            "Восемь корутин ждут одновременно. Сколько потоков в этом участвует?"},
                   .min = 0,
                   .max = 100},
      .config = R"({"model":"async","workload":"sleep","tasks":8,"wait_ms":40})",
      .reads = kReads,
      .subject = kSubject,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
