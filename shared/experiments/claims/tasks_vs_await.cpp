// tasks-vs-await: a coroutine that is awaited holds its maker up; a task runs on by itself, and the maker's next line
// runs at once.
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/waits.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"

namespace trilane {
namespace {

using namespace lab;

const Case kRow{"row", {"await in a row", "await по очереди"}, ""};
const Case kTogether{"tasks", {"tasks", "задачи"}, "async"};
constexpr Metric kAtOnce{"at_once", {"next line at once", "следующая строка сразу"}, ""};

/// What the maker and its coroutines note.
struct Notes {
  explicit Notes(LabContext& context) : lab(context), all_ended(context.scheduler()) {}
  LabContext& lab;
  coro::Event all_ended;
  UnderWay under_way;
  std::uint32_t begun = 0, ended = 0;
  std::uint32_t at_once = 0;  ///< Of the maker's next lines: how many ran before what was just begun had ended.

  void next_line() { at_once += ended < begun ? 1 : 0; }
};

coro::Task<void> one_wait(Notes& notes, std::int64_t wait_ns) {
  ++notes.begun;
  notes.under_way.change(1);
  auto wait = wait_for(notes.lab.scheduler(), notes.lab.cancel(), wait_ns);
  co_await std::move(wait);
  notes.under_way.change(-1);
  ++notes.ended;
}

coro::Task<void> await_in_row(Notes& notes, std::uint32_t tasks, std::int64_t wait_ns) {
  for (std::uint32_t i = 0; i < tasks && !notes.lab.cancel().requested(); ++i) {
    auto coroutine = one_wait(notes, wait_ns);
    co_await std::move(coroutine);
    notes.next_line();
  }
}

/// A task: begins at once and belongs to nobody.
coro::Detached as_task(Notes& notes, std::uint32_t tasks, std::int64_t wait_ns) {
  auto coroutine = one_wait(notes, wait_ns);
  co_await std::move(coroutine);
  if (notes.ended == tasks) notes.all_ended.set();
}

coro::Task<void> make_tasks(Notes& notes, std::uint32_t tasks, std::int64_t wait_ns) {
  for (std::uint32_t i = 0; i < tasks; ++i) {
    as_task(notes, tasks, wait_ns);
    notes.next_line();
  }
  co_await notes.all_ended;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const auto config = parse_config(base(lab, {{"workload", "sleep"}, {"tasks", 8}, {"wait_ms", 20}}));
  if (!config) co_return std::unexpected(config.error());
  const auto wait_ns = static_cast<std::int64_t>(config->wait_ms * 1e6);
  out.set(kTasks, config->tasks);
  out.set(kWait, config->wait_ms);
  out.fairness = {{.of = kRow.id, .workers = 1, .in_flight = 1},
                  {.of = kTogether.id, .workers = 1, .in_flight = config->tasks}};
  for (Rounds rounds(lab, out); rounds.next();) {
    co_await look_at_machine(lab, rounds.index(), out);
    for (std::size_t step = 0; step < 2; ++step) {
      const bool in_row = rounds.in_turn(step, 2) == 0;
      const Case& one = in_row ? kRow : kTogether;
      lab.step(rounds.fraction(step, 2), one.label);
      Notes notes(lab);
      const std::int64_t begin = now_ns();
      auto work = in_row ? await_in_row(notes, config->tasks, wait_ns) : make_tasks(notes, config->tasks, wait_ns);
      co_await std::move(work);
      out.samples.set(one, kWallMs, rounds.index(), static_cast<double>(now_ns() - begin) / 1e6);
      out.samples.set(one, kAtOnce, rounds.index(), notes.at_once);
      if (rounds.index() == 0) out.details[one.id] = notes.under_way.points();
      if (lab.cancel().requested()) co_return fail(kCancelled);
    }
  }
  co_return out;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double tasks = claim.setting(kTasks), wait_ms = claim.setting(kWait);
  claim.needs(tasks >= 2, {"One coroutine takes as long either way: set tasks to 2 or more.",
                           "Одна корутина займёт столько же времени в любом случае: задайте не меньше двух задач."});
  needs_long_waits(claim, tasks, wait_ms);
  const BothTexts waits = counted(tasks, {"wait", "waits", "ожидание", "ожидания", "ожиданий"});
  const auto faster = claim.over(kRow, kTogether, kWallMs);
  const auto lines = extremes(claim.series(kTogether, kAtOnce)), held = extremes(claim.series(kRow, kAtOnce));
  claim.require({.id = "faster",
                 .label = {"makespan, await in a row over tasks", "общее время, await по очереди к задачам"},
                 .value = faster,
                 .unit = "×",
                 .test = at_least(1 + 0.6 * (tasks - 1), 1 + 0.3 * (tasks - 1)),
                 .yes = both("As tasks {} were over {} as fast as awaited in a row.",
                             "Задачами {} прошли быстрее {}, чем через await по очереди.", waits, times(faster)),
                 .no = both("As tasks {} were over only {} as fast as awaited in a row.",
                            "Задачами {} прошли быстрее лишь {}, чем через await по очереди.", waits, times(faster)),
                 .hue = "async"});
  claim.require(
      {.id = "next-line",
       .label = {"maker's next line ran before its task had ended", "строка после создания задачи — до её завершения"},
       .value = lines,
       .test = always_at_least(tasks),
       .yes = both("The line after the making of a task ran before that task had ended, {} times out of {}.",
                   "Строка после создания задачи выполнялась раньше её завершения: {} раз из {}.", quantity(lines, ""),
                   number(tasks)),
       .no = both("The line after the making of a task ran before that task had ended only {} times out of {}.",
                  "Строка после создания задачи выполнялась раньше её завершения лишь {} раз из {}.",
                  quantity(lines, ""), number(tasks)),
       .timed = false,
       .hue = "async"});
  claim.require(
      {.id = "after-await",
       .label = {"next line ran before the awaited coroutine had ended", "строка после await — до завершения корутины"},
       .value = held,
       .test = always_at_most(0),
       .yes = {"The line after an await ran only when the awaited coroutine had ended, every time.",
               "Строка после await каждый раз выполнялась только после завершения корутины."},
       .no = both("The line after an await ran before the awaited coroutine had ended, {} times.",
                  "Строка после await выполнилась раньше завершения корутины: {} раз.", quantity(held, "")),
       .timed = false});
  for (const Case& one : {kRow, kTogether}) claim.show(one, kWallMs);
  claim.background(
      {"`await coroutine()` runs the coroutine as a part of its maker. A task (create_task, gather) belongs to the "
       "loop: "
       "it is already under way when it is awaited, so the waits overlap and the longest decides.",
       "`await coroutine()` выполняет корутину как часть вызвавшего кода. Задача (create_task, gather) принадлежит "
       "циклу: к моменту await она уже выполняется, поэтому ожидания перекрываются и время определяет самое долгое."});
  const Case shown[] = {kRow, kTogether};
  claim.figure(bars(claim, "makespan", {"Makespan", "Общее время"}, shown, kWallMs));
  claim.figure(waits_over_time(measured, shown));
  claim.truth("faster");
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"tasks", "wait_ms", "repeat"};
constexpr std::string_view kSubject[] = {"in_flight"};

}  // namespace

const Experiment& tasks_vs_await_experiment() {
  static const Experiment experiment{
      .id = "tasks-vs-await",
      .section = "asynchrony",
      .title = {"Tasks or await", "Задачи или await"},
      .claim = {"Tasks run independently of the code that made them.",
                "Задачи выполняются независимо от кода, который их создал."},
      .about =
          {"Eight coroutines that only wait: awaited one after another, then made into tasks and awaited together. "
           "Both run on one thread. Look at when the maker's next line runs.",
           "Восемь корутин, которые только ждут: сначала await по очереди, затем из них создают задачи и ждут все "
           "вместе. И то и другое — в одном потоке. Посмотрите, когда выполняется следующая строка создателя."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times faster are the tasks?", "Во сколько раз быстрее задачи?"},
                   .unit = "×",
                   .min = 0.1,
                   .max = 100},
      .config = R"({"model":"async","workload":"sleep","tasks":8,"wait_ms":20,"concurrency":1})",
      .reads = kReads,
      .subject = kSubject,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
