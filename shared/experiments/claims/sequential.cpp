// sequential: in a synchronous program the next block begins when the one before it has ended. The same tasks on an
// event loop show that the recording would see an overlap.
#include <algorithm>
#include <limits>

#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr std::uint32_t kDrawn = 64;  // tasks in the figure of beginnings

constexpr Metric kOverlaps{
    "overlaps", {"began before an earlier one had ended", "начались раньше конца предыдущей"}, ""};
constexpr Metric kSumMs{"sum_ms", {"its blocks, added up", "сумма блоков"}, "ms"};
constexpr Metric kBeginMs{"begin_ms", {"begins after", "начало через"}, "ms"};
constexpr Setting kCpuShare{"cpu_share", {"share of computing", "доля вычислений"}, ""};

nlohmann::json defaults() { return {{"workload", "mixed"}, {"tasks", 8}, {"size", 64'000'000}, {"wait_ms", 24}}; }

std::vector<Configured> cases() {
  return {{.of = sync_case(), .options = {{"model", "sync"}}, .settings = {kTasks, kSize, kWait, kCpuShare}},
          {async_case(), {{"model", "async"}}}};
}

Case task_case(const Case& of, std::uint32_t task) {
  return at_level(of, fmt::format("task.{}", task), both("task {}", "задача {}", task + 1));
}

/// Of a task: from its first span to its last.
struct Interval {
  std::int64_t begin_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t end_ns = 0;
};

void take_order(const Case& of, std::uint32_t round, const RunResult& run, std::span<const Span> spans, Measured& out) {
  std::vector<Interval> tasks(run.config.tasks);
  double sum_ns = 0;
  for (const Span& span : spans) {
    if (span.task >= tasks.size()) continue;
    tasks[span.task].begin_ns = std::min(tasks[span.task].begin_ns, span.begin_ns);
    tasks[span.task].end_ns = std::max(tasks[span.task].end_ns, span.end_ns);
    sum_ns += static_cast<double>(span.end_ns - span.begin_ns);
  }
  // Spans that were dropped would look like blocks that took no time.
  if (run.dropped_spans != 0 || std::ranges::any_of(tasks, [](const Interval& one) { return one.end_ns == 0; })) return;
  for (std::uint32_t task = 0; task < std::min<std::size_t>(tasks.size(), kDrawn); ++task) {
    out.samples.set(task_case(of, task), kBeginMs, round, static_cast<double>(tasks[task].begin_ns) / 1e6);
  }
  std::ranges::sort(tasks, {}, &Interval::begin_ns);
  double overlaps = 0;
  std::int64_t busy_until = 0;
  for (const Interval& one : tasks) {
    if (one.begin_ns < busy_until) ++overlaps;
    busy_until = std::max(busy_until, one.end_ns);
  }
  out.samples.set(of, kOverlaps, round, overlaps);
  out.samples.set(of, kSumMs, round, sum_ns / 1e6);
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  Rounds rounds(lab, out);
  OnRun take = [&out](const Case& of, std::uint32_t round, const RunResult& run, std::span<const Span> spans) {
    take_order(of, round, run, spans, out);
  };
  const Status status = co_await measure_cases(lab, base(lab, defaults()), cases(), rounds, out, 0, 1, take);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

/// Stairs, or all at once.
Figure beginnings(const Claim& claim) {
  Figure figure = lines("begin", {"When each task begins", "Когда начинается каждая задача"},
                        {.label = {"task", "задача"}, .unit = "", .log = false, .categories = {}},
                        {.label = kBeginMs.label.texts(), .unit = "ms", .log = false, .categories = {}});
  for (const Case& of : {sync_case(), async_case()}) {
    figure.series.push_back(series(of));
    for (std::uint32_t task = 0; task < kDrawn; ++task) {
      add_point(figure.series.back(), task + 1, claim.of(task_case(of, task), kBeginMs));
    }
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double tasks = claim.setting(kTasks), wait_ms = claim.setting(kWait), cpu_share = claim.setting(kCpuShare);
  claim.setting(kSize);
  claim.needs(tasks >= 2, {"One task follows no other: set tasks to 2 or more.",
                           "Одной задаче не за кем следовать: задайте не меньше двух задач."});
  claim.needs(wait_ms > 0 && cpu_share < 1,
              {"Without waits nothing overlaps on the event loop either, and there is nothing to compare with: set "
               "wait_ms above 0 and cpu_share below 1.",
               "Без ожиданий и в цикле событий ничего не перекрывается, сравнивать не с чем: задайте ожидание больше 0 "
               "и долю вычислений меньше 1."});
  const BothTexts of_tasks = counted(tasks, {"task", "tasks", "задачи", "задач", "задач"});
  const auto overlaps = extremes(claim.series(sync_case(), kOverlaps));
  const auto control = extremes(claim.series(async_case(), kOverlaps));
  const auto share = claim.of(ratio(claim.series(sync_case(), kWallMs), claim.series(sync_case(), kSumMs)));
  claim.require({.id = "one-at-a-time",
                 .label = {"synchronously: tasks that began before an earlier one had ended",
                           "синхронно: задачи, начавшиеся раньше конца предыдущей"},
                 .value = overlaps,
                 .test = always(0),
                 .yes = both("Run synchronously, none of {} began before an earlier one had ended.",
                             "При синхронном выполнении ни одна из {} не началась раньше конца предыдущей.", of_tasks),
                 .no = both("Run synchronously, up to {} of {} began before an earlier one had ended.",
                            "При синхронном выполнении раньше конца предыдущей начинались до {} из {}.",
                            number(overlaps ? overlaps->high : 0), of_tasks),
                 .timed = false,
                 .hue = "sync"});
  claim.require(
      {.id = "sum",
       .label = {"synchronously: makespan over the sum of all blocks", "синхронно: общее время к сумме всех блоков"},
       .value = share,
       .unit = "×",
       .test = within(1, 0.05, 0.2),
       .yes = both("Their makespan is the sum of their blocks: {} of it.",
                   "Общее время равно сумме их блоков: отношение {}.", quantity(share, "×")),
       .no = both("Their makespan is not the sum of their blocks: {} of it.",
                  "Общее время не равно сумме их блоков: отношение {}.", quantity(share, "×")),
       .hue = "sync"});
  claim.require(
      {.id = "loop-overlaps",
       .label = {"on the event loop: tasks that began before an earlier one had ended",
                 "в цикле событий: задачи, начавшиеся раньше конца предыдущей"},
       .value = control,
       .test = always_at_least(1),
       .yes = both("The same tasks overlap on an event loop: each time at least {} began before an earlier one "
                   "had ended.",
                   "В цикле событий те же задачи перекрываются: раньше конца предыдущей каждый раз "
                   "начиналось не меньше {}.",
                   number(control ? control->low : 0)),
       .no = {"On an event loop nothing overlapped either, so this shows nothing special about synchronous "
              "programs.",
              "В цикле событий тоже ничего не перекрылось: особенности синхронных программ так не видно."},
       .timed = false,
       .hue = "async"});
  for (const Case& one : {sync_case(), async_case()}) {
    claim.show(one, kSumMs);
    claim.show(one, kWallMs);
  }
  claim.background({"One instruction follows the other, and while the program waits it does nothing else.",
                    "Инструкции выполняются друг за другом, и пока программа ждёт, она больше ничего не делает."});
  claim.figure(beginnings(claim));
  claim.truth("sum", share && share->median < 0.95 ? "less" : share && share->median > 1.05 ? "more" : "sum");
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"tasks", "size", "wait_ms", "cpu_share", "repeat"};
constexpr std::string_view kSubject[] = {"in_flight"};
constexpr std::string_view kInterchangeable[] = {"sync.task.* async.task.*"};  // only drawn

}  // namespace

const Experiment& sequential_experiment() {
  static const Experiment experiment{
      .id = "sequential",
      .section = "synchronous",
      .title = {"One after another", "Друг за другом"},
      .claim = {"In a synchronous program the next block does not begin until the one before it has ended.",
                "В синхронной программе следующий блок не начинается, пока не закончится предыдущий."},
      .about =
          {"Eight tasks that compute, wait and compute again: synchronously, and on an event loop for comparison. Look "
           "at when each of them begins.",
           "Восемь задач: вычисление, ожидание, снова вычисление — синхронно и, для сравнения, в цикле событий. "
           "Посмотрите, когда начинается каждая из них."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"Eight such tasks run synchronously. How long does it take?",
                            "Восемь таких задач выполняются синхронно. Сколько времени это займёт?"},
                   .options = {{"less",
                                {"Less than their times together: the waits overlap",
                                 "Меньше суммы их времён: ожидания перекроются"}},
                               {"sum", {"As long as their times together", "Столько же, сколько сумма их времён"}},
                               {"more",
                                {"Much longer: changing from one to the next costs time",
                                 "Намного больше: переход от задачи к задаче стоит времени"}}}},
      .config = R"({"model":"sync","workload":"mixed","tasks":8,"size":64000000,"wait_ms":24})",
      .reads = kReads,
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
