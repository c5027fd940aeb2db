// race-condition: threads that add to one variable without protection lose updates; three remedies and what they cost.
#include <algorithm>

#include "base/stats.hpp"
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr std::size_t kBins = 12;

json defaults() { return {{"workload", "counter"}, {"tasks", 16}, {"size", 1'000'000}, {"workers", 4}}; }

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::string_view mode : kCounterModeNames) {
    all.push_back({std::string(mode), {{"model", "threads"}, {"counter_mode", mode}}});
  }
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
  const Status status = co_await measure_cases(lab, std::move(options), cases(), rounds_of(lab, 12), out);
  if (!status) co_return std::unexpected(status.error());
  out.facts["increments"] = out.runs[0]["size"].get<double>();
  out.facts["workers"] = out.runs[0]["workers"].get<double>();
  co_return out;
}

Figure histogram(const std::vector<double>& lost) {
  Figure figure;
  figure.id = "lost";
  figure.kind = FigureKind::histogram;
  figure.title = {"Lost updates, repeat by repeat", "Потерянные обновления по повторам"};
  figure.x.label = {"lost updates", "потеряно обновлений"};
  figure.y.label = {"repeats", "повторов"};
  FigureSeries series{.id = "threads", .name = mode_name("split"), .style = SeriesStyle::measured, .points = {}};
  if (!lost.empty()) {
    const auto [least, most] = std::ranges::minmax(lost);
    figure.bin_width = std::max((most - least) / kBins, 1.0);
    std::vector<double> counts(kBins);
    for (const double value : lost) {
      ++counts[std::min(static_cast<std::size_t>((value - least) / figure.bin_width), kBins - 1)];
    }
    for (std::size_t i = 0; i < kBins; ++i) {
      series.points.push_back(
          {.x = least + static_cast<double>(i) * figure.bin_width, .y = counts[i], .low = {}, .high = {}});
    }
  }
  figure.series.push_back(std::move(series));
  return figure;
}

Figure costs(const Measured& measured) {
  Figure figure = bars(measured, "cost", {"What each way costs", "Сколько стоит каждый способ"},
                       {"split", "mutex", "atomic", "local"}, ".wall_ms", {"makespan", "общее время"}, "ms");
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
  finding.figures = {histogram(lost), costs(measured)};
  conclude(
      finding, measured, result,
      both("{} threads added 1 to one variable {} times; {} of {} repeats lost updates, from {} to {} of them. "
           "Mutex, atomic and own counters lost {}.",
           "{} потоков прибавили к одной переменной единицу {} раз; обновления потеряли {} из {} повторов, от {} до "
           "{} штук. С мьютексом, атомарно и со своими счётчиками потеряно {}.",
           number(fact(measured, "workers")), fmt::format("{:.0f}", increments), losing, lost.size(),
           lost.empty() ? 0 : std::ranges::min(lost), lost.empty() ? 0 : std::ranges::max(lost), remedies_lost),
      {"Between a thread's load and its store another thread can store: that update is overwritten. Which ones "
       "depends on chance.",
       "Между чтением и записью одного потока успевает записать другой, и его обновление затирается. Какое именно "
       "— дело случая."},
      {"A protected counter lost updates: the protection does not work here.",
       "Защищённый счётчик потерял обновления: защита здесь не работает."},
      false);
  return finding;
}

}  // namespace

const Experiment& race_condition_experiment() {
  static const Experiment experiment{
      .id = "race-condition",
      .section = "threads",
      .title = {"Race condition", "Состояние гонки"},
      .claim = {"Threads that change a global variable give unpredictable results.",
                "Потоки, изменяющие глобальную переменную, дают непредсказуемый результат."},
      .about =
          {"Four threads add 1 to one variable: unprotected, under a mutex, atomically, and each to a counter of its "
           "own. Lost updates are counted.",
           "Четыре потока прибавляют единицу к одной переменной: без защиты, под мьютексом, атомарно и каждый к "
           "своему счётчику. Потерянные обновления сосчитаны."},
      .question = {.kind = PredictionKind::number,
                   .text = {"What percentage of the updates is lost without protection?",
                            "Какой процент обновлений теряется без защиты?"},
                   .unit = "%",
                   .min = 0,
                   .max = 100},
      .config = R"({"workload":"counter","tasks":16,"size":1000000,"workers":4})",
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
