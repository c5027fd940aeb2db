// io-bound: an event loop carries as many waits at once as there are, in the time of one; with a thread for each, ready
// beforehand or new, as far as threads go.
#include <algorithm>

#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/idle_growth.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"
#include "platform/system_info.hpp"

namespace trilane {
namespace {

using namespace lab;

constexpr double kWaitMs = 20, kLeastWaitMs = 10;
constexpr unsigned kLevels[] = {1, 10, 200, 1000, 10'000};
constexpr unsigned kMostLevel = 10'000, kMostThreads = 200;
constexpr unsigned kRequests[] = {6, 48};  // as many as a browser's connections to a host, and eight times that

const Case kLoop{"async", {"event loop", "цикл событий"}, "async"};
const Case kWarm{"warm", {"threads that were ready", "готовые потоки"}, "threads"};
const Case kNew{"new", {"new threads", "новые потоки"}, ""};
const Case kFetch{"fetch", {"requests on the loop", "запросы в цикле"}, ""};
constexpr Metric kBytes{"bytes", {"memory a wait", "память на ожидание"}, "B"};
constexpr Setting kCompared{"threads_at_once", {"most threads at once", "потоков одновременно, не больше"}, ""};
constexpr Setting kSimulated{"simulated", {"requests only simulated", "запросы лишь имитированы"}, ""};

Case at(const Case& of, double waits) {
  const BothTexts label = counted(waits, {"wait", "waits", "ожидание", "ожидания", "ожиданий"});
  return at_level(of, fmt::format("{:.0f}", waits), label);
}

/// What is measured once a round.
struct Step {
  Case of;
  unsigned waits;
};

unsigned most_threads() {
  const unsigned limit = capabilities().threads ? std::min(capabilities().max_threads, kMostThreads) : 0;
  unsigned most = 0;
  for (const unsigned level : kLevels) most = level <= limit ? level : most;
  return most;
}

std::vector<Step> steps() {
  std::vector<Step> out;
  for (const unsigned level : kLevels) {
    out.push_back({kLoop, level});
    if (level > most_threads()) continue;
    out.push_back({kWarm, level});
    out.push_back({kNew, level});
  }
  if (!capabilities().fetches) return out;
  for (const unsigned requests : kRequests) out.push_back({kFetch, requests});
  return out;
}

coro::Task<Status> measure_fetch(LabContext& lab, const Step& step, double wait_ms, std::uint32_t round,
                                 Measured& out) {
  nlohmann::json options = {
      {"model", "async"},          {"workload", "fetch"}, {"tasks", step.waits},         {"wait_ms", wait_ms},
      {"concurrency", step.waits}, {"repeat", 1},         {"warmup", round == 0 ? 1 : 0}};
  auto result = co_await lab.run(std::move(options));
  if (!result) co_return std::unexpected(result.error());
  const Case of = at(step.of, step.waits);
  add_run(of, *result, round, out);
  if (round != 0) co_return Status{};
  nlohmann::json document = to_json(*result);
  document["case"] = of.id;
  if (document.value("simulated", false)) out.set(kSimulated, 1);
  out.runs.push_back(std::move(document));
  co_return Status{};
}

coro::Task<Status> measure_waits(LabContext& lab, const Step& step, double wait_ms, std::uint32_t round,
                                 Measured& out) {
  const auto wait_ns = static_cast<std::int64_t>(wait_ms * 1e6);
  const bool loop = step.of.id == kLoop.id, warm = step.of.id == kWarm.id;
  const Case of = at(step.of, step.waits);
  // Very many waits need memory that what ran before may have given back.
  const bool warms_up = round == 0 || (loop && step.waits == kMostLevel);
  for (int warmup = warms_up ? 1 : 0; warmup >= 0; --warmup) {
    Result<ThreadWaits> took = ThreadWaits{};
    if (loop) {
      took->ms = co_await waits_on_loop(lab.scheduler(), lab.cancel(), step.waits, wait_ns);
    } else {
      co_await lab.scheduler().blocking([&] { took = waits_in_threads(lab.cancel(), step.waits, wait_ns, warm); });
    }
    if (lab.cancel().requested()) co_return fail(kCancelled);
    if (!took) co_return std::unexpected(took.error());
    out.samples.set(of, kWallMs, round, took->ms);
    // On the page a stack is set aside in memory that may have been there: it does not grow by it.
    if (took->bytes && !capabilities().processes_are_workers) out.samples.set(of, kBytes, round, *took->bytes);
  }
  if (round == 0) {
    out.fairness.push_back({.of = of.id,
                            .workers = loop ? 1 : step.waits,
                            .in_flight = step.waits,
                            .creation = loop   ? "none"
                                        : warm ? "outside"
                                               : "inside"});
  }
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const double wait_ms = base(lab, {{"wait_ms", kWaitMs}})["wait_ms"].get<double>();
  out.set(kWait, wait_ms);
  out.set(kCompared, most_threads());
  const std::vector<Step> all = steps();
  for (Rounds rounds(lab, out); rounds.next();) {
    const std::uint32_t round = rounds.index();
    co_await look_at_machine(lab, round, out);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Step& step = all[rounds.in_turn(i, all.size())];
      lab.step(rounds.fraction(i, all.size()), at(step.of, step.waits).label);
      auto work = step.of.id == kFetch.id ? measure_fetch(lab, step, wait_ms, round, out)
                                          : measure_waits(lab, step, wait_ms, round, out);
      const Status status = co_await std::move(work);
      if (!status) co_return std::unexpected(status.error());
    }
    if (!process_memory(current_process_id())) continue;
    // Apart from the times, because looking at the memory takes some.
    IdleGrowth crowd(lab);
    out.samples.set(at(kLoop, kMostLevel), kBytes, round, co_await crowd.add_coroutines(kMostLevel));
    co_await crowd.dissolve();
  }
  co_return out;
}

Figure by_waits(const Claim& claim, std::string id, BothTexts title, const Metric& metric) {
  Figure figure =
      lines(std::move(id), std::move(title),
            {.label = {"waits at once", "ожиданий одновременно"}, .unit = "", .log = true, .categories = {}},
            {.label = metric.label.texts(), .unit = std::string(metric.unit), .log = true, .categories = {}});
  for (const Case& one : {kLoop, kWarm, kNew}) {
    FigureSeries line = series(one);
    for (const unsigned level : kLevels) add_point(line, level, claim.of(at(one, level), metric));
    if (!line.points.empty()) figure.series.push_back(std::move(line));
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double wait_ms = claim.setting(kWait);
  claim.setting(kCompared);
  const double compared = measured.get(kCompared).value_or(kMostThreads);  // 0: no threads here
  claim.needs(wait_ms >= kLeastWaitMs,
              {"Making 10,000 waits takes some milliseconds by itself: set wait_ms to 10 or more.",
               "Создание 10 000 ожиданий само занимает несколько миллисекунд: задайте wait_ms не меньше 10."});
  Series longest = claim.series(at(kLoop, kLevels[0]), kWallMs);
  for (const unsigned level : kLevels) longest = greater(longest, claim.series(at(kLoop, level), kWallMs));
  const auto flat = claim.of(scaled(longest, 1 / std::max(wait_ms, 1e-9)));
  claim.require(
      {.id = "flat",
       .label = {"longest makespan on the loop over one wait", "наибольшее общее время в цикле к одному ожиданию"},
       .value = flat,
       .unit = "×",
       .test = at_most(1.25, 2),
       .yes = both("With 1 to {} waits at once the event loop took {} one wait at most.",
                   "При числе ожиданий от 1 до {} общее время в цикле событий — не больше {} одно ожидание.",
                   number(kMostLevel), quantity(flat, "×")),
       .no = both("With up to {} waits at once the event loop took up to {} one wait.",
                  "При числе ожиданий до {} общее время в цикле событий доходило до {} одно ожидание.",
                  number(kMostLevel), quantity(flat, "×")),
       .hue = "async"});
  const Case loop = at(kLoop, compared), warm = at(kWarm, compared);
  const BothTexts waits = counted(compared, {"wait", "waits", "ожидание", "ожидания", "ожиданий"});
  if (compared > 0) {
    const auto ratio = claim.over(loop, warm, kWallMs);
    claim.require({.id = "as-fast",
                   .label = {"makespan, loop over ready threads", "общее время, цикл к готовым потокам"},
                   .value = ratio,
                   .unit = "×",
                   .test = at_most(1.1, 1.5),
                   .yes = both("{} at once took the loop {} the time of as many threads that were ready.",
                               "{} одновременно: время цикла — {} время стольких же готовых потоков.", waits,
                               quantity(ratio, "×")),
                   .no = both("{} at once took the loop {} the time of as many threads that were ready: it is slower.",
                              "{} одновременно: время цикла — {} время стольких же готовых потоков, он медленнее.",
                              waits, quantity(ratio, "×")),
                   .hue = "async"});
  }
  const bool on_page = claim.setting(kOnPage) != 0;
  if (compared > 0 && !on_page) {
    const auto share = claim.of(ratio(claim.series(at(kLoop, kMostLevel), kBytes), claim.series(warm, kBytes)));
    const BothTexts bytes =
        both("{} against {}", "{} против {}", quantity(claim.of(at(kLoop, kMostLevel), kBytes), "B"),
             quantity(claim.of(warm, kBytes), "B"));
    claim.require({.id = "memory",
                   .label = {"memory a wait, loop over thread", "память на ожидание, цикл к потоку"},
                   .value = share,
                   .unit = "×",
                   .test = at_most(0.1, 0.5),
                   .yes = both("A wait on the loop takes {} the memory of a thread that waits: {}.",
                               "Ожидание в цикле занимает {} память ждущего потока: {}.", quantity(share, "×"), bytes),
                   .no = both("A wait on the loop takes {} the memory of a thread that waits, which saves little: {}.",
                              "Ожидание в цикле занимает {} память ждущего потока, экономия мала: {}.",
                              quantity(share, "×"), bytes),
                   .timed = false,
                   .hue = "async"});
  }
  if (compared > 0) claim.show(at(kNew, compared), kWallMs);
  for (const unsigned requests : kRequests) {
    if (measured.samples.has(at(kFetch, requests), kWallMs)) claim.show(at(kFetch, requests), kWallMs);
  }
  claim.background(
      {"A wait on the event loop is a small record, not a thread: each thread has to be created and needs a "
       "stack, and systems end at some number of them.",
       "Ожидание в цикле событий — это небольшая запись, а не поток: каждый поток нужно создать и дать ему "
       "стек, и число потоков в системе ограничено."});
  if (measured.get(kSimulated).value_or(0) != 0) {
    claim.background({"Nothing answers requests here: their wait is simulated.",
                      "На запросы здесь никто не отвечает: их ожидание имитировано."});
  } else if (on_page) {
    claim.background(
        {"A browser opens six connections to one host: of 48 requests the others wait for one of them.",
         "Браузер открывает к одному узлу шесть соединений: остальные из 48 запросов ждут своей очереди."});
  }
  claim.figure(by_waits(claim, "makespan", {"Makespan by waits at once", "Общее время и число одновременных ожиданий"},
                        kWallMs));
  const Case memory[] = {at(kLoop, kMostLevel), warm},
             requests[] = {at(kFetch, kRequests[0]), at(kFetch, kRequests[1])};
  claim.figure(bars(claim, "memory", {"Memory a wait", "Память на ожидание"}, memory, kBytes));
  claim.figure(bars(claim, "requests", {"Real requests", "Настоящие запросы"}, requests, kWallMs));
  nlohmann::json curve = nlohmann::json::array();
  for (const unsigned level : kLevels) {
    if (const auto value = claim.of(at(kLoop, level), kWallMs)) curve.push_back({level, value->median});
  }
  claim.truth("flat", std::move(curve));
  return std::move(claim).conclude();
}

constexpr std::string_view kReads[] = {"wait_ms", "repeat"};
constexpr std::string_view kSubject[] = {"workers", "in_flight", "creation"};
/// That waits take as long however many there are is the claim; new threads and requests are only told.
constexpr std::string_view kInterchangeable[] = {"async.1 async.10 async.200 async.1000 warm.1 warm.10 new.* fetch.*"};

}  // namespace

const Experiment& io_bound_experiment() {
  static const Experiment experiment{
      .id = "io-bound",
      .section = "asynchrony",
      .title = {"I/O-bound work", "Задачи ввода-вывода"},
      .claim = {"Asynchrony suits I/O-bound tasks.", "Асинхронность подходит для задач, ограниченных вводом-выводом."},
      .about = {"More and more waits at once: on the event loop up to 10,000, and with a thread for each, ready "
                "beforehand or new, up to 200 (on a page up to 10, without isolation none). Then real requests.",
                "Всё больше одновременных ожиданий: в цикле событий до 10 000; по потоку на каждое, готовому заранее "
                "или новому, — до 200 (на странице до 10, без изоляции — нисколько). Затем настоящие запросы."},
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
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
