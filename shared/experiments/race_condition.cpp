// race-condition: threads that add to one variable without protection lose updates; three remedies and what they cost.
#include <algorithm>

#include "base/stats.hpp"
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

/// Unprotected, and the remedies.
constexpr const char* kWays[] = {"split", "mutex", "atomic", "local"};

json defaults() { return {{"workload", "counter"}, {"tasks", 16}, {"size", 1'000'000}, {"workers", 4}}; }

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const char* way : kWays) all.push_back({way, {{"model", "threads"}, {"counter_mode", way}}});
  return all;
}

BothTexts mode_name(std::string_view mode) {
  if (mode == "split") return {"unprotected", "без защиты"};
  if (mode == "mutex") return {"mutex", "мьютекс"};
  if (mode == "atomic") return {"atomic", "атомарно"};
  return {"own counters", "свои счётчики"};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  json options = base(lab, defaults());
  options.erase("counter_mode");
  const Status status = co_await measure_cases(lab, std::move(options), cases(), Rounds(lab, 12), out);
  if (!status) co_return std::unexpected(status.error());
  out.facts["increments"] = out.runs[0]["size"].get<double>();
  out.facts["workers"] = out.runs[0]["workers"].get<double>();
  co_return out;
}

Figure costs(const Measured& measured) {
  Figure figure = bars(measured, "cost", {"What each way costs", "Сколько стоит каждый способ"},
                       {std::begin(kWays), std::end(kWays)}, ".wall_ms", {"makespan", "общее время"}, "ms");
  for (std::size_t i = 0; i < figure.series.size(); ++i) {
    figure.series[i].name = mode_name(figure.series[i].id);
    figure.x.categories[i] = figure.series[i].name;
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const auto& lost = samples(measured, "split.lost");
  const auto losing = static_cast<double>(std::ranges::count_if(lost, [](double value) { return value > 0; }));
  double remedies_lost = 0;
  for (const char* remedy : {"mutex.lost", "atomic.lost", "local.lost"}) {
    for (const double value : samples(measured, remedy)) remedies_lost += std::abs(value);
  }
  const double increments = fact(measured, "increments", 1);
  const auto middle = median(lost);
  finding.numbers["lost_median"] = middle ? json(*middle) : json(nullptr);
  finding.numbers["lost_min"] = lost.empty() ? json(nullptr) : json(std::ranges::min(lost));
  finding.numbers["lost_max"] = lost.empty() ? json(nullptr) : json(std::ranges::max(lost));
  finding.numbers["repeats_that_lost"] = losing;
  finding.numbers["lost_by_remedies"] = remedies_lost;
  finding.numbers["increments"] = increments;
  for (const char* remedy : {"mutex", "atomic", "local"}) {
    put(finding.numbers, std::string("cost_") + remedy,
        spread(ratios(measured, std::string(remedy) + ".wall_ms", "split.wall_ms")));
  }
  // Unpredictable: updates are lost, and not the same number each time. That none was lost proves nothing: luck.
  const bool differ = !lost.empty() && std::ranges::min(lost) != std::ranges::max(lost);
  const Tri result = remedies_lost != 0 ? Tri::no : losing > 0 && differ ? Tri::yes : Tri::unclear;
  finding.truth = middle ? json(100 * *middle / increments) : json(nullptr);
  finding.figures = {
      histogram("lost", {"Lost updates, repeat by repeat", "Потерянные обновления по повторам"},
                {.label = {"lost updates", "потеряно обновлений"}, .unit = "", .log = false, .categories = {}},
                {"repeats", "повторов"}, lost, "threads", mode_name("split"), 1),
      costs(measured)};
  conclude(
      finding, measured, result,
      both("{0} added 1 to one variable {1} times in all. Without protection {3} of {4} repeats lost updates, between "
           "{5} "
           "and {6}. With a mutex, atomically and with own counters {7} were lost.",
           "{0} вместе прибавили единицу к одной переменной {1} {2}. Без защиты обновления потерялись в {3} из {4} "
           "повторов: от {5} до {6}. С мьютексом, атомарно и со своими счётчиками потеряно: {7}.",
           counted(fact(measured, "workers"), {"thread", "threads", "поток", "потока", "потоков"}), number(increments),
           russian_form(increments, "раз", "раза", "раз"), losing, lost.size(),
           lost.empty() ? kNothing : number(std::ranges::min(lost)),
           lost.empty() ? kNothing : number(std::ranges::max(lost)), number(remedies_lost)),
      {"Between a thread's load and its store another thread can store: that update is then overwritten. How many are "
       "lost depends on how the threads happen to meet.",
       "Между чтением и записью одного потока может успеть записать другой — его обновление будет затёрто. Сколько "
       "обновлений потеряется, зависит от того, как потоки столкнутся."},
      {"A protected counter lost updates: the protection does not work here.",
       "Защищённый счётчик потерял обновления: защита здесь не работает."},
      false,
      {"Not decided: no update was lost, or always the same number, which may be luck (on one core threads seldom "
       "meet). "
       "Use a larger size or more workers.",
       "Не решено: обновления не терялись или терялось одно и то же число — это может быть случайностью (на одном ядре "
       "потоки сталкиваются редко). Увеличьте размер задачи или число исполнителей."});
  return finding;
}

constexpr std::string_view kReads[] = {"tasks", "size", "workers", "spawn_per_task", "repeat"};

}  // namespace

const Experiment& race_condition_experiment() {
  static const Experiment experiment{
      .id = "race-condition",
      .section = "threads",
      .title = {"Race condition", "Состояние гонки"},
      .claim = {"Threads that change one global variable without protection give unpredictable results.",
                "Если потоки без защиты изменяют одну глобальную переменную, результат непредсказуем."},
      .about =
          {"Four threads add 1 to one variable: unprotected, under a mutex, atomically, and each to a counter of its "
           "own. Lost updates are counted.",
           "Четыре потока прибавляют единицу к одной переменной: без защиты, под мьютексом, атомарно, а затем каждый — "
           "к своему счётчику. Потерянные обновления подсчитываются."},
      .question = {.kind = PredictionKind::number,
                   .text = {"What percentage of the updates is lost without protection?",
                            "Какой процент обновлений теряется без защиты?"},
                   .unit = "%",
                   .min = 0,
                   .max = 100},
      .config = R"({"workload":"counter","tasks":16,"size":1000000,"workers":4,"repeat":12})",
      .reads = kReads,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
