// gil: with the GIL one thread runs at a time, so threads speed up waits but not computing.
#include <algorithm>

#include "base/stats.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/run/rounds.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr Metric kOverlap{
    "overlap_percent", {"two lanes computing at once", "две дорожки вычисляют одновременно"}, "%"};

const Case kOne{"compute.one", {"computing, one thread", "вычисления, один поток"}, "sync"};
const Case kFree{"compute.threads", {"computing, threads", "вычисления, потоки"}, "threads"};
const Case kHeld{"compute.gil", {"computing, GIL", "вычисления, GIL"}, "gil"};
const Case kWaitOne{"wait.one", {"waiting, one thread", "ожидание, один поток"}, "sync"};
const Case kWaitHeld{"wait.gil", {"waiting, GIL", "ожидание, GIL"}, "gil"};

/// The time in which two lanes computed at once, as a share of all computing; nothing when no computing was recorded.
std::optional<double> overlap_share(std::vector<Span> spans) {
  std::erase_if(spans, [](const Span& span) { return span.kind != SpanKind::compute; });
  std::ranges::sort(spans, {}, &Span::begin_ns);
  std::int64_t busy_until = 0, total = 0, overlap = 0;
  for (const Span& span : spans) {
    total += span.end_ns - span.begin_ns;
    overlap += std::max<std::int64_t>(std::min(busy_until, span.end_ns) - span.begin_ns, 0);
    busy_until = std::max(busy_until, span.end_ns);
  }
  if (total == 0) return std::nullopt;
  return static_cast<double>(overlap) / static_cast<double>(total);
}

/// How long one thread waited for the GIL.
struct ThreadWait {
  explicit ThreadWait(std::size_t lane)
      : id(fmt::format("gil_wait_thread_{}_ms", lane + 1)),
        en(fmt::format("thread {} waited for the GIL", lane + 1)),
        ru(fmt::format("поток {} ждал GIL", lane + 1)) {}
  [[nodiscard]] Metric metric() const { return {id, {en, ru}, "ms"}; }
  std::string id, en, ru;
};

void look_for_overlap(const Case& of, Measured& out, std::vector<Span> spans, std::uint32_t round) {
  std::vector<double> waited_ms;  // of each lane
  for (const Span& span : spans) {
    if (span.kind != SpanKind::gil_wait) continue;
    if (waited_ms.size() <= span.lane) waited_ms.resize(span.lane + 1U);
    waited_ms[span.lane] += static_cast<double>(span.end_ns - span.begin_ns) / 1e6;
  }
  for (std::size_t lane = 0; lane < waited_ms.size(); ++lane) {
    out.samples.set(of, ThreadWait(lane).metric(), round, waited_ms[lane]);
  }
  if (const auto share = overlap_share(std::move(spans))) out.samples.set(of, kOverlap, round, *share * 100);
}

std::vector<Configured> cases(unsigned workers, Measured& out) {
  const json compute = {{"workload", "sum"}, {"tasks", 16}, {"size", 200'000'000}};
  const json wait = {{"workload", "sleep"}, {"tasks", workers * 2}, {"wait_ms", 15}, {"gil", true}};
  const auto with = [](json options, const json& more) {
    options.update(more);
    return options;
  };
  const auto looked_at = [&out](const Case& of) {
    return [&out, of](std::vector<Span> spans, std::uint32_t round) {
      look_for_overlap(of, out, std::move(spans), round);
    };
  };
  return {{kOne, with(compute, {{"workers", 1}})},
          {kFree, with(compute, {{"workers", workers}}), looked_at(kFree)},
          {kHeld, with(compute, {{"workers", workers}, {"gil", true}}), looked_at(kHeld)},
          {kWaitOne, with(wait, {{"workers", 1}})},
          {.of = kWaitHeld, .options = with(wait, {{"workers", workers}}), .settings = {kWorkers, kTasks, kWait}}};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const unsigned most = std::max(2U, std::min({host_info().cores, capabilities().max_threads, 8U}));
  json options = base(lab, {{"model", "threads"}, {"workers", most}, {"trace", true}});
  options.erase("with_python");
  const Status status = co_await measure_cases(lab, options, cases(options["workers"].get<unsigned>(), out), out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

/// lab_python.cpp adds Python's bars to these places.
Figure speedups(const std::optional<Estimate>& without, const std::optional<Estimate>& with,
                const std::optional<Estimate>& waits) {
  Figure figure;
  figure.id = "speedup";
  figure.kind = FigureKind::bars;
  figure.title = {"Speed-up over one thread", "Ускорение относительно одного потока"};
  figure.x.categories = {{"computing, no GIL", "вычисления без GIL"},
                         {"computing, GIL", "вычисления с GIL"},
                         {"waiting, GIL", "ожидание с GIL"}};
  figure.y = {.label = {"speed-up", "ускорение"}, .unit = "×", .log = false, .categories = {}};
  FigureSeries bars = series(threads_case());
  add_point(bars, 0, without);
  add_point(bars, 1, with);
  add_point(bars, 2, waits);
  figure.series.push_back(std::move(bars));
  return figure;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const double workers = claim.setting(kWorkers), wait_ms = claim.setting(kWait), tasks = claim.setting(kTasks);
  claim.needs(workers >= 2, {"One thread alone shares the GIL with nobody: set workers to 2 or more.",
                             "Одному потоку не с кем делить GIL: задайте не меньше двух исполнителей."});
  const BothTexts threads = counted(workers, {"thread", "threads", "поток", "потока", "потоков"});
  const auto with = claim.over(kOne, kHeld, kWallMs), without = claim.over(kOne, kFree, kWallMs);
  const auto waits = claim.over(kWaitOne, kWaitHeld, kWallMs);
  // Threads that take turns on one core have begun before the other ended, but never compute at once.
  const bool one_core = measured.get(kCores).value_or(2) < 2;
  claim.needs(!one_core, {"This machine offers one core, on which no two threads compute at once: use one with more.",
                          "Эта машина даёт одно ядро, на котором два потока не вычисляют одновременно: возьмите машину "
                          "с большим числом ядер."});
  const auto held = claim.of(kHeld, kOverlap), free = one_core ? std::nullopt : claim.of(kFree, kOverlap);
  const auto row = claim.of(scaled(claim.series(kWaitOne, kWallMs), 1 / std::max(tasks * wait_ms, 1e-9)));
  claim.require({.id = "no-speedup",
                 .label = {"speed-up of computing with the GIL", "ускорение вычислений с GIL"},
                 .value = with,
                 .unit = "×",
                 .test = at_most(1.2, 1.35),
                 .yes = both("With the GIL {} compute no faster than one: {}.",
                             "С GIL {} считают не быстрее, чем один: {}.", threads, quantity(with, "×")),
                 .no = both("With the GIL {} compute {} as fast as one.", "С GIL {} считают быстрее, чем один, {}.",
                            threads, times(with)),
                 .hue = "gil"});
  claim.require(
      {.id = "one-at-a-time",
       .label = {"two threads computing at once, with the GIL", "два потока вычисляют одновременно, с GIL"},
       .value = held,
       .unit = "%",
       .test = at_most(1, 5),
       .yes = both("Under it two threads were computing at once for {} of the computing time.",
                   "Под ним два потока вычисляли одновременно {} времени вычислений.", quantity(held, "%")),
       .no = both("Under it two threads were computing at once for {} of the computing time: it does not hold them.",
                  "Под ним два потока вычисляли одновременно {} времени вычислений: он их не удерживает.",
                  quantity(held, "%")),
       .timed = false,
       .hue = "gil"});
  claim.require(
      {.id = "at-once-without",
       .label = {"two threads computing at once, without the GIL", "два потока вычисляют одновременно, без GIL"},
       .value = free,
       .unit = "%",
       .test = at_least(5, 1),
       .yes = both("Without it that was {}.", "Без него — {}.", quantity(free, "%")),
       .no = both("Without it that was only {}: they hardly met here, with a GIL or without.",
                  "Без него — лишь {}: здесь они почти не встречались и без GIL.", quantity(free, "%")),
       .hue = "threads"});
  claim.require({.id = "one-by-one",
                 .label = {"one thread's waits over their sum", "ожидания одного потока к их сумме"},
                 .value = row,
                 .unit = "×",
                 .test = within(1, 0.2, 0.5),
                 .yes = both("One thread waits {} one after another: {} of their sum, {}.",
                             "Один поток ждёт {} подряд: {} от их суммы, {}.",
                             counted(tasks, {"time", "times", "раз", "раза", "раз"}), quantity(row, ""),
                             quantity(tasks * wait_ms, "ms")),
                 .no = both("One thread's waits took {} of their sum: they were not simply one after another.",
                            "Ожидания одного потока заняли {} от своей суммы: они шли не просто друг за другом.",
                            quantity(row, ""))});
  claim.require(
      {.id = "waits-overlap",
       .label = {"speed-up of waiting with the GIL", "ускорение ожидания с GIL"},
       .value = waits,
       .unit = "×",
       .test = at_least(1 + 0.5 * (workers - 1), 1.2),
       .yes = both("With the GIL {} wait {} as fast as one.", "С GIL {} проходят ожидания быстрее, чем один, {}.",
                   threads, times(waits)),
       .no = both("With the GIL {} wait hardly faster than one: {}.",
                  "С GIL {} проходят ожидания почти не быстрее, чем один: {}.", threads, quantity(waits, "×")),
       .hue = "gil"});
  claim.show({.id = "speedup-without",
              .label = {"speed-up of computing without the GIL", "ускорение вычислений без GIL"},
              .value = without ? std::optional(without->median) : std::nullopt,
              .low = without ? std::optional(without->low) : std::nullopt,
              .high = without ? std::optional(without->high) : std::nullopt,
              .unit = "×",
              .hue = "threads"});
  claim.show(kHeld, kLockWaitMs);
  for (std::size_t lane = 0; measured.samples.has(kHeld, ThreadWait(lane).metric()); ++lane) {
    claim.show(kHeld, ThreadWait(lane).metric());
  }
  claim.background(
      {"The GIL lets one thread compute at a time. It is released around a wait, so waits still overlap. (A model: one "
       "real lock on real threads, as in CPython; a free-threaded CPython has no such lock.)",
       "GIL позволяет вычислять только одному потоку за раз. На время ожидания он освобождается, поэтому ожидания "
       "перекрываются. (Это модель: одна настоящая блокировка на настоящих потоках, как в CPython; в сборке CPython "
       "без GIL такой блокировки нет.)"});
  claim.figure(speedups(without, with, waits));
  claim.truth("no-speedup");
  return std::move(claim).conclude();
}

constexpr std::string_view kOwn[] = {"with_python"};  // the engine's business, after the plan (lab_python.hpp)
constexpr std::string_view kReads[] = {"workers", "switch_interval_ms", "repeat"};
constexpr std::string_view kSubject[] = {"workers", "in_flight"};

}  // namespace

const Experiment& gil_experiment() {
  static const Experiment experiment{
      .id = "gil",
      .section = "threads",
      .title = {"The GIL", "GIL"},
      .claim = {"The GIL lets only one thread compute at a time; while a thread waits, another has the GIL.",
                "GIL позволяет вычислять только одному потоку за раз; пока поток ждёт, GIL занимает другой."},
      .about =
          {"The same work on one thread and on several, with and without the GIL; then waits with the GIL. Look at "
           "the vermilion parts: waiting for the lock.",
           "Одна и та же работа в одном потоке и в нескольких, с GIL и без него; затем ожидания с GIL. Обратите "
           "внимание на красно-оранжевые участки: это ожидание блокировки."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times faster do several threads compute with the GIL?",
                            "Во сколько раз быстрее считают несколько потоков с GIL?"},
                   .unit = "×",
                   .min = 0.1,
                   .max = 16},
      .config = R"({"workload":"sum","tasks":16,"size":200000000})",
      .reads = kReads,
      .own_options = kOwn,
      .subject = kSubject,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
