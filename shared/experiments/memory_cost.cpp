// memory-cost: what one more idle coroutine, thread or process takes: the slope of memory over their number.
//
// Natively memory is what is resident (RSS). It can only be too small, where memory that the program had before is used
// again, so a coroutine's is never taken below the bytes of its frame, which are counted.
#include <algorithm>

#include "base/stats.hpp"
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"
#include "models/child_probe.hpp"
#include "models/idle_crowd.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr int kSteps = 8;  // each gives one value of the slope
constexpr int kCoroutinesInStep = 12'500;
constexpr int kThreadsInStep = 125;  // 1,000, as far as the system lets them
constexpr int kProcesses = 50, kWorkers = 8;
constexpr const char* kKinds[] = {"coroutine", "thread", "process"};
constexpr const char* kModelOf[] = {"async", "threads", "processes"};

std::string bytes_of(std::string_view kind) { return fmt::format("{}.bytes", kind); }

BothTexts kind_name(std::size_t kind) {
  const BothTexts names[] = {{"coroutine", "корутина"}, {"thread", "поток"}, {"process", "процесс"}};
  return names[kind];
}

coro::Task<void> gather_coroutines(LabContext& lab, Measured& out) {
  IdleCoroutines crowd(lab.scheduler());
  for (int step = 0; step < kSteps && !lab.cancel().requested(); ++step) {
    const std::int64_t before = memory_now();
    const std::uint64_t frames_before = crowd.frame_bytes();
    crowd.add(kCoroutinesInStep);
    const auto frames = static_cast<double>(crowd.frame_bytes() - frames_before);
    const auto grown = static_cast<double>(memory_now() - before);
    out.samples[bytes_of("coroutine")].push_back(std::max(frames, grown) / kCoroutinesInStep);
    out.facts["coroutine.frame_bytes"] = frames / kCoroutinesInStep;
    co_await lab.scheduler().yield();
  }
  out.facts["coroutine.step"] = kCoroutinesInStep;
  co_await crowd.dissolve();
}

coro::Task<Status> measure_threads(LabContext& lab, Measured& out) {
  const bool page = capabilities().processes_are_workers;
  // A page has a few threads ready, of which the engine needs some.
  const int step = page ? 1 : kThreadsInStep;
  Result<IdleThreads> threads = fail("");
  co_await lab.scheduler().blocking([&] { threads = gather_threads(kSteps, step, lab.cancel()); });
  if (!threads) co_return std::unexpected(threads.error());
  const auto reserved = thread_stack_bytes();
  if (reserved) out.facts["thread.reserved_bytes"] = static_cast<double>(*reserved);
  for (const std::int64_t grown : threads->grown_bytes) {
    // A wasm memory does not tell untouched pages apart: what is reserved for a stack is taken.
    const double least = page ? static_cast<double>(reserved.value_or(0)) : 0;
    out.samples[bytes_of("thread")].push_back(std::max(static_cast<double>(grown) / step, least));
  }
  out.facts["thread.step"] = step;
  co_return Status{};
}

coro::Task<Status> measure_processes(LabContext& lab, Measured& out) {
  const int count = capabilities().processes_are_workers ? kWorkers : kProcesses;
  std::vector<std::unique_ptr<ChildProbe>> children;
  for (int i = 0; i < count; ++i) {
    lab.step(0.3 + 0.7 * i / count, model_name("processes"));
    children.push_back(std::make_unique<ChildProbe>(lab.scheduler(), lab.cancel()));
    const Status started = co_await children.back()->start();
    if (!started) co_return started;
    if (children.back()->memory_bytes() == 0) continue;
    out.samples[bytes_of("process")].push_back(static_cast<double>(children.back()->memory_bytes()));
  }
  out.facts["process.step"] = 1;
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  lab.step(0, model_name("async"));
  co_await gather_coroutines(lab, out);
  if (lab.cancel().requested()) co_return fail(kCancelled);
  if (capabilities().threads) {
    lab.step(0.15, model_name("threads"));
    const Status status = co_await measure_threads(lab, out);
    if (!status) co_return std::unexpected(status.error());
  }
  if (capabilities().processes) {
    const Status status = co_await measure_processes(lab, out);
    if (!status) co_return std::unexpected(status.error());
  }
  out.facts["page"] = capabilities().processes_are_workers ? 1 : 0;
  co_return out;
}

/// Memory over their number, on log axes: straight lines of slope one, far apart.
Figure growth(const Measured& measured) {
  Figure figure;
  figure.id = "growth";
  figure.kind = FigureKind::lines;
  figure.title = {"Memory by how many there are", "Память и количество"};
  figure.x = {.label = {"how many", "количество"}, .unit = "", .log = true, .categories = {}};
  figure.y = {.label = {"memory", "память"}, .unit = "B", .log = true, .categories = {}};
  for (std::size_t kind = 0; kind < std::size(kKinds); ++kind) {
    const double step = fact(measured, std::string(kKinds[kind]) + ".step");
    FigureSeries series{.id = kModelOf[kind], .name = kind_name(kind), .style = SeriesStyle::measured, .points = {}};
    double count = 0, total = 0;
    for (const double bytes : samples(measured, bytes_of(kKinds[kind]))) {
      count += step;
      total += bytes * step;
      if (total > 0) series.points.push_back({.x = count, .y = total, .low = {}, .high = {}});
    }
    if (!series.points.empty()) figure.series.push_back(std::move(series));
  }
  return figure;
}

Figure each(const Measured& measured) {
  Figure figure;
  figure.id = "each";
  figure.kind = FigureKind::bars;
  figure.title = {"Memory of each", "Память каждого"};
  figure.y = {.label = {"memory", "память"}, .unit = "B", .log = true, .categories = {}};
  double x = 0;
  for (std::size_t kind = 0; kind < std::size(kKinds); ++kind) {
    const auto value = spread(measured, bytes_of(kKinds[kind]));
    if (!value || value->low <= 0) continue;
    figure.x.categories.push_back(kind_name(kind));
    figure.series.push_back({.id = kModelOf[kind],
                             .name = kind_name(kind),
                             .style = SeriesStyle::measured,
                             .points = {point(x++, *value)}});
  }
  return figure;
}

/// Medians of b and a as a ratio, with the widest interval that theirs allow: they are no pairs.
std::optional<Spread> over(const std::optional<Spread>& a, const std::optional<Spread>& b) {
  if (!a || !b || b->low <= 0) return std::nullopt;
  return Spread{a->median / b->median, a->low / b->high, a->high / b->low};
}

BothTexts in_kib(const std::optional<Spread>& bytes) {
  if (!bytes) return with_interval(bytes);
  const double kib = 1024;
  return both("{} KiB", "{} КиБ", with_interval(Spread{bytes->median / kib, bytes->low / kib, bytes->high / kib}));
}

Finding judge(const Measured& measured) {
  Finding finding;
  const auto coroutine = spread(measured, bytes_of("coroutine"));
  const auto thread = spread(measured, bytes_of("thread"));
  const auto process = spread(measured, bytes_of("process"));
  const auto thread_over = over(thread, coroutine), process_over = over(process, coroutine);
  put(finding.numbers, "coroutine_bytes", coroutine);
  put(finding.numbers, "thread_bytes", thread);
  put(finding.numbers, "process_bytes", process);
  put(finding.numbers, "thread_over_coroutine", thread_over);
  put(finding.numbers, "process_over_coroutine", process_over);
  for (const char* name : {"coroutine.frame_bytes", "thread.reserved_bytes"}) {
    finding.numbers[name] = measured.facts.contains(name) ? json(fact(measured, name)) : json(nullptr);
  }
  // What is missing here (threads without isolation) decides nothing, but something must be there to compare with.
  Tri sparing = coroutine && (thread || process) ? Tri::yes : Tri::unclear;
  if (!samples(measured, bytes_of("thread")).empty()) sparing = all_of({sparing, at_least(thread_over, 5, 1.5)});
  if (!samples(measured, bytes_of("process")).empty()) sparing = all_of({sparing, at_least(process_over, 50, 2)});
  finding.truth = coroutine ? json(coroutine->median) : json(nullptr);
  finding.figures = {growth(measured), each(measured)};
  const bool page = fact(measured, "page") != 0;
  const BothTexts labels =
      page ? BothTexts{" (On a page: a coroutine's frame, a thread's stack as reserved, a Worker's own WebAssembly memory; "
                       "what the browser needs beside them is not available.)",
                       " (На странице: кадр корутины, зарезервированный стек потока, собственная память WebAssembly у "
                       "Worker; сколько сверх того тратит браузер — нет данных.)"}
           : both(" (Resident memory. A thread also reserves {} MiB of addresses for its stack; the kernel's own part is not "
                  "in it, and a process counts pages that it shares with others, such as the program.)",
                  " (Резидентная память. Кроме того, поток резервирует {} МиБ адресов под стек; память ядра сюда не входит, "
                  "а у процесса учтены и страницы, общие с другими, например код программы.)",
                  number(fact(measured, "thread.reserved_bytes") / 1048576));
  conclude(
      finding, measured, sparing,
      both("One more idle coroutine takes {} B, one more thread {}, one more process {}.",
           "Ещё одна ждущая корутина занимает {} Б, ещё один поток — {}, ещё один процесс — {}.",
           with_interval(coroutine), in_kib(thread), in_kib(process)) +
          labels,
      {"A coroutine keeps only what it needs after its await; a thread keeps a stack, and a process all that a program "
       "needs.",
       "Корутина хранит только то, что понадобится после await; поток — целый стек, а процесс — всё, что нужно "
       "программе."},
      {"An idle coroutine takes about as much memory as a thread or a process here.",
       "Ждущая корутина занимает здесь почти столько же памяти, сколько поток или процесс."},
      false,
      {"Not decided: too few could be created, or memory that was there before was used again. Run it in a program "
       "that "
       "was just started.",
       "Не решено: создать удалось слишком мало, или повторно использовалась прежняя память. Повторите опыт сразу "
       "после "
       "запуска программы."});
  return finding;
}

}  // namespace

const Experiment& memory_cost_experiment() {
  static const Experiment experiment{
      .id = "memory-cost",
      .section = "asynchrony",
      .title = {"The cost in memory", "Цена в памяти"},
      .claim = {"Asynchrony uses memory sparingly.", "Асинхронность экономно расходует память."},
      .about =
          {"100,000 idle coroutines, hundreds of idle threads and a dozen processes are created step by step; memory "
           "is "
           "read after each step.",
           "Шаг за шагом создаются 100 000 ждущих корутин, сотни ждущих потоков и полтора десятка процессов; после "
           "каждого шага измеряется память."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many bytes does one idle coroutine take?",
                            "Сколько байт занимает одна ждущая корутина?"},
                   .unit = "B",
                   .min = 1,
                   .max = 10'000'000},
      .config = R"({"model":"async","workload":"sleep","tasks":10000,"wait_ms":100})",
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
