// model-map: which model should I choose? Every model on a grid of the share of computing and the number of tasks.
#include <algorithm>

#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr unsigned kShares[] = {0, 50, 100};  // percent
constexpr unsigned kTaskCounts[] = {1, 4, 8};
constexpr double kWaitMs = 3;
constexpr double kUnitsPerTask = 6'000'000;  // of sum: about as long as the wait

std::vector<Case> models() { return {sync_case(), threads_case(), gil_case(), processes_case(), async_case()}; }

struct Cell {
  unsigned share = 0, tasks = 0;
};
std::vector<Cell> cells() {
  std::vector<Cell> out;
  for (const unsigned share : kShares) {
    for (const unsigned tasks : kTaskCounts) out.push_back({share, tasks});
  }
  return out;
}

Case in_cell(const Case& model, const Cell& cell) {
  return at_level(model, fmt::format("c{}.t{}", cell.share, cell.tasks),
                  both("{} % computing, {} tasks", "{} % вычислений, задач: {}", cell.share, cell.tasks));
}

/// As many tasks in flight as there are, for all that can have more than one: what a model allows decides, not how many
/// workers it was given.
std::vector<Configured> cases() {
  const Capabilities& host = capabilities();
  std::vector<Configured> out;
  for (const Cell& cell : cells()) {
    const auto add = [&](const Case& model, json options) {
      options.update({{"tasks", cell.tasks}, {"cpu_share", cell.share / 100.0}, {"size", kUnitsPerTask * cell.tasks}});
      out.push_back({in_cell(model, cell), std::move(options)});
    };
    add(sync_case(), {{"model", "sync"}});
    out.back().settings = {kWait};
    if (host.threads) {
      const unsigned workers = std::min(cell.tasks, host.max_threads);
      add(threads_case(), {{"model", "threads"}, {"workers", workers}});
      add(gil_case(), {{"model", "threads"}, {"workers", workers}, {"gil", true}});
    }
    if (host.processes)
      add(processes_case(), {{"model", "processes"}, {"workers", std::min(cell.tasks, host.max_children)}});
    add(async_case(), {{"model", "async"}});
  }
  return out;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  json own = base(lab, {{"workload", "mixed"}, {"wait_ms", kWaitMs}});
  const Status status = co_await measure_cases(lab, std::move(own), cases(), out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

/// The models that were measured.
std::vector<Case> measured_models(const Claim& claim) {
  std::vector<Case> out = models();
  std::erase_if(out, [&](const Case& one) { return claim.series(in_cell(one, cells().front()), kWallMs).empty(); });
  return out;
}

/// The model that is faster than every other one, pair by pair of the same round, by more than noise and load.
std::optional<std::uint32_t> winner(const Claim& claim, const std::vector<Case>& all, const Cell& cell) {
  for (std::uint32_t mine = 0; mine < all.size(); ++mine) {
    const bool beats_all = all.size() > 1 && std::ranges::all_of(all, [&](const Case& other) {
                             if (other.id == all[mine].id) return true;
                             const auto value = claim.over(in_cell(other, cell), in_cell(all[mine], cell), kWallMs);
                             return value && value->low > 1 && claim.tested(at_least(1, 1), value) == Holds::yes;
                           });
    if (beats_all) return mine;
  }
  return std::nullopt;
}

Figure empty_map(const std::vector<Case>& all) {
  Figure figure;
  figure.id = "winner";
  figure.kind = FigureKind::heatmap;
  figure.title = {"The fastest model", "Самая быстрая модель"};
  figure.x.label = {"tasks", "задачи"};
  figure.y.label = {"share of computing", "доля вычислений"};
  for (const unsigned tasks : kTaskCounts) figure.x.categories.push_back(both("{}", "{}", tasks));
  for (const unsigned share : kShares) figure.y.categories.push_back(both("{} %", "{} %", share));
  for (const Case& model : all) figure.series.push_back(series(model));
  figure.value_unit = "ms";
  return figure;
}

/// "async with 0 % computing (8, 16 tasks); threads with 100 % (16)": the cells that each model won.
BothTexts won(const std::vector<Case>& all, const std::vector<std::optional<std::uint32_t>>& winners) {
  const std::vector<Cell> grid = cells();
  BothTexts out;
  for (std::uint32_t model = 0; model < all.size(); ++model) {
    BothTexts rows;
    for (const unsigned share : kShares) {
      std::string tasks;
      for (std::size_t i = 0; i < grid.size(); ++i) {
        if (grid[i].share != share || winners[i] != model) continue;
        tasks += (tasks.empty() ? "" : ", ") + std::to_string(grid[i].tasks);
      }
      if (tasks.empty()) continue;
      rows = rows + BothTexts{rows.en.empty() ? "" : ", ", rows.ru.empty() ? "" : ", "} +
             both("{} % computing ({} tasks)", "{} % вычислений (задач: {})", share, tasks);
    }
    if (rows.en.empty()) continue;
    out = out + BothTexts{out.en.empty() ? "" : "; ", out.ru.empty() ? "" : "; "} +
          both("{} with {}", "{} — при {}", all[model].label, rows);
  }
  return out;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  claim.setting(kWait);
  const std::vector<Case> all = measured_models(claim);
  const std::vector<Cell> grid = cells();
  Figure map = empty_map(all);
  std::vector<std::optional<std::uint32_t>> winners;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    HeatCell cell{.column = static_cast<std::uint32_t>(i % std::size(kTaskCounts)),
                  .row = static_cast<std::uint32_t>(i / std::size(kTaskCounts)),
                  .winner = winner(claim, all, grid[i]),
                  .values = {}};
    for (const Case& model : all) {
      const auto wall = claim.of(in_cell(model, grid[i]), kWallMs);
      cell.values.push_back(wall ? std::optional(wall->median) : std::nullopt);
      claim.show(in_cell(model, grid[i]), kWallMs);
    }
    winners.push_back(cell.winner);
    map.cells.push_back(std::move(cell));
  }
  claim.figure(std::move(map));
  double different = 0;
  for (std::uint32_t model = 0; model < all.size(); ++model)
    different += std::ranges::count(winners, model) > 0 ? 1 : 0;
  const auto open = static_cast<double>(std::ranges::count_if(winners, [](const auto& one) { return !one; }));
  // A cell without a winner could still be another model's.
  const double most = std::min(static_cast<double>(all.size()), different + open);
  const BothTexts text = won(all, winners),
                  left = both(" Nobody was clearly the fastest in {} of {} cells.",
                              " Ни одна не быстрее прочих сверх шума в клетках: {} из {}.", number(open), grid.size());
  claim.require(
      {.id = "winners",
       .label = {"models that were the fastest somewhere", "моделей, где-то самых быстрых"},
       .value = all.size() < 2 ? std::nullopt : std::optional(Estimate{different, different, most}),
       .test = at_least(2, 2),
       .yes = both("The fastest: {}.", "Быстрее всех: {}.", text) + left,
       .no = both("One model was the fastest everywhere: {}.", "Везде быстрее одна и та же модель: {}.", text),
       .timed = false});  // each winner has been held against the load already
  // What is asked is one cell, the last of the first row.
  const auto asked = winners[std::size(kTaskCounts) - 1];
  if (asked) claim.truth("winners", all[*asked].id == "async" ? "async" : "other");
  claim.background(
      {"A wait costs a loop nothing, a thread a stack, a process its creation; computing needs cores, which "
       "a loop and threads under the GIL have one of.",
       "Ожидание ничего не стоит циклу событий, потоку стоит стека, процессу — создания; вычислениям "
       "нужны ядра, а у цикла и у потоков под GIL оно одно."});
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"wait_ms", "repeat"};
constexpr std::string_view kSubject[] = {"workers", "in_flight", "creation"};
// The claim is how many winners there are: which cells are whose is only told.
constexpr std::string_view kInterchangeable[] = {"sync.* threads.* gil.* processes.* async.*"};

}  // namespace

const Experiment& model_map_experiment() {
  static const Experiment experiment{
      .id = "model-map",
      .section = "choosing",
      .title = {"Which model?", "Какую модель выбрать?"},
      .origin = Origin::asks,
      .claim = {"No model is the fastest for every share of computing and every number of tasks.",
                "Ни одна модель не быстрее прочих при любой доле вычислений и любом числе задач."},
      .about =
          {"All models on a grid: 1 to 8 tasks that only wait, compute half of the time, or only compute; all of them "
           "may be in flight at once. Each cell shows who was fastest beyond the noise.",
           "Все модели на сетке: от 1 до 8 задач, которые только ждут, половину времени вычисляют или только "
           "вычисляют; все могут выполняться одновременно. Клетка показывает, кто быстрее сверх шума измерений."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"8 tasks that only wait: who is fastest?", "8 задач, которые только ждут: кто быстрее?"},
                   .options = {{"async", {"async", "асинхронно"}}, {"other", {"another model", "другая модель"}}}},
      .config = R"({"workload":"mixed","tasks":8,"wait_ms":3,"cpu_share":0.5,"size":48000000})",
      .reads = kReads,
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
