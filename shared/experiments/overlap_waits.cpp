// overlap-waits: several waits at once on one thread take as long as the longest, not as long as their sum.
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;

nlohmann::json defaults() { return {{"workload", "sleep"}, {"tasks", 8}, {"wait_ms", 40}}; }

std::vector<Case> cases() { return {{"sync", {{"model", "sync"}}}, {"async", {{"model", "async"}}}}; }

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const Status status = co_await measure_cases(lab, base(lab, defaults()), cases(), Rounds(lab), out);
  if (!status) co_return std::unexpected(status.error());
  out.facts["tasks"] = out.runs[0]["tasks"].get<double>();
  out.facts["wait_ms"] = out.runs[0]["wait_ms"].get<double>();
  co_return out;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const double tasks = fact(measured, "tasks");
  const double wait_ms = fact(measured, "wait_ms");
  const auto sync = spread(measured, "sync.wall_ms");
  const auto async = spread(measured, "async.wall_ms");
  const auto speedup = spread(ratios(measured, "sync.wall_ms", "async.wall_ms"));
  put(finding.numbers, "sync_wall_ms", sync);
  put(finding.numbers, "async_wall_ms", async);
  put(finding.numbers, "speedup", speedup);
  finding.numbers["tasks"] = tasks;
  finding.numbers["wait_ms"] = wait_ms;
  // Sync takes the sum; async the longest wait, and what its scheduling adds.
  const Tri sum = tasks < 2 ? Tri::unclear : at_least(sync, 0.95 * tasks * wait_ms, 0.8 * tasks * wait_ms);
  const Tri longest = at_most(async, 1.5 * wait_ms + 10, 0.8 * tasks * wait_ms);
  finding.truth = speedup ? nlohmann::json(speedup->median) : nlohmann::json(nullptr);
  finding.figures.push_back(bars(measured, "makespan", {"Makespan", "Общее время"}, {"sync", "async"}, ".wall_ms",
                                 {"makespan", "общее время"}, "ms"));
  conclude(
      finding, measured, all_of({sum, longest}),
      both("{} of {} ms: sync took {} ms, async {} ms.", "{} по {} мс: синхронно — {} мс, асинхронно — {} мс.",
           counted(tasks, {"wait", "waits", "ожидание", "ожидания", "ожиданий"}), number(wait_ms), with_interval(sync),
           with_interval(async)),
      both("Sync waits for one after another, {} ms in sum; on the event loop all wait at once, so the longest wait "
           "decides.",
           "Синхронно ожидания идут друг за другом — в сумме {} мс; в цикле событий ждут все задачи сразу, и общее "
           "время определяет самое долгое ожидание.",
           number(tasks * wait_ms)),
      {"The waits did not overlap as claimed.", "Ожидания не перекрылись, вопреки утверждению."}, true,
      tasks < 2 ? BothTexts{"Not decided: one wait alone overlaps with nothing. Use two tasks or more.",
                            "Не решено: одному ожиданию не с чем перекрываться. Задайте не меньше двух задач."}
                : BothTexts{});
  return finding;
}

constexpr std::string_view kReads[] = {"tasks", "wait_ms", "concurrency", "repeat"};

}  // namespace

const Experiment& overlap_waits_experiment() {
  static const Experiment experiment{
      .id = "overlap-waits",
      .section = "asynchrony",
      .title = {"Waits overlap", "Ожидания перекрываются"},
      .claim = {"Asynchrony performs several tasks at once without waiting for each of them to end.",
                "Асинхронность выполняет несколько задач сразу, не дожидаясь завершения каждой."},
      .about = {"Eight tasks that only wait, one after another and on an event loop. Look at how the waits lie on the "
                "time axis.",
                "Восемь задач, которые только ждут: сначала друг за другом, затем в цикле событий. Посмотрите, как "
                "ожидания расположены на оси времени."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times faster is async?", "Во сколько раз быстрее асинхронный вариант?"},
                   .unit = "×",
                   .min = 0.1,
                   .max = 100},
      .config = R"({"workload":"sleep","tasks":8,"wait_ms":40})",
      .reads = kReads,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
