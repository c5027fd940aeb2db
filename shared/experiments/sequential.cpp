// sequential: in a synchronous program the next block begins when the one before it has ended. The same tasks on an
// event loop show that the recording would see an overlap.
#include <algorithm>
#include <limits>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr const char* kModels[] = {"sync", "async"};
constexpr std::size_t kDrawn = 64;  // tasks in the figure of beginnings

struct TaskTime {
  std::int64_t begin_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t end_ns = 0;
};

double to_ms(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

/// From each task's first span to its last.
std::vector<TaskTime> task_times(const std::vector<Span>& spans, std::size_t tasks) {
  std::vector<TaskTime> times(tasks);
  for (const Span& span : spans) {
    if (span.task >= tasks) continue;
    times[span.task].begin_ns = std::min(times[span.task].begin_ns, span.begin_ns);
    times[span.task].end_ns = std::max(times[span.task].end_ns, span.end_ns);
  }
  return times;
}

void evaluate(const std::string& model, const RunResult& result, const std::vector<Span>& spans, Measured& out) {
  std::vector<TaskTime> times = task_times(spans, result.config.tasks);
  if (!result.wall_ms.median || std::ranges::any_of(times, [](const TaskTime& one) { return one.end_ns == 0; })) {
    out.facts[model + ".incomplete"] += 1;
    return;
  }
  double sum_ms = 0;
  for (std::size_t task = 0; task < times.size(); ++task) {
    sum_ms += to_ms(times[task].end_ns - times[task].begin_ns);
    if (task < kDrawn) out.samples[fmt::format("{}.begin.{}", model, task)].push_back(to_ms(times[task].begin_ns));
  }
  std::ranges::sort(times, {}, &TaskTime::begin_ns);
  double overlaps = 0;
  std::int64_t busy_until = 0, covered = 0;
  for (const TaskTime& one : times) {
    if (one.begin_ns < busy_until) ++overlaps;
    covered += std::max<std::int64_t>(one.end_ns - std::max(one.begin_ns, busy_until), 0);
    busy_until = std::max(busy_until, one.end_ns);
  }
  out.samples[model + ".overlaps"].push_back(overlaps);
  out.samples[model + ".sum_ms"].push_back(sum_ms);
  out.samples[model + ".wall_ms"].push_back(*result.wall_ms.median);
  out.samples[model + ".gap_ms"].push_back(*result.wall_ms.median - to_ms(covered));
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  json own = base(lab, {{"workload", "mixed"}, {"tasks", 8}, {"size", 64'000'000}, {"wait_ms", 24}});
  const std::uint32_t rounds = rounds_of(lab);
  own["repeat"] = 1;
  own["trace"] = true;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    co_await look_at_machine(lab, out);
    own["warmup"] = round == 0 ? 1 : 0;
    for (const std::string model : kModels) {
      lab.step(static_cast<double>(round) / rounds, model_name(model));
      own["model"] = model;
      std::vector<Span> spans;
      auto result = co_await lab.run(own, &spans);
      if (!result) co_return std::unexpected(result.error());
      evaluate(model, *result, spans, out);
      if (result->throughput_per_s.median)
        out.samples[model + ".throughput_per_s"].push_back(*result->throughput_per_s.median);
      if (round + 1 == rounds) out.runs.push_back(of_all_rounds(to_json(*result), model, out, rounds));
      out.facts["tasks"] = result->config.tasks;
    }
  }
  co_return out;
}

/// Stairs, or all at once.
Figure beginnings(const Measured& measured) {
  Figure figure;
  figure.id = "begin";
  figure.kind = FigureKind::lines;
  figure.title = {"When each task begins", "Когда начинается каждая задача"};
  figure.x = {.label = {"task", "задача"}, .unit = "", .log = false, .categories = {}};
  figure.y = {.label = {"begins after", "начало через"}, .unit = "ms", .log = false, .categories = {}};
  for (const std::string model : kModels) {
    FigureSeries series{.id = model, .name = model_name(model), .style = SeriesStyle::measured, .points = {}};
    for (std::size_t task = 0; task < kDrawn; ++task) {
      add_point(series, static_cast<double>(task + 1), spread(measured, fmt::format("{}.begin.{}", model, task)));
    }
    if (!series.points.empty()) figure.series.push_back(std::move(series));
  }
  return figure;
}

Figure sums(const Measured& measured) {
  Figure figure;
  figure.id = "sum";
  figure.kind = FigureKind::bars;
  figure.title = {"The tasks' times together, and the makespan", "Сумма времён задач и общее время"};
  figure.y = {.label = {"time", "время"}, .unit = "ms", .log = false, .categories = {}};
  FigureSeries sum{
      .id = "sum", .name = {"sum of the tasks", "сумма задач"}, .style = SeriesStyle::measured, .points = {}};
  FigureSeries wall{
      .id = "makespan", .name = {"makespan", "общее время"}, .style = SeriesStyle::measured, .points = {}};
  double x = 0;
  for (const std::string model : kModels) {
    figure.x.categories.push_back(model_name(model));
    add_point(sum, x, spread(measured, model + ".sum_ms"));
    add_point(wall, x, spread(measured, model + ".wall_ms"));
    ++x;
  }
  figure.series = {std::move(sum), std::move(wall)};
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const double tasks = fact(measured, "tasks");
  const auto& overlaps = samples(measured, "sync.overlaps");
  const auto& control = samples(measured, "async.overlaps");
  const auto ratio = spread(ratios(measured, "sync.wall_ms", "sync.sum_ms"));
  const auto sum = spread(measured, "sync.sum_ms"), wall = spread(measured, "sync.wall_ms");
  const double most = overlaps.empty() ? 0 : std::ranges::max(overlaps);
  const double seen = control.empty() ? 0 : std::ranges::min(control);
  put(finding.numbers, "sync_sum_ms", sum);
  put(finding.numbers, "sync_wall_ms", wall);
  put(finding.numbers, "makespan_over_sum", ratio);
  put(finding.numbers, "gap_ms", spread(measured, "sync.gap_ms"));
  finding.numbers["overlaps"] = overlaps.empty() ? json(nullptr) : json(most);
  finding.numbers["overlaps_async"] = control.empty() ? json(nullptr) : json(seen);
  finding.numbers["tasks"] = tasks;
  // A recording that shows no overlap where there must be one would not show one here either.
  const Tri none = overlaps.empty() ? Tri::unclear : most > 0 ? Tri::no : seen > 0 ? Tri::yes : Tri::unclear;
  finding.truth = ratio ? json(ratio->high < 0.9 ? "less" : ratio->low > 1.1 ? "more" : "sum") : json(nullptr);
  finding.figures = {beginnings(measured), sums(measured)};
  conclude(finding, measured,
           all_of({none, fact(measured, "sync.incomplete") > 0 ? Tri::unclear : Tri::yes, at_least(ratio, 0.98, 0.9),
                   at_most(ratio, 1.05, 1.3)}),
           both("{}: run synchronously, {} began before an earlier one had ended; on an event loop at least {} did. "
                "Their times add up to {} ms, the makespan is {} ms; between and around them lie {} ms.",
                "{}: при синхронном выполнении раньше окончания предыдущей {}, в цикле событий — не менее {}. "
                "Сумма времён задач — {} мс, общее время — {} мс; промежутки до, между и "
                "после них — {} мс.",
                counted(tasks, {"task", "tasks", "задача", "задачи", "задач"}),
                most == 0 ? BothTexts{"none", "не началась ни одна"}
                          : both("at most {}", "началось не более {}", number(most)),
                number(seen), with_interval(sum), with_interval(wall), with_interval(spread(measured, "sync.gap_ms"))),
           {"One instruction follows the other, so the waits are waited for as well: the makespan is the sum.",
            "Инструкции выполняются друг за другом, и каждое ожидание программа простаивает: общее время равно сумме."},
           {"Tasks overlapped, or the makespan is not the sum of their times.",
            "Задачи перекрывались, или общее время не равно сумме их времён."},
           none != Tri::no,
           tasks < 2 ? BothTexts{"Not decided: one task follows no other. Use two tasks or more.",
                                 "Не решено: одна задача ни за какой не следует. Задайте не меньше двух задач."}
                     : BothTexts{});
  return finding;
}

constexpr std::string_view kReads[] = {"tasks", "size", "wait_ms", "cpu_share", "repeat"};

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
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
