// cpu-share: threads share the processor that their process may use; where nothing limits the process, each further
// thread brings it more of a core that others want too.
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/child_probe.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"
#include "platform/system_info.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr std::uint64_t kMany = 4;
constexpr std::int64_t kContestNs = 150'000'000;  // several of the scheduler's periods
constexpr std::int64_t kAloneNs = 80'000'000;

constexpr Metric kCoresUsed{
    "cores_used", {"processor time a second, in cores", "процессорного времени в секунду, в ядрах"}, ""};
constexpr Setting kThreads{"threads", {"threads of the larger process", "потоков в большем процессе"}, ""};

// On one core at the same time.
const Case kOne{"one", {"1 thread, beside 4", "1 поток рядом с 4"}, "processes"};
const Case kFour{"four", {"4 threads, beside 1", "4 потока рядом с 1"}, "threads"};
// One after the other, with nobody beside them.
const Case kLimited{"limited", {"4 threads, one core allowed", "4 потока, разрешено одно ядро"}, "threads"};
const Case kUnlimited{"unlimited", {"4 threads, no limit", "4 потока, без ограничения"}, ""};

Status needs_choice_of_core(const Capabilities& host) {
  if (Status processes = needs_processes(host); !processes) return processes;
  if (!usable_cores().empty()) return {};
  return fail("A page cannot choose the core that its code runs on: this is for the desktop program.");
}

void note(const Case& of, const CpuUse& use, std::uint32_t round, Measured& out) {
  if (use.wall_ms > 0) out.samples.set(of, kCoresUsed, round, use.cpu_ms / use.wall_ms);
}

coro::Task<Status> alone(ChildProbe& child, const Case& of, std::uint32_t round, Measured& out) {
  Status begun = child.begin_occupying({.threads = kMany, .duration_ns = kAloneNs});
  if (!begun) co_return begun;
  const auto use = co_await child.end_occupying();
  if (!use) co_return std::unexpected(use.error());
  note(of, *use, round, out);
  co_return Status{};
}

coro::Task<Status> contest(ChildProbe& one, ChildProbe& four, std::uint32_t round, Measured& out) {
  // Who is asked first begins a little earlier: they take turns.
  ChildProbe* const in_turn[] = {round % 2 == 0 ? &one : &four, round % 2 == 0 ? &four : &one};
  for (ChildProbe* child : in_turn) {
    Status begun = child->begin_occupying({.threads = child == &one ? 1 : kMany, .duration_ns = kContestNs});
    if (!begun) co_return begun;
  }
  const auto by_one = co_await one.end_occupying();
  const auto by_four = co_await four.end_occupying();
  if (!by_one) co_return std::unexpected(by_one.error());
  if (!by_four) co_return std::unexpected(by_four.error());
  note(kOne, *by_one, round, out);
  note(kFour, *by_four, round, out);
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  ChildProbe one(lab.scheduler(), lab.cancel()), four(lab.scheduler(), lab.cancel());
  ChildProbe unlimited(lab.scheduler(), lab.cancel());
  const unsigned core = usable_cores().back();
  ChildProbe* const children[] = {&one, &four, &unlimited};
  for (ChildProbe* child : children) {
    Status ready = co_await child->start();
    if (ready && child != &unlimited) ready = limit_to_core(core, child->pid());
    if (!ready) co_return std::unexpected(ready.error());
  }
  for (Rounds rounds(lab, out); rounds.next();) {
    if (lab.cancel().requested()) co_return fail(kCancelled);
    const std::uint32_t round = rounds.index();
    co_await look_at_machine(lab, round, out);
    lab.step(rounds.fraction(0, 3), {"two processes on one core", "два процесса на одном ядре"});
    Status status = co_await contest(one, four, round, out);
    lab.step(rounds.fraction(1, 3), kLimited.label);
    if (status) status = co_await alone(four, kLimited, round, out);
    lab.step(rounds.fraction(2, 3), kUnlimited.label);
    if (status) status = co_await alone(unlimited, kUnlimited, round, out);
    if (!status) co_return std::unexpected(status.error());
  }
  out.set(kThreads, kMany);
  for (const Case& of : {kOne, kFour, kLimited, kUnlimited}) {
    const std::uint32_t threads = of.id == kOne.id ? 1 : kMany;
    out.fairness.push_back({.of = of.id, .workers = threads, .in_flight = threads, .creation = "inside"});
  }
  co_return out;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const BothTexts threads = counted(claim.setting(kThreads), {"thread", "threads", "поток", "потока", "потоков"});
  const Series& one = claim.series(kOne, kCoresUsed);
  const Series& four = claim.series(kFour, kCoresUsed);
  const auto limited = claim.of(kLimited, kCoresUsed), together = claim.of(sum(one, four));
  const auto share = claim.of(scaled(ratio(four, sum(one, four)), 100));
  claim.require(
      {.id = "limit-holds-for-all",
       .label = {"cores that the threads of the limited process got", "ядер досталось потокам ограниченного процесса"},
       .value = limited,
       .test = at_most(1.05, 1.3),
       .yes = both("Where their process may use one core, {} get {} cores together.",
                   "Если процессу разрешено одно ядро, {} вместе получают ядер: {}.", threads, quantity(limited, "")),
       .no =
           both("Although their process may use one core only, {} got {} cores together.",
                "Хотя процессу разрешено лишь одно ядро, {} вместе получили ядер: {}.", threads, quantity(limited, "")),
       .hue = "threads"});
  claim.require({.id = "one-core",
                 .label = {"cores that both processes got", "ядер досталось обоим процессам"},
                 .value = together,
                 .test = at_most(1.05, 1.3),
                 .yes = both("Two processes that want the same core get {} cores between them.",
                             "Два процесса, которым нужно одно и то же ядро, получают на двоих ядер: {}.",
                             quantity(together, "")),
                 .no = both("Two processes that were to want the same core got {} cores between them.",
                            "Два процесса, которым должно было быть нужно одно и то же ядро, получили на двоих ядер: "
                            "{}.",
                            quantity(together, ""))});
  claim.require(
      {.id = "counts-threads",
       .label = {"share of the process with more threads", "доля процесса с большим числом потоков"},
       .value = share,
       .unit = "%",
       .test = at_least(65, 55),
       .yes = both("Of this core the process with {} got {}, beside one with 1 thread: the more threads, the "
                   "more of it.",
                   "Процессу, в котором {}, досталось {} этого ядра рядом с процессом с 1 потоком: чем больше "
                   "потоков, тем больше доля.",
                   threads, quantity(share, "%")),
       .no = both("Of this core the process with {} got only {}, beside one with 1 thread: here further "
                  "threads bring a process hardly more.",
                  "Процессу, в котором {}, досталось лишь {} этого ядра рядом с процессом с 1 потоком: "
                  "дополнительные потоки здесь почти ничего не дают процессу.",
                  threads, quantity(share, "%")),
       .hue = "threads"});
  const Case shown[] = {kOne, kFour, kLimited, kUnlimited};
  for (const Case& of : shown) claim.show(of, kCoresUsed);
  claim.background(
      {"A system's scheduler deals out time to threads, whosever they are. A process has resources of its own only "
       "where "
       "it is limited (to certain cores, by a quota), or where the system first divides by group, as Linux does "
       "between "
       "sessions and containers.",
       "Планировщик раздаёт время потокам, чьими бы они ни были. Свои ресурсы есть у процесса лишь там, где он "
       "ограничен "
       "(ядрами, квотой), или где система сначала делит время между группами, как Linux — между сеансами и "
       "контейнерами."});
  claim.figure(bars(claim, "cores", {"What the threads of a process got", "Сколько досталось потокам процесса"}, shown,
                    kCoresUsed));
  claim.truth("counts-threads");
  return std::move(claim).conclude();
}

constexpr std::string_view kSubject[] = {"workers", "in_flight"};

}  // namespace

const Experiment& cpu_share_experiment() {
  static const Experiment experiment{
      .id = "cpu-share",
      .section = "threads",
      .title = {"Sharing the processor", "Доли процессора"},
      .origin = Origin::completed,
      .claim =
          {"Threads share the processor resources of their process, provided that these are limited; where they are "
           "not, a process with more threads gets more.",
           "Потоки делят между собой процессорные ресурсы своего процесса — при условии, что они ограничены; иначе "
           "процесс, в котором потоков больше, получает больше."},
      .about =
          {"The sheet says it without the condition. A process with one computing thread and one with four share a "
           "core; then the one with four has a core, and then all of them.",
           "В методичке условия нет. Процесс с одним вычисляющим потоком и процесс с четырьмя делят одно ядро; затем "
           "процессу с четырьмя разрешено одно ядро, а потом — все."},
      .question = {.kind = PredictionKind::number,
                   .text = {"What share of the core does the process with four threads get, beside one with one?",
                            "Какая доля ядра достанется процессу с четырьмя потоками рядом с процессом с одним?"},
                   .unit = "%",
                   .min = 0,
                   .max = 100},
      .config = R"({"model":"threads","workload":"sum","tasks":4,"workers":4})",
      .reads = kOnlyRepeats,
      .subject = kSubject,
      .check = needs_choice_of_core,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
