// isolation: what a thread writes to a global variable the program sees; what a child process writes to "the same"
// variable it does not.
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/child_probe.hpp"
#include "experiments/probes/thread_group.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr std::int64_t kStart = 100;
constexpr std::int64_t kAdd = 7;
constexpr std::int64_t kThreadNs = 5'000'000'000;

const Case kProgram{"program", {"the program", "программа"}, ""};
const Case kThread{"thread", {"a thread", "поток"}, "threads"};
const Case kChild{"child", {"a child process", "дочерний процесс"}, "processes"};

constexpr Metric kAdded{"added", {"added to the variable", "прибавлено к переменной"}, ""};
constexpr Metric kSeen{"seen", {"of it seen by the program", "из этого увидела программа"}, ""};
constexpr Metric kProcessId{"process_id", {"process", "процесс"}, ""};
constexpr Metric kAddress{"address", {"address of the variable", "адрес переменной"}, ""};

Status needs_both(const Capabilities& host) {
  if (Status threads = needs_threads(host); !threads) return threads;
  return needs_processes(host);
}

Status add_on_thread(GlobalReport& report) {
  ThreadGroup group;
  if (Status status = group.start([&] { report = add_to_global(kAdd); }); !status) return status;
  while (!group.wait(kThreadNs)) {
  }
  return {};
}

void take(const Case& of, const GlobalReport& report, std::int64_t process_id, std::uint32_t round, Measured& out) {
  out.samples.set(of, kAdded, round, static_cast<double>(report.after - report.before));
  out.samples.set(of, kAddress, round, static_cast<double>(report.address));
  if (!capabilities().processes_are_workers) out.samples.set(of, kProcessId, round, static_cast<double>(process_id));
}

coro::Task<Status> run_round(LabContext& lab, std::uint32_t round, Measured& out) {
  set_global(kStart);
  const GlobalReport program = add_to_global(0);
  GlobalReport thread;
  Status status;
  co_await lab.scheduler().blocking([&] { status = add_on_thread(thread); });
  if (!status) co_return status;
  const std::int64_t after_thread = read_global();
  ChildProbe child(lab.scheduler(), lab.cancel());
  status = co_await child.start();
  if (!status) co_return status;
  child::AddToGlobal question;
  question.add = kAdd;
  auto report = co_await child.add_to_global(question);
  if (!report) co_return std::unexpected(report.error());
  take(kProgram, program, program.process_id, round, out);
  take(kThread, thread, thread.process_id, round, out);
  take(kChild, *report, child.pid(), round, out);
  out.samples.set(kThread, kSeen, round, static_cast<double>(after_thread - kStart));
  out.samples.set(kChild, kSeen, round, static_cast<double>(read_global() - after_thread));
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  describe_host(out);
  for (const Case& of : {kThread, kChild}) {
    out.fairness.push_back({.of = of.id, .workers = 1, .in_flight = 1, .creation = "outside", .start = "cold"});
  }
  Rounds rounds(lab, out, 6);
  while (rounds.next()) {
    if (lab.cancel().requested()) co_return fail(kCancelled);
    lab.step(rounds.fraction(0, 1), {"a thread and a child write", "пишут поток и дочерний процесс"});
    const Status status = co_await run_round(lab, rounds.index(), out);
    if (!status) co_return std::unexpected(status.error());
  }
  co_return out;
}

/// " at the address 0x55d0…"; nothing where it is not known.
BothTexts at_address(const Claim& claim, const Case& of) {
  const auto address = extremes(claim.series(of, kAddress));
  if (!address || address->low < 1 || address->high > 0x1p62) return {};
  return both(" at the address {:#x}", " по адресу {:#x}", static_cast<std::uint64_t>(address->median));
}

/// A page has no process ids.
void require_own_process(Claim& claim) {
  Series others = difference(claim.series(kChild, kProcessId), claim.series(kProgram, kProcessId));
  for (auto& one : others) {
    if (one) *one = *one != 0 ? 1 : 0;
  }
  const auto id = [&](const Case& of) { return values(claim.series(of, kProcessId)).back(); };
  const bool known = extremes(claim.series(kProgram, kProcessId)).has_value();
  claim.require({.id = "own-process",
                 .label = {"rounds in which the child's process id was not the program's, of all",
                           "доля повторов, в которых номер процесса у дочернего иной, чем у программы"},
                 .value = extremes(others),
                 .unit = "×",
                 .test = always(1),
                 .yes = known
                            ? both("The child is another process each time: at last {:.0f}, the program {:.0f}.",
                                   "Дочерний — каждый раз другой процесс: в последний раз {:.0f}, программа — {:.0f}.",
                                   id(kChild), id(kProgram))
                            : BothTexts{},
                 .no = {"The child had the program's process id: it was no process of its own.",
                        "У дочернего процесса номер программы: это не отдельный процесс."},
                 .timed = false,
                 .hue = "processes"});
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  // Of what was not added nothing could have been seen: such a round tests nothing.
  const auto seen = [&](const Case& of) { return extremes(ratio(claim.series(of, kSeen), claim.series(of, kAdded))); };
  const auto of_thread = seen(kThread), of_child = seen(kChild);
  claim.require(
      {.id = "thread-seen",
       .label = {"of what the thread wrote, the program saw", "из записанного потоком программа увидела"},
       .value = of_thread,
       .unit = "×",
       .test = always(1),
       .yes = both("A thread added {} to a global variable{}, and the program saw all of it, every time.",
                   "Поток прибавил {} к глобальной переменной{}, и программа каждый раз видела это полностью.", kAdd,
                   at_address(claim, kThread)),
       .no = both("A thread added {} to a global variable{}, and the program did not always see it.",
                  "Поток прибавил {} к глобальной переменной{}, и программа видела это не каждый раз.", kAdd,
                  at_address(claim, kThread)),
       .timed = false,
       .hue = "threads"});
  claim.require(
      {.id = "child-unseen",
       .label = {"of what the child process wrote, the program saw",
                 "из записанного дочерним процессом программа увидела"},
       .value = of_child,
       .unit = "×",
       .test = always(0),
       .yes = both("A child process added {} to its own{}, and the program never saw anything of it.",
                   "Дочерний процесс прибавил {} к своей{}, и программа ни разу ничего не увидела.", kAdd,
                   at_address(claim, kChild)),
       .no = both("A child process added {} to its own{}, and the program saw it.",
                  "Дочерний процесс прибавил {} к своей{}, и программа это увидела.", kAdd, at_address(claim, kChild)),
       .timed = false,
       .hue = "processes"});
  if (measured.samples.has(kChild, kProcessId)) require_own_process(claim);
  for (const Case& one : {kThread, kChild}) {
    claim.show(one, kAdded);
    claim.show(one, kSeen);
  }
  claim.background(
      {"Each process has its own memory, and an address means something only inside it. A thread has the "
       "memory of its process.",
       "У каждого процесса своя память, и адрес имеет смысл только внутри него. Поток живёт в памяти "
       "своего процесса."});
  if (claim.setting(kOnPage) != 0) {
    claim.background({"Here a process is a Worker with its own WebAssembly memory.",
                      "Здесь процесс — это Worker со своей памятью WebAssembly."});
  }
  const Case shown[] = {kThread, kChild};
  claim.figure(bars(claim, "added", {"Added to the variable", "Прибавлено к переменной"}, shown, kAdded));
  claim.figure(bars(claim, "seen", {"Seen by the program", "Увидела программа"}, shown, kSeen));
  claim.truth("child-unseen", of_thread && of_thread->low > 0  ? of_child && of_child->high > 0 ? "both" : "thread"
                              : of_child && of_child->high > 0 ? "child"
                                                               : "none");
  return std::move(claim).conclude();
}

}  // namespace

const Experiment& isolation_experiment() {
  static const Experiment experiment{
      .id = "isolation",
      .section = "processes",
      .title = {"Isolation", "Изоляция"},
      .claim = {"Processes are isolated: unless they ask for it, they share no memory.",
                "Процессы изолированы: общей памяти у них нет, пока они её явно не запросят."},
      .about =
          {"A thread and a child process each add 7 to \"the same\" global variable. Look at what the program sees, "
           "and at the addresses.",
           "Поток и дочерний процесс прибавляют 7 к «одной и той же» глобальной переменной. Посмотрите, что увидит "
           "программа, и на адреса."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"Whose write will the program see?", "Чью запись увидит программа?"},
                   .options = {{"thread", {"Only the thread's", "Только потока"}},
                               {"child", {"Only the child process's", "Только дочернего процесса"}},
                               {"both", {"Both", "Обе"}},
                               {"none", {"Neither", "Ни одну"}}}},
      .config = R"({"workload":"counter","tasks":8,"size":100000,"workers":2})",
      .reads = kOnlyRepeats,
      .check = needs_both,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
