// model-map: which model should I choose? Every model on a grid of CPU share and number of tasks.
#include <algorithm>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr double kShares[] = {0, 0.5, 1};
constexpr unsigned kTasks[] = {2, 8, 32};
constexpr double kWaitMs = 5;
constexpr double kUnitsPerTask = 10'000'000;  // of sum: about as long as the wait

const std::vector<std::string>& all_models() {
  static const std::vector<std::string> models{"sync", "threads", "processes", "async"};
  return models;
}

std::string name_of(std::string_view model, double share, unsigned tasks) {
  return fmt::format("{}.c{:.0f}.t{}", model, share * 100, tasks);
}

std::vector<Case> cases() {
  const Capabilities& host = capabilities();
  std::vector<Case> out;
  for (const double share : kShares) {
    for (const unsigned tasks : kTasks) {
      for (const std::string& model : all_models()) {
        if ((model == "threads" && !host.threads) || (model == "processes" && !host.processes)) continue;
        out.push_back({name_of(model, share, tasks),
                       {{"model", model}, {"tasks", tasks}, {"cpu_share", share}, {"size", kUnitsPerTask * tasks}}});
      }
    }
  }
  return out;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  json own = base(lab, {{"wait_ms", kWaitMs}});
  // The grid is the experiment.
  for (const char* planned : {"tasks", "size", "cpu_share", "model"}) own.erase(planned);
  own["workload"] = "mixed";
  const Status status = co_await measure_cases(lab, std::move(own), cases(), Rounds(lab), out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

/// The models that were measured.
std::vector<std::string> measured_models(const Measured& measured) {
  std::vector<std::string> out;
  for (const std::string& model : all_models()) {
    if (!samples(measured, name_of(model, kShares[0], kTasks[0]) + ".wall_ms").empty()) out.push_back(model);
  }
  return out;
}

/// The model that is faster than every other one, pair by pair of the same round, with the whole interval.
std::optional<std::uint32_t> winner(const Measured& measured, const std::vector<std::string>& models, double share,
                                    unsigned tasks) {
  for (std::uint32_t mine = 0; mine < models.size(); ++mine) {
    const bool beats_all = std::ranges::all_of(models, [&](const std::string& other) {
      if (other == models[mine]) return true;
      const auto ratio = spread(ratios(measured, name_of(other, share, tasks) + ".wall_ms",
                                       name_of(models[mine], share, tasks) + ".wall_ms"));
      return ratio && ratio->low > 1;
    });
    if (beats_all) return mine;
  }
  return std::nullopt;
}

Figure empty_map(const std::vector<std::string>& models) {
  Figure figure;
  figure.id = "winner";
  figure.kind = FigureKind::heatmap;
  figure.title = {"The fastest model", "Самая быстрая модель"};
  figure.x = {.label = {"tasks", "задачи"}, .unit = {}, .log = false, .categories = {}};
  figure.y = {.label = {"share of computing", "доля вычислений"}, .unit = {}, .log = false, .categories = {}};
  for (const unsigned tasks : kTasks) figure.x.categories.push_back(both("{}", "{}", tasks));
  for (const double share : kShares) figure.y.categories.push_back(both("{} %", "{} %", number(share * 100)));
  for (const std::string& model : models) {
    figure.series.push_back({.id = model, .name = model_name(model), .style = SeriesStyle::measured, .points = {}});
  }
  figure.value_unit = "ms";
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const std::vector<std::string> models = measured_models(measured);
  Figure figure = empty_map(models);
  std::vector<int> wins(models.size());
  int open = 0;
  for (std::uint32_t row = 0; row < std::size(kShares); ++row) {
    for (std::uint32_t column = 0; column < std::size(kTasks); ++column) {
      HeatCell cell{.column = column, .row = row, .winner = {}, .values = {}};
      for (const std::string& model : models) {
        const auto wall = spread(measured, name_of(model, kShares[row], kTasks[column]) + ".wall_ms");
        cell.values.push_back(wall ? std::optional(wall->median) : std::nullopt);
        finding.numbers[name_of(model, kShares[row], kTasks[column]) + "_ms"] = wall ? json(wall->median) : json();
      }
      cell.winner = winner(measured, models, kShares[row], kTasks[column]);
      cell.winner ? ++wins[*cell.winner] : ++open;
      figure.cells.push_back(std::move(cell));
    }
  }
  finding.figures.push_back(std::move(figure));
  const auto winners = std::ranges::count_if(wins, [](int count) { return count > 0; });
  finding.numbers["winners"] = winners;
  finding.numbers["cells_without_winner"] = open;
  BothTexts counts;
  for (std::size_t i = 0; i < models.size(); ++i) {
    finding.numbers["wins_" + models[i]] = wins[i];
    counts = counts + BothTexts{fmt::format("{} {}, ", model_name(models[i]).en, wins[i]),
                                fmt::format("{} — {}, ", model_name(models[i]).ru, wins[i])};
  }
  const auto in_total = static_cast<int>(std::size(kShares) * std::size(kTasks));
  // Two winners prove that it depends; one that wins everywhere would refute it.
  const Tri depends = winners >= 2 ? Tri::yes : open == 0 && models.size() > 1 ? Tri::no : Tri::unclear;
  const bool waits_to_async = winner(measured, models, 0, 32) == std::optional(std::uint32_t(models.size() - 1));
  finding.truth = depends == Tri::unclear ? json() : waits_to_async ? json("async") : json("other");
  conclude(
      finding, measured, depends,
      BothTexts{"Of " + std::to_string(in_total) + " cells: ", "Из " + std::to_string(in_total) + " клеток: "} +
          counts + both("no difference beyond the noise {}.", "без разницы сверх шума — {}.", open),
      {"No model is the best everywhere: many waits belong on the event loop, computing on as many threads or "
       "processes as there are cores, and little work is done soonest without any of it.",
       "Лучшей модели на все случаи нет: множество ожиданий — циклу событий, вычисления — потокам или процессам по "
       "числу ядер, а малую работу быстрее всего сделать без них."},
      {"One model was the fastest everywhere on this machine.",
       "На этой машине везде быстрее оказалась одна и та же модель."});
  return finding;
}

constexpr std::string_view kReads[] = {"wait_ms", "workers", "spawn_per_task", "repeat"};

}  // namespace

const Experiment& model_map_experiment() {
  static const Experiment experiment{
      .id = "model-map",
      .section = "choosing",
      .title = {"Which model?", "Какую модель выбрать?"},
      .origin = Origin::asks,
      .claim = {"Which model is the fastest depends on the share of computing and on the number of tasks.",
                "Какая модель быстрее, зависит от доли вычислений и от числа задач."},
      .about =
          {"All models on a grid: 2 to 32 tasks that only wait, compute half of the time, or only compute. Each cell "
           "shows who was fastest beyond the noise.",
           "Все модели на сетке: от 2 до 32 задач, которые только ждут, половину времени вычисляют или только "
           "вычисляют. Клетка показывает, кто быстрее сверх шума измерений."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"32 tasks that only wait: who is fastest?", "32 задачи, которые только ждут: кто быстрее?"},
                   .options = {{"async", {"async", "асинхронно"}}, {"other", {"another model", "другая модель"}}}},
      .config = R"({"workload":"mixed","tasks":32,"wait_ms":5,"cpu_share":0.5,"size":320000000})",
      .reads = kReads,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
