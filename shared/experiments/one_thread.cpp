// one-thread: coroutines on an event loop run on one thread of one process, and their waits overlap all the same.
//
// The coroutines ask for the ids of the thread and process each time they go on. Threads and processes doing the same
// show that the ids would differ if there were more of them.
#include <algorithm>
#include <set>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr std::int64_t kSliceNs = 50'000'000;  // in a long wait Stop is looked for this often
constexpr std::uint32_t kMostRivals = 8;

struct Round {
  explicit Round(LabContext& context) : lab(context), ended(context.scheduler()) {}

  LabContext& lab;
  coro::Event ended;
  std::int64_t begin_ns = now_ns();
  std::set<std::int64_t> threads, processes;
  double resumed = 0, waiting = 0, most_waiting = 0, sum_ms = 0;
  std::uint32_t left = 0;
  std::vector<FigurePoint> waits;  ///< How many wait, over time.

  void here() {
    threads.insert(current_thread_id());
    processes.insert(current_process_id());
    ++resumed;
  }
  void now_wait(double change) {
    const double t_ms = static_cast<double>(now_ns() - begin_ns) / 1e6;
    waits.push_back({.x = t_ms, .y = waiting, .low = {}, .high = {}});
    waiting += change;
    waits.push_back({.x = t_ms, .y = waiting, .low = {}, .high = {}});
    most_waiting = std::max(most_waiting, waiting);
  }
};

coro::Detached work(Round& round, std::int64_t wait_ns) {
  round.here();
  round.now_wait(1);
  const std::int64_t begin = now_ns();
  const std::int64_t until = begin + wait_ns;
  for (std::int64_t now = begin; now < until && !round.lab.cancel().requested(); now = now_ns()) {
    co_await round.lab.scheduler().delay(std::min(until - now, kSliceNs));
    round.here();
  }
  round.now_wait(-1);
  round.sum_ms += static_cast<double>(now_ns() - begin) / 1e6;
  if (--round.left == 0) round.ended.set();
}

/// How many different threads, or processes, the lanes of a run were.
std::size_t workers_seen(const RunResult& result, std::int64_t LaneInfo::* id) {
  std::set<std::int64_t> seen;
  for (const LaneInfo& lane : result.lanes) seen.insert(lane.*id);
  return seen.size();
}

coro::Task<Status> run_rivals(LabContext& lab, json own, std::uint32_t tasks, Measured& out) {
  own["warmup"] = 0;
  own["repeat"] = 1;
  const Capabilities& host = capabilities();
  for (const std::string model : {"async", "threads", "processes"}) {
    if ((model == "threads" && !host.threads) || (model == "processes" && !host.processes)) continue;
    const unsigned limit = model == "threads" ? host.max_threads : host.max_children;
    own["model"] = model;
    own["workers"] = std::min({tasks, limit, kMostRivals});
    lab.step(0.9, model_name(model));
    auto result = co_await lab.run(own);
    if (!result) co_return std::unexpected(result.error());
    out.facts[model + ".workers"] = result->config.workers;
    out.facts[model + ".thread_ids"] = static_cast<double>(workers_seen(*result, &LaneInfo::thread_id));
    out.facts[model + ".process_ids"] = static_cast<double>(workers_seen(*result, &LaneInfo::process_id));
    out.runs.push_back(to_json(*result));
  }
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  json own = base(lab, {{"tasks", 8}, {"wait_ms", 40}});
  own["workload"] = "sleep";
  const auto config = parse_config(own);
  if (!config) co_return std::unexpected(config.error());
  const auto wait_ns = static_cast<std::int64_t>(config->wait_ms * 1e6);
  const std::uint32_t rounds = rounds_of(lab);
  for (std::uint32_t i = 0; i < rounds; ++i) {
    lab.step(0.8 * i / rounds, {"coroutines that wait", "ждущие корутины"});
    Round round(lab);
    round.left = config->tasks;
    for (std::uint32_t task = 0; task < config->tasks; ++task) work(round, wait_ns);
    co_await round.ended;
    if (lab.cancel().requested()) co_return fail(kCancelled);
    out.samples["thread_ids"].push_back(static_cast<double>(round.threads.size()));
    out.samples["process_ids"].push_back(static_cast<double>(round.processes.size()));
    out.samples["resumed"].push_back(round.resumed);
    out.samples["at_once"].push_back(round.most_waiting);
    out.samples["wall_ms"].push_back(static_cast<double>(now_ns() - round.begin_ns) / 1e6);
    out.samples["sum_ms"].push_back(round.sum_ms);
    if (i == 0 && round.waits.size() <= 4096) {
      for (const FigurePoint& point : round.waits) {
        out.samples["waits.t_ms"].push_back(point.x);
        out.samples["waits.count"].push_back(point.y);
      }
    }
    co_await look_at_machine(lab, out);
  }
  out.facts["tasks"] = config->tasks;
  out.facts["wait_ms"] = config->wait_ms;
  const Status status = co_await run_rivals(lab, std::move(own), config->tasks, out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

Figure waits_over_time(const Measured& measured) {
  Figure figure;
  figure.id = "waits";
  figure.kind = FigureKind::lines;
  figure.title = {"Waits under way on the one thread", "Ожидания, идущие в одном потоке"};
  figure.x = {.label = {"time", "время"}, .unit = "ms", .log = false, .categories = {}};
  figure.y = {.label = {"coroutines that wait", "ждущих корутин"}, .unit = "", .log = false, .categories = {}};
  FigureSeries series{.id = "async", .name = model_name("async"), .style = SeriesStyle::measured, .points = {}};
  const auto& t = samples(measured, "waits.t_ms");
  const auto& count = samples(measured, "waits.count");
  for (std::size_t i = 0; i < std::min(t.size(), count.size()); ++i) {
    series.points.push_back({.x = t[i], .y = count[i], .low = {}, .high = {}});
  }
  figure.series.push_back(std::move(series));
  return figure;
}

Figure who_worked(const Measured& measured) {
  Figure figure;
  figure.id = "ids";
  figure.kind = FigureKind::bars;
  figure.title = {"Who worked", "Кто работал"};
  figure.y = {.label = {"different ids", "разных идентификаторов"}, .unit = "", .log = false, .categories = {}};
  FigureSeries threads{
      .id = "ids_threads", .name = {"threads", "потоки"}, .style = SeriesStyle::measured, .points = {}};
  FigureSeries processes{
      .id = "ids_processes", .name = {"processes", "процессы"}, .style = SeriesStyle::measured, .points = {}};
  const auto add = [&](std::string_view model, double thread_ids, double process_ids) {
    const auto x = static_cast<double>(figure.x.categories.size());
    figure.x.categories.push_back(model_name(model));
    threads.points.push_back({.x = x, .y = thread_ids, .low = {}, .high = {}});
    processes.points.push_back({.x = x, .y = process_ids, .low = {}, .high = {}});
  };
  const auto& ids = samples(measured, "thread_ids");
  if (!ids.empty()) add("async", std::ranges::max(ids), std::ranges::max(samples(measured, "process_ids")));
  if (measured.facts.contains("threads.thread_ids")) {
    add("threads", fact(measured, "threads.thread_ids"), fact(measured, "threads.process_ids"));
  }
  // A child's lane has one thread of its own.
  if (measured.facts.contains("processes.process_ids")) {
    add("processes", fact(measured, "processes.process_ids"), fact(measured, "processes.process_ids"));
  }
  figure.series = {std::move(threads), std::move(processes)};
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const double tasks = fact(measured, "tasks");
  const auto most = [&](const char* name) {
    const auto& values = samples(measured, name);
    return values.empty() ? 0 : std::ranges::max(values);
  };
  const double threads = most("thread_ids"), processes = most("process_ids");
  const auto& at_once = samples(measured, "at_once");
  const auto share = spread(ratios(measured, "wall_ms", "sum_ms"));
  const auto or_null = [](double value) { return value == 0 ? json(nullptr) : json(value); };
  finding.numbers["thread_ids"] = or_null(threads);
  finding.numbers["process_ids"] = or_null(processes);
  finding.numbers["tasks"] = tasks;
  finding.numbers["waits_at_once"] = at_once.empty() ? json(nullptr) : json(std::ranges::min(at_once));
  put(finding.numbers, "makespan_over_sum", share);
  for (const char* name : {"threads.thread_ids", "processes.process_ids"}) {
    finding.numbers[name] = measured.facts.contains(name) ? json(fact(measured, name)) : json(nullptr);
  }
  // Ids that do not tell the rivals' workers apart would not tell these apart either.
  Tri told_apart = Tri::yes;
  for (const auto& [model, id] : {std::pair{"threads", "threads.thread_ids"}, {"processes", "processes.process_ids"}}) {
    const std::string workers = std::string(model) + ".workers";
    if (fact(measured, workers, 0) > 1 && fact(measured, id) < 2) told_apart = Tri::unclear;
  }
  const Tri one = threads == 0 ? Tri::unclear : threads == 1 && processes == 1 ? Tri::yes : Tri::no;
  // One after the other the makespan would be the sum; all at once, its N-th part.
  const Tri together = tasks < 2 ? Tri::unclear : at_most(share, 0.5 * (1 + 1 / tasks), 0.95);
  finding.truth = or_null(threads);
  finding.figures = {who_worked(measured), waits_over_time(measured)};
  BothTexts rivals;
  if (fact(measured, "threads.thread_ids") > 0) {
    rivals = both(" The threads model used {}.", " Модель потоков использовала {}.",
                  counted(fact(measured, "threads.thread_ids"), {"thread", "threads", "поток", "потока", "потоков"}));
  }
  if (fact(measured, "processes.process_ids") > 0) {
    rivals = rivals + both(" The processes model used {}.", " Модель процессов — {}.",
                           counted(fact(measured, "processes.process_ids"),
                                   {"process", "processes", "процесс", "процесса", "процессов"}));
  }
  conclude(
      finding, measured, all_of({one, together, told_apart}),
      both("{} of {} ms: threads that ran them: {}, processes: {}; up to {} waited at once. The makespan is {} of the "
           "sum of the waits.",
           "{} по {} мс: потоков, которые их выполняли: {}, процессов: {}; одновременно ждали до {}. Общее время — "
           "{} от суммы ожиданий.",
           counted(tasks, {"coroutine", "coroutines", "корутина", "корутины", "корутин"}),
           number(fact(measured, "wait_ms")), number(threads), number(processes), number(most("at_once")),
           with_interval(share)) +
          rivals,
      {"A wait needs no thread: the loop notes when it is due and goes on with the next coroutine. (Code that would "
       "block the loop is given to other threads by the program itself, as with asyncio.to_thread.)",
       "Для ожидания поток не нужен: цикл запоминает срок и переходит к следующей корутине. (Код, который "
       "заблокировал бы цикл, программа сама отдаёт другим потокам — как asyncio.to_thread.)"},
      {"More than one thread or process ran the coroutines, or their waits did not overlap.",
       "Корутины выполнял не один поток и процесс, или их ожидания не перекрылись."},
      one != Tri::no,
      tasks < 2 ? BothTexts{"Not decided: one wait alone overlaps with nothing. Use two tasks or more.",
                            "Не решено: одному ожиданию не с чем перекрываться. Задайте не меньше двух задач."}
                : BothTexts{});
  return finding;
}

constexpr std::string_view kReads[] = {"tasks", "wait_ms", "repeat"};

}  // namespace

const Experiment& one_thread_experiment() {
  static const Experiment experiment{
      .id = "one-thread",
      .section = "asynchrony",
      .title = {"One thread", "Один поток"},
      .claim = {"Asynchronous code works in one process and on one thread.",
                "Асинхронный код работает в одном процессе и в одном потоке."},
      .about =
          {"Eight coroutines note which thread and process they are on whenever they go on after a wait; then threads "
           "and processes do the same.",
           "Восемь корутин после каждого ожидания отмечают, в каком потоке и процессе продолжаются; затем то же "
           "делают потоки и процессы."},
      .question = {.kind = PredictionKind::number,
                   .text = {"Eight coroutines wait at once. How many threads take part?",
                            "Восемь корутин ждут одновременно. Сколько потоков в этом участвует?"},
                   .min = 0,
                   .max = 100},
      .config = R"({"model":"async","workload":"sleep","tasks":8,"wait_ms":40})",
      .reads = kReads,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
