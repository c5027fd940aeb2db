// tasks-vs-await: awaiting one coroutine after another is a sequence; tasks started together run independently of their
// maker, and their waits overlap.
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

/// One task in flight: the next begins when the one before it has ended, as with `await` in a row. None set: all are
/// started, then awaited.
std::vector<Case> cases() {
  return {{"awaited", {{"model", "async"}, {"concurrency", 1}}}, {"tasks", {{"model", "async"}, {"concurrency", 0}}}};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  json own = base(lab, {{"tasks", 8}, {"wait_ms", 40}});
  for (const char* planned : {"model", "concurrency"}) own.erase(planned);
  own["workload"] = "sleep";
  const Status status = co_await measure_cases(lab, std::move(own), cases(), Rounds(lab), out);
  if (!status) co_return std::unexpected(status.error());
  out.facts["tasks"] = out.runs[0]["tasks"].get<double>();
  out.facts["wait_ms"] = out.runs[0]["wait_ms"].get<double>();
  co_return out;
}

Figure makespans(const Measured& measured) {
  Figure figure = bars(measured, "makespan", {"Makespan", "Общее время"}, {"awaited", "tasks"}, ".wall_ms",
                       {"makespan", "общее время"}, "ms");
  const BothTexts names[] = {{"await in a row", "await по очереди"}, {"tasks together", "задачи вместе"}};
  for (std::size_t i = 0; i < figure.series.size(); ++i) {
    figure.series[i].name = names[i];
    figure.x.categories[i] = names[i];
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const double tasks = fact(measured, "tasks");
  const double wait_ms = fact(measured, "wait_ms");
  const auto awaited = spread(measured, "awaited.wall_ms");
  const auto together = spread(measured, "tasks.wall_ms");
  const auto ratio = spread(ratios(measured, "awaited.wall_ms", "tasks.wall_ms"));
  put(finding.numbers, "awaited_wall_ms", awaited);
  put(finding.numbers, "tasks_wall_ms", together);
  put(finding.numbers, "ratio", ratio);
  finding.numbers["tasks"] = tasks;
  finding.numbers["wait_ms"] = wait_ms;
  finding.truth = ratio ? json(ratio->median) : json(nullptr);
  finding.figures.push_back(makespans(measured));
  // With one task both ways are the same: there is nothing to tell apart. Else the ratio is N, less what starting
  // costs.
  const Tri result = tasks < 2 ? Tri::unclear : at_least(ratio, 1 + 0.6 * (tasks - 1), 1 + 0.3 * (tasks - 1));
  conclude(finding, measured, result,
           both("{} of {} ms, all on one thread: awaited one after another {} ms, as tasks {} ms, {} as fast.",
                "{} по {} мс, все в одном потоке: await по очереди — {} мс, задачами — {} мс, быстрее {}.",
                counted(tasks, {"wait", "waits", "ожидание", "ожидания", "ожиданий"}), number(wait_ms),
                with_interval(awaited), with_interval(together), times(ratio)),
           {"`await coroutine()` lets the next one begin only after this one has ended. A task (create_task, gather) "
            "is already under way when it is awaited, so the waits overlap and the longest decides.",
            "`await coroutine()` начинает следующую корутину только после завершения этой. Задача (create_task, "
            "gather) к моменту await уже выполняется, поэтому ожидания перекрываются и время определяет самое долгое."},
           {"Started together, the tasks did not overlap as claimed: they depended on one another.",
            "Запущенные вместе задачи не перекрылись, вопреки утверждению: они зависели друг от друга."});
  return finding;
}

constexpr std::string_view kReads[] = {"tasks", "wait_ms", "repeat"};

}  // namespace

const Experiment& tasks_vs_await_experiment() {
  static const Experiment experiment{
      .id = "tasks-vs-await",
      .section = "asynchrony",
      .title = {"Tasks or await", "Задачи или await"},
      .claim = {"Tasks run independently of the code that made them.",
                "Задачи выполняются независимо от кода, который их создал."},
      .about =
          {"Eight coroutines that only wait: awaited one after another, then started together as tasks and awaited. "
           "Both run on one thread.",
           "Восемь корутин, которые только ждут: сначала await по очереди, затем все запускаются задачами и лишь потом "
           "ожидаются. И то и другое — в одном потоке."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times faster are the tasks?", "Во сколько раз быстрее задачи?"},
                   .unit = "×",
                   .min = 0.1,
                   .max = 100},
      .config = R"({"model":"async","workload":"sleep","tasks":8,"wait_ms":40,"concurrency":1})",
      .reads = kReads,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
