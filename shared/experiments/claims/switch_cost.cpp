// switch-cost: two coroutines, two threads and two processes take turns on one core: what a switch between them takes.
// Beside it: how long the same work takes by eight threads that share one core, and by one.
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/child_probe.hpp"
#include "experiments/probes/switch_times.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"
#include "platform/system_info.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr int kCoroutineSwitches = 100'000;
constexpr int kThreadSwitches = 2'000;
constexpr unsigned kCrowd = 8;

const Case kCoroutines{"coroutine", {"coroutines", "корутины"}, "async"};
const Case kThreads{"thread", {"threads", "потоки"}, "threads"};
const Case kProcesses{"process", {"processes", "процессы"}, "processes"};
const Case kAlone{"alone", {"one thread on a core", "один поток на ядре"}, "threads"};
const Case kTogether{"together", {"eight threads on a core", "восемь потоков на ядре"}, "threads"};

constexpr Metric kSwitch{"switch_ns", {"time of a switch", "время переключения"}, "ns"};
constexpr Metric kWorkMs{"work_ms", {"the same work", "та же работа"}, "ms"};
/// 0 where the platform lets nobody choose a core.
constexpr Setting kOneCore{"one_core", {"all on one core", "все на одном ядре"}, ""};

int process_switches() { return capabilities().processes_are_workers ? 200 : 1'000; }

coro::Task<Status> switch_all(LabContext& lab, ChildProbe& child, std::uint32_t round, Measured& out) {
  if (const double each_ns = switch_coroutines(kCoroutineSwitches); each_ns > 0) {
    out.samples.set(kCoroutines, kSwitch, round, each_ns);
  }
  if (capabilities().threads) {
    Result<double> threads = fail("");
    co_await lab.scheduler().blocking([&] { threads = switch_threads(kThreadSwitches, lab.cancel()); });
    if (!threads) co_return std::unexpected(threads.error());
    out.samples.set(kThreads, kSwitch, round, *threads);
  }
  const auto core = stay_on_one_core();
  const int times = process_switches() / 2;
  const auto warm = co_await child.ping_pong(times / 8);
  if (!warm) co_return std::unexpected(warm.error());
  const auto took_ns = co_await child.ping_pong(times);
  if (!took_ns) co_return std::unexpected(took_ns.error());
  out.samples.set(kProcesses, kSwitch, round, static_cast<double>(*took_ns) / (2.0 * times));
  co_return Status{};
}

coro::Task<Status> share_core(LabContext& lab, std::uint32_t round, Measured& out) {
  for (const unsigned threads : {1U, kCrowd}) {
    Result<double> took_ns = fail("");
    co_await lab.scheduler().blocking([&] { took_ns = share_one_core(threads); });
    if (!took_ns) co_return std::unexpected(took_ns.error());
    out.samples.set(threads == 1 ? kAlone : kTogether, kWorkMs, round, *took_ns / 1e6);
  }
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  for (const Case& of : {kCoroutines, kThreads, kProcesses}) {
    out.fairness.push_back({.of = of.id, .workers = 2, .in_flight = 1, .creation = "outside"});
  }
  for (const Case& of : {kAlone, kTogether}) {
    const unsigned threads = of.id == kAlone.id ? 1 : kCrowd;
    out.fairness.push_back({.of = of.id, .workers = threads, .in_flight = threads, .creation = "outside"});
  }
  bool one_core = false;
  ChildProbe child(lab.scheduler(), lab.cancel());
  {
    const auto core = stay_on_one_core();
    one_core = core != nullptr;
    out.set(kOneCore, one_core ? 1 : 0);
    const Status started = co_await child.start();
    if (!started) co_return std::unexpected(started.error());
  }
  Rounds rounds(lab, out);
  while (rounds.next()) {
    if (lab.cancel().requested()) co_return fail(kCancelled);
    lab.step(rounds.fraction(0, 1), both("taking turns: round {} of {}", "по очереди: повтор {} из {}",
                                         rounds.index() + 1, rounds.expected()));
    co_await look_at_machine(lab, rounds.index(), out);
    Status done = co_await switch_all(lab, child, rounds.index(), out);
    if (done && one_core && capabilities().threads) done = co_await share_core(lab, rounds.index(), out);
    if (!done) co_return std::unexpected(done.error());
  }
  co_return out;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const bool one_core = claim.setting(kOneCore) != 0;
  const BothTexts where = one_core ? BothTexts{"On one core", "На одном ядре"} : BothTexts{"Here", "Здесь"};
  const auto thread = claim.over(kThreads, kCoroutines, kSwitch),
             process = claim.over(kProcesses, kCoroutines, kSwitch);
  if (measured.get(kHasThreads) == 1) {
    claim.require({.id = "thread-over-coroutine",
                   .label = {"a switch, threads over coroutines", "переключение, потоки к корутинам"},
                   .value = thread,
                   .unit = "×",
                   .test = at_least(20, 3),
                   .yes = both("{} a switch between two threads takes {} as long as one between two coroutines.",
                               "{} переключение между двумя потоками дольше, чем между двумя корутинами, {}.", where,
                               times(thread)),
                   .no = both("{} a switch between two threads takes only {} as long as one between two coroutines.",
                              "{} переключение между двумя потоками дольше, чем между двумя корутинами, лишь {}.",
                              where, times(thread)),
                   .hue = "threads"});
  }
  claim.require(
      {.id = "process-over-coroutine",
       .label = {"a switch, processes over coroutines", "переключение, процессы к корутинам"},
       .value = process,
       .unit = "×",
       .test = at_least(20, 3),
       .yes = both("{} a switch between two processes, with the message that wakes the other, takes {} as long "
                   "as one between two coroutines.",
                   "{} переключение между двумя процессами вместе с сообщением, которое будит другой, дольше, "
                   "чем между двумя корутинами, {}.",
                   where, times(process)),
       .no = both("{} a switch between two processes, with the message that wakes the other, takes only {} as "
                  "long as one between two coroutines.",
                  "{} переключение между двумя процессами вместе с сообщением, которое будит другой, дольше, "
                  "чем между двумя корутинами, лишь {}.",
                  where, times(process)),
       .hue = "processes"});
  const Case kinds[] = {kCoroutines, kThreads, kProcesses};
  for (const Case& one : kinds) {
    if (measured.samples.has(one, kSwitch)) claim.show(one, kSwitch);
  }
  if (one_core) {
    claim.show(
        "together",
        {"the same work on one core: eight threads over one", "та же работа на одном ядре: восемь потоков к одному"},
        claim.over(kTogether, kAlone, kWorkMs), "×", "threads");
  }
  claim.background(
      {"A coroutine is resumed by a jump inside its program. To switch threads the program has to enter the "
       "kernel, which saves the registers and chooses who is next; between processes the address space "
       "changes too. Programs that only compute are switched every few milliseconds, so they lose little "
       "by it.",
       "Корутина возобновляется переходом внутри своей программы. Чтобы переключить потоки, нужно войти в "
       "ядро системы: оно сохраняет регистры и выбирает следующего; между процессами меняется и адресное "
       "пространство. Программы, которые только вычисляют, переключаются раз в несколько миллисекунд и "
       "теряют на этом мало."});
  if (!one_core) {
    claim.background(
        {"A page cannot choose a core: two threads or Workers may be on two, and wake each other across.",
         "Страница не может выбрать ядро: два потока или Worker могут работать на двух ядрах и будить друг "
         "друга через них."});
  }
  Figure figure = bars(claim, "switch", kSwitch.label.texts(), kinds, kSwitch);
  figure.y.log = true;
  claim.figure(std::move(figure));
  claim.truth("process-over-coroutine");
  return std::move(claim).conclude();
}

constexpr std::string_view kSubject[] = {"workers", "in_flight"};
constexpr std::string_view kInterchangeable[] = {"thread process", "alone together"};  // the latter are only told

}  // namespace

const Experiment& switch_cost_experiment() {
  static const Experiment experiment{
      .id = "switch-cost",
      .section = "processes",
      .title = {"The cost of switching", "Цена переключения"},
      .claim = {"Where there are few cores, switching between processes takes time.",
                "Когда ядер мало, переключение между процессами требует времени."},
      .about = {"Two coroutines, two threads and two processes take turns on one core, thousands of times. Then eight "
                "threads share a core for the work of one.",
                "Две корутины, два потока и два процесса тысячи раз сменяют друг друга на одном ядре. Затем восемь "
                "потоков на одном ядре делают работу одного."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times as long does a switch between two processes take as one between two "
                            "coroutines?",
                            "Во сколько раз переключение между двумя процессами дольше, чем между двумя корутинами?"},
                   .unit = "×",
                   .min = 1,
                   .max = 100'000},
      .config = R"({"model":"processes","workload":"sum","tasks":256,"size":60000000,"workers":8})",
      .reads = kOnlyRepeats,
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = needs_processes,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
