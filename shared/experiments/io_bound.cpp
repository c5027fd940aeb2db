// io-bound: an event loop carries as many waits at once as there are; threads end where they run out or cost too much.
#include <algorithm>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr double kWaitMs = 20;
constexpr unsigned kLevels[] = {1, 10, 50, 200, 1000, 10'000};
constexpr unsigned kRequests[] = {6,
                                  48};  // real ones: as many as a browser's connections to a host, and eight times that

/// What is held against async: threads where there are any, else one task after another.
std::string rival() { return capabilities().threads ? "threads" : "sync"; }

/// Tasks that the rival can have under way at once: one a worker.
unsigned rival_limit() { return capabilities().threads ? std::min(capabilities().max_threads, 256U) : 10U; }

std::string name_of(std::string_view model, unsigned tasks) { return fmt::format("{}.{}", model, tasks); }

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const unsigned tasks : kLevels) {
    out.push_back({name_of("async", tasks), {{"model", "async"}, {"tasks", tasks}, {"concurrency", tasks}}});
    if (tasks > rival_limit()) continue;
    json options = {{"model", rival()}, {"tasks", tasks}};
    if (capabilities().threads) options["workers"] = tasks;
    out.push_back({name_of(rival(), tasks), std::move(options)});
  }
  if (!capabilities().fetches) return out;
  for (const unsigned requests : kRequests) {
    out.push_back({name_of("fetch", requests),
                   {{"model", "async"}, {"workload", "fetch"}, {"tasks", requests}, {"concurrency", requests}}});
  }
  return out;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  json defaults = {{"workload", "sleep"}, {"wait_ms", kWaitMs}};
  json own = base(lab, std::move(defaults));
  // The levels are the experiment.
  for (const char* planned : {"workload", "tasks", "workers", "concurrency"}) own.erase(planned);
  own["workload"] = "sleep";
  out.facts["wait_ms"] = own["wait_ms"].get<double>();
  out.facts["rival_is_threads"] = capabilities().threads ? 1 : 0;
  out.facts["rival_limit"] = rival_limit();
  const Status status = co_await measure_cases(lab, std::move(own), cases(), Rounds(lab), out);
  if (!status) co_return std::unexpected(status.error());
  for (const json& run : out.runs) {
    if (run["workload"] == "fetch" && run.value("simulated", false)) out.facts["simulated"] = 1;
  }
  co_return out;
}

/// What real requests took, and whether the browser made some of them wait for a connection.
BothTexts requests_text(const Measured& measured, double wait_ms, json& numbers) {
  const auto few = spread(measured, name_of("fetch", kRequests[0]) + ".wall_ms");
  const auto many = spread(measured, name_of("fetch", kRequests[1]) + ".wall_ms");
  const auto grew = spread(
      ratios(measured, name_of("fetch", kRequests[1]) + ".wall_ms", name_of("fetch", kRequests[0]) + ".wall_ms"));
  put(numbers, "requests_6_wall_ms", few);
  put(numbers, "requests_48_wall_ms", many);
  if (!few || !many) return {};
  BothTexts out = both(" {} real requests at once took {} ms, {} took {} ms.",
                       " {} настоящих запросов сразу заняли {} мс, {} — {} мс.", kRequests[0], with_interval(few),
                       kRequests[1], with_interval(many));
  if (fact(measured, "simulated") != 0) {
    return out + BothTexts{" (Nothing answers requests here: their wait is simulated.)",
                           " (На запросы здесь никто не отвечает: их ожидание имитировано.)"};
  }
  // Six at a time 48 take eight waits, one after another.
  const bool capped = grew && grew->low > 3 && many->median > 4 * wait_ms;
  return out + (capped ? BothTexts{" (A browser opens six connections to one host: the others wait for one of them.)",
                                   " (Браузер открывает к одному узлу шесть соединений: остальные ждут своей очереди.)"}
                       : BothTexts{});
}

FigureSeries series_of(const Measured& measured, const std::string& model, std::string_view suffix) {
  FigureSeries series{.id = model, .name = model_name(model), .style = SeriesStyle::measured, .points = {}};
  for (const unsigned tasks : kLevels) {
    const auto value = spread(measured, name_of(model, tasks) + std::string(suffix));
    add_point(series, tasks, value);
  }
  return series;
}

Figure figure_of(const Measured& measured, const std::string& against, std::string id, BothTexts title, BothTexts label,
                 std::string unit, std::string_view suffix, bool log) {
  Figure figure;
  figure.id = std::move(id);
  figure.kind = FigureKind::lines;
  figure.title = std::move(title);
  figure.x = {.label = {"waits at once", "ожиданий одновременно"}, .unit = "", .log = true, .categories = {}};
  figure.y = {.label = std::move(label), .unit = std::move(unit), .log = log, .categories = {}};
  for (const std::string& model : {std::string("async"), against}) {
    FigureSeries series = series_of(measured, model, suffix);
    if (!series.points.empty()) figure.series.push_back(std::move(series));
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const double wait_ms = fact(measured, "wait_ms", kWaitMs);
  const std::string against = fact(measured, "rival_is_threads", 1) != 0 ? "threads" : "sync";
  unsigned common = 0, most = 0;  // the greatest levels of both, and of async
  for (const unsigned tasks : kLevels) {
    if (!samples(measured, name_of("async", tasks) + ".wall_ms").empty()) most = tasks;
    if (!samples(measured, name_of(against, tasks) + ".wall_ms").empty()) common = tasks;
  }
  const auto at_common = spread(measured, name_of("async", common) + ".wall_ms");
  const auto rivals = spread(measured, name_of(against, common) + ".wall_ms");
  const auto ratio =
      spread(ratios(measured, name_of(against, common) + ".wall_ms", name_of("async", common) + ".wall_ms"));
  const auto at_most_level = spread(measured, name_of("async", most) + ".wall_ms");
  put(finding.numbers, "async_wall_ms", at_common);
  put(finding.numbers, against + "_wall_ms", rivals);
  put(finding.numbers, against + "_over_async", ratio);
  put(finding.numbers, "async_most_wall_ms", at_most_level);
  finding.numbers["waits_compared"] = common;
  finding.numbers["waits_most"] = most;
  finding.numbers["wait_ms"] = wait_ms;
  // Suits: no slower than its rival with as many waits, and the waits of the largest level still overlap (a tenth of
  // their sum is much more than any overhead).
  const Tri as_fast = at_least(ratio, 0.95, 0.8);
  const Tri overlaps = at_most(at_most_level, std::max(4 * wait_ms, 0.1 * most * wait_ms), 0.5 * most * wait_ms);
  finding.truth = json::array();
  for (const FigurePoint& point : series_of(measured, "async", ".wall_ms").points)
    finding.truth.push_back({point.x, point.y});
  finding.figures.push_back(figure_of(measured, against, "makespan",
                                      {"Makespan by waits at once", "Общее время и число одновременных ожиданий"},
                                      {"makespan", "общее время"}, "ms", ".wall_ms", true));
  Figure memory = figure_of(measured, against, "memory", {"Peak memory", "Пиковая память"},
                            {"peak memory", "пиковая память"}, "B", ".rss_bytes", false);
  if (!memory.series.empty()) finding.figures.push_back(std::move(memory));
  const double rivals_limit = fact(measured, "rival_limit");
  const BothTexts limit =
      against == "threads" && rivals_limit > 0
          ? both(" Threads end at {} here: there are no more to be had, or they would take too much.",
                 " Потоков здесь не больше {}: других нет, или они заняли бы слишком много.", rivals_limit)
          : BothTexts{};
  const BothTexts requests = requests_text(measured, wait_ms, finding.numbers);
  conclude(
      finding, measured, all_of({as_fast, overlaps}),
      both("{} waits of {} ms at once: async took {} ms, {} {} ms. {} waits at once took async {} ms.{}{}",
           "{} одновременных ожиданий по {} мс: асинхронно — {} мс, {} — {} мс. {} ожиданий сразу заняли "
           "асинхронно {} мс.{}{}",
           number(common), number(wait_ms), with_interval(at_common), model_name(against), with_interval(rivals),
           number(most), with_interval(at_most_level), limit, requests),
      {"A wait on the event loop is a small record, not a thread: one more costs almost nothing, while each thread "
       "has to be created and needs a stack.",
       "Ожидание в цикле событий — это небольшая запись, а не поток: ещё одно почти ничего не стоит, тогда как "
       "каждый поток нужно создать и дать ему стек."},
      {"Async did not carry the waits better than its rival here.",
       "Асинхронный вариант здесь справился с ожиданиями не лучше соперника."});
  return finding;
}

constexpr std::string_view kReads[] = {"wait_ms", "repeat"};

}  // namespace

const Experiment& io_bound_experiment() {
  static const Experiment experiment{
      .id = "io-bound",
      .section = "asynchrony",
      .title = {"I/O-bound work", "Задачи ввода-вывода"},
      .claim = {"Asynchrony suits I/O-bound tasks.", "Асинхронность подходит для задач, ограниченных вводом-выводом."},
      .about = {"More and more waits at once: on the event loop up to 10,000, and with a thread for each as far as "
                "threads go (without threads: one after another). Then real requests.",
                "Всё больше одновременных ожиданий: в цикле событий до 10 000, и по потоку на каждое, пока хватает "
                "потоков (без потоков — одно за другим). Затем настоящие запросы."},
      .question =
          {.kind = PredictionKind::curve,
           .text = {"Waits of 20 ms, all at once on an event loop. Draw how long they take together.",
                    "Ожидания по 20 мс, все сразу в цикле событий. Нарисуйте, сколько времени они займут вместе."},
           .unit = "ms",
           .figure = "makespan",
           .x_min = 1,
           .x_max = 10'000,
           .y_min = 10,
           .y_max = 200'000,
           .x_log = true,
           .y_log = true,
           .x_label = {"waits at once", "ожиданий одновременно"},
           .y_label = {"makespan", "общее время"}},
      .config = R"({"workload":"sleep","tasks":200,"wait_ms":20})",
      .reads = kReads,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
