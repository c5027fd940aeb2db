// memory-cost: what one more idle coroutine, thread or process takes: the slope of memory over their number.
//
// Each round adds some of each to those that are there (probes/idle_growth.hpp).
#include <algorithm>

#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/idle_growth.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"
#include "platform/system_info.hpp"

namespace trilane {
namespace {

using namespace lab;

const Case kCoroutine{"coroutine", {"coroutine", "корутина"}, "async"};
const Case kThread{"thread", {"thread", "поток"}, "threads"};
const Case kProcess{"process", {"process", "процесс"}, "processes"};
constexpr Metric kBytes{"bytes", {"memory of each", "память на каждый"}, "B"};
constexpr Metric kCount{"count", {"how many", "количество"}, ""};
constexpr Setting kFrame{"frame_bytes", {"frame of a coroutine", "кадр корутины"}, "B"};
constexpr Setting kStack{"stack_bytes", {"reserved for a thread's stack", "зарезервировано под стек потока"}, "B"};

constexpr unsigned kCoroutinesInStep = 12'500, kThreadsInStep = 60, kProcessesInStep = 3;
constexpr std::uint32_t kMostSteps = 16;  // more rounds would take more memory than a student's machine may have

void add_step(const Case& of, double bytes, unsigned added, std::uint32_t round, Measured& out) {
  out.samples.set(of, kBytes, round, bytes);
  out.samples.set(of, kCount, round, added);
}

coro::Task<Status> grow(LabContext& lab, IdleGrowth& crowd, Measured& out) {
  const Capabilities& host = capabilities();
  // On the page a thread's stack is set aside as a whole, in memory that may have been there: nothing grows by it.
  bool threads = host.threads && !host.processes_are_workers;
  const unsigned in_step = host.processes_are_workers ? 1 : kProcessesInStep;
  Rounds rounds(lab, out);
  while ((!out.plan.chosen || out.plan.rounds < kMostSteps) && rounds.next()) {
    const std::uint32_t round = rounds.index();
    if (lab.cancel().requested()) co_return fail(kCancelled);
    lab.step(rounds.fraction(0, 3), kCoroutine.label);
    co_await look_at_machine(lab, round, out);
    add_step(kCoroutine, co_await crowd.add_coroutines(kCoroutinesInStep), kCoroutinesInStep, round, out);
    if (threads) {
      lab.step(rounds.fraction(1, 3), kThread.label);
      const auto bytes = co_await crowd.add_threads(kThreadsInStep);
      if (!bytes && round == 0) co_return std::unexpected(bytes.error());
      threads = bytes.has_value();  // where the system has no more, those so far are what was measured
      if (bytes) add_step(kThread, *bytes, kThreadsInStep, round, out);
    }
    if (host.processes && crowd.processes() + in_step <= host.max_children) {
      lab.step(rounds.fraction(2, 3), kProcess.label);
      const auto bytes = co_await crowd.add_processes(in_step);
      if (!bytes) co_return std::unexpected(bytes.error());
      add_step(kProcess, *bytes, in_step, round, out);
    }
  }
  out.set(kFrame, crowd.frame_bytes());
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  if (!process_memory(current_process_id())) co_return fail("the system does not tell what memory a program takes");
  if (const auto stack = thread_stack_bytes()) out.set(kStack, static_cast<double>(*stack));
  IdleGrowth crowd(lab);
  const Status grown = co_await grow(lab, crowd, out);
  co_await crowd.dissolve();
  if (!grown) co_return std::unexpected(grown.error());
  for (const Case& one : {kCoroutine, kThread, kProcess}) {
    if (out.samples.has(one, kBytes)) out.fairness.push_back({.of = one.id, .start = "cold"});
  }
  co_return out;
}

/// Memory over their number, on log axes: straight lines of slope one, far apart.
Figure growth(const Claim& claim) {
  Figure figure = lines("growth", {"Memory by how many there are", "Память и количество"},
                        {.label = kCount.label.texts(), .unit = "", .log = true, .categories = {}},
                        {.label = {"memory", "память"}, .unit = "B", .log = true, .categories = {}});
  for (const Case& one : {kCoroutine, kThread, kProcess}) {
    FigureSeries line = series(one);
    double count = 0, total = 0;
    const Series& each = claim.series(one, kBytes);
    const Series& added = claim.series(one, kCount);
    for (std::size_t round = 0; round < std::min(each.size(), added.size()); ++round) {
      if (!each[round] || !added[round]) continue;
      count += *added[round];
      total += *each[round] * *added[round];
      if (count > 0 && total > 0) line.points.push_back({.x = count, .y = total, .low = {}, .high = {}});
    }
    if (!line.points.empty()) figure.series.push_back(std::move(line));
  }
  return figure;
}

Figure each(const Claim& claim, double stack) {
  const Case shown[] = {kCoroutine, kThread, kProcess};
  Figure figure = bars(claim, "each", {"Memory of each", "Память на каждый"}, shown, kBytes);
  figure.y.log = std::ranges::all_of(figure.series, [](const FigureSeries& one) {
    return std::ranges::all_of(one.points, [](const FigurePoint& at) { return at.low.value_or(at.y) > 0; });
  });
  if (stack <= 0) return figure;
  FigureSeries reserved = series(kThread, SeriesStyle::reserved);
  reserved.name = {"thread's stack, reserved", "стек потока, зарезервировано"};
  const auto x = static_cast<double>(figure.x.categories.size());
  reserved.points.push_back({.x = x, .y = stack, .low = {}, .high = {}});
  figure.x.categories.push_back(reserved.name);
  figure.series.push_back(std::move(reserved));
  return figure;
}

/// `one_less`: "one more coroutine", with the Russian ending that its noun needs.
void require_more(Claim& claim, const Case& more, const Case& less, const BothTexts& one_less, Test test) {
  const auto ratio = claim.over(more, less, kBytes);
  const BothTexts bytes = both("{} against {}", "{} против {}", quantity(claim.of(more, kBytes), "B"),
                               quantity(claim.of(less, kBytes), "B"));
  claim.require({.id = more.id + "-" + less.id,
                 .label = both("memory, {} over {}", "память, {} к {}", more.label, less.label),
                 .value = ratio,
                 .unit = "×",
                 .test = test,
                 .yes = both("One more idle {} takes {} the memory of {}: {}.",
                             "Ещё один {} в ожидании занимает {} больше памяти, чем {}: {}.", more.label, times(ratio),
                             one_less, bytes),
                 .no = both("One more idle {} takes only {} the memory of {}: {}.",
                            "Ещё один {} в ожидании занимает памяти лишь {} больше, чем {}: {}.", more.label,
                            times(ratio), one_less, bytes),
                 .timed = false,
                 .hue = more.hue});
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const bool threads = claim.setting(kOnPage) == 0;  // on a page their memory is only reserved
  const bool processes = threads || measured.samples.has(kProcess, kBytes);
  claim.needs(processes, {"There is nothing to compare with here: run it where there are processes.",
                          "Здесь не с чем сравнивать: запустите опыт там, где есть процессы."});
  const BothTexts coroutine{"one more coroutine", "ещё одна корутина"}, thread{"one more thread", "ещё один поток"};
  if (threads) require_more(claim, kThread, kCoroutine, coroutine, at_least(10, 2));
  if (threads) require_more(claim, kProcess, kThread, thread, at_least(2, 1));
  if (!threads && processes) require_more(claim, kProcess, kCoroutine, coroutine, at_least(20, 2));
  for (const Case& one : {kCoroutine, kThread, kProcess}) claim.show(one, kBytes);
  claim.setting(kFrame);
  const double stack = claim.setting(kStack);
  claim.background(
      {"A coroutine keeps only what it needs after its await; a thread keeps a stack, and a process all that a program "
       "needs. The kernel's own part is in none of these figures.",
       "Корутина хранит только то, что понадобится после await; поток — стек, а процесс — всё, что нужно программе. "
       "Память самого ядра в эти числа не входит."});
  claim.background(
      !threads
          ? BothTexts{"On a page a process is a Worker with a WebAssembly memory of its own, and a thread's stack is "
                      "set aside as a whole; what the browser needs beside them is not available.",
                      "На странице процесс — это Worker с собственной памятью WebAssembly, а стек потока выделяется "
                      "сразу целиком; сколько сверх того тратит браузер — нет данных."}
          : BothTexts{"A page of memory that several processes share counts in parts in each of them (PSS). What is "
                      "reserved for a stack is addresses: memory is taken as far as it is touched.",
                      "Страница памяти, общая для нескольких процессов, учтена в каждом долей (PSS). Под стек "
                      "резервируются адреса: память занимается лишь там, куда обращались."});
  claim.figure(growth(claim));
  claim.figure(each(claim, stack));
  claim.truth("thread-coroutine");
  return std::move(claim).conclude();
}

}  // namespace

const Experiment& memory_cost_experiment() {
  static const Experiment experiment{
      .id = "memory-cost",
      .section = "asynchrony",
      .title = {"The cost in memory", "Цена в памяти"},
      .claim = {"Asynchrony uses memory sparingly.", "Асинхронность экономно расходует память."},
      .about =
          {"Idle coroutines, threads and processes are created step by step, in each step 12,500, 60 and 3 of them "
           "(on a page fewer, and no threads); memory is read before and after.",
           "Шаг за шагом создаются ждущие корутины, потоки и процессы — по 12 500, 60 и 3 за шаг (на странице "
           "меньше и без потоков); до и после измеряется память."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times as much memory as an idle coroutine does an idle thread take?",
                            "Во сколько раз больше памяти, чем ждущая корутина, занимает ждущий поток?"},
                   .unit = "×",
                   .min = 0.1,
                   .max = 1'000'000},
      .config = R"({"model":"async","workload":"sleep","tasks":10000,"wait_ms":100})",
      .reads = kOnlyRepeats,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
