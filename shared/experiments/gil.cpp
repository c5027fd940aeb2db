// gil: with the GIL one thread runs at a time, so threads speed up waits but not computing.
#include <algorithm>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

std::vector<Case> cases(unsigned workers) {
  const json compute = {{"model", "threads"}, {"workload", "sum"}, {"tasks", 16}, {"size", 300'000'000}};
  const json wait = {{"model", "threads"}, {"workload", "sleep"}, {"tasks", workers * 2}, {"wait_ms", 15}};
  const auto with = [](json options, const json& more) {
    options.update(more);
    return options;
  };
  return {{"compute.one", with(compute, {{"workers", 1}})},
          {"compute.threads", with(compute, {{"workers", workers}})},
          {"compute.gil", with(compute, {{"workers", workers}, {"gil", true}})},
          {"wait.one", with(wait, {{"workers", 1}, {"gil", true}})},
          {"wait.gil", with(wait, {{"workers", workers}, {"gil", true}})}};
}

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

/// How long each lane waited for the GIL: facts "gil_wait_thread_1_ms" and so on.
void add_waits(const std::vector<Span>& spans, Measured& out) {
  for (const Span& span : spans) {
    if (span.kind != SpanKind::gil_wait) continue;
    out.facts[fmt::format("gil_wait_thread_{}_ms", span.lane + 1)] +=
        static_cast<double>(span.end_ns - span.begin_ns) / 1e6;
  }
}

/// One more run, traced: how much its lanes computed at once, and waited for the GIL.
coro::Task<Status> look_for_overlap(LabContext& lab, json options, const char* name, Measured& out) {
  options["repeat"] = 1;
  options["warmup"] = 0;
  options["trace"] = true;
  std::vector<Span> spans;
  auto result = co_await lab.run(std::move(options), &spans);
  if (!result) co_return std::unexpected(result.error());
  add_waits(spans, out);
  if (const auto share = overlap_share(std::move(spans))) out.facts[name] = *share;
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const unsigned most = std::max(1U, std::min({host_info().cores, capabilities().max_threads, 8U}));
  const json own = base(lab, {{"workers", std::max(2U, most)}});
  const unsigned workers = own["workers"].get<unsigned>();
  out.facts["workers"] = workers;
  json rest = own;
  for (const char* planned : {"workload", "tasks", "workers", "size", "wait_ms", "with_python"}) rest.erase(planned);
  std::vector<Case> plan = cases(workers);
  json free = rest, held = rest;
  free.update(plan[1].options);
  held.update(plan[2].options);
  Status status = co_await measure_cases(lab, rest, std::move(plan), Rounds(lab), out, 0, 0.95);
  if (status) status = co_await look_for_overlap(lab, std::move(free), "overlap_share_free", out);
  if (status) status = co_await look_for_overlap(lab, std::move(held), "overlap_share_gil", out);
  if (!status) co_return std::unexpected(status.error());
  co_return out;
}

BothTexts percent(double share) {
  if (share < 0) return with_interval(std::nullopt);
  constexpr double kTiny = 1e-4;  // a few clock steps: more digits would say nothing
  if (share > 0 && share < kTiny) return {"less than 0.01 %", "менее 0,01 %"};
  return both("{} %", "{} %", number(share * 100));
}

Finding judge(const Measured& measured) {
  Finding finding;
  const double workers = fact(measured, "workers", 2);
  const auto with = spread(ratios(measured, "compute.one.wall_ms", "compute.gil.wall_ms"));
  const auto without = spread(ratios(measured, "compute.one.wall_ms", "compute.threads.wall_ms"));
  const auto waits = spread(ratios(measured, "wait.one.wall_ms", "wait.gil.wall_ms"));
  const auto gil_wait = spread(measured, "compute.gil.lock_wait_ms");
  put(finding.numbers, "speedup_compute_gil", with);
  put(finding.numbers, "speedup_compute_free", without);
  put(finding.numbers, "speedup_wait_gil", waits);
  put(finding.numbers, "gil_wait_ms", gil_wait);
  finding.numbers["workers"] = workers;
  BothTexts by_thread;
  for (double thread = 1; thread <= workers; ++thread) {
    const std::string name = fmt::format("gil_wait_thread_{}_ms", thread);
    const double waited = fact(measured, name, -1);
    if (waited < 0) continue;
    finding.numbers[name] = waited;
    by_thread = by_thread + both("{}{}", "{}{}", std::string(by_thread.en.empty() ? "" : " + "), number(waited));
  }
  if (!by_thread.en.empty()) {
    by_thread = both(" By thread, in the recorded run: {} ms.", " По потокам, в записанном прогоне: {} мс.", by_thread);
  }
  // Without a recording nothing is known of overlaps: that is not the same as none.
  const double held = fact(measured, "overlap_share_gil", -1), free = fact(measured, "overlap_share_free", -1);
  finding.numbers["overlap_share_gil"] = held < 0 ? json(nullptr) : json(held);
  finding.numbers["overlap_share_free"] = free < 0 ? json(nullptr) : json(free);
  // One at a time: neither faster than one thread, nor ever two lanes computing at once (a hundredth for the
  // hand-over); and without the GIL they do, or there was nothing to see.
  const Tri no_overlap = held < 0 ? Tri::unclear : held < 0.01 ? Tri::yes : Tri::no;
  const Tri one_at_a_time = all_of({at_most(with, 1.2, 1.35), no_overlap, free > 0.05 ? Tri::yes : Tri::unclear});
  const Tri waits_free = at_least(waits, 1 + 0.5 * (workers - 1), 1.2);
  finding.truth = with ? json(with->median) : json(nullptr);
  Figure figure;
  figure.id = "speedup";
  figure.kind = FigureKind::bars;
  figure.title = {"Speed-up over one thread", "Ускорение относительно одного потока"};
  figure.x.categories = {{"computing, no GIL", "вычисления без GIL"},
                         {"computing, GIL", "вычисления с GIL"},
                         {"waiting, GIL", "ожидание с GIL"}};
  figure.y = {.label = {"speed-up", "ускорение"}, .unit = "×", .log = false, .categories = {}};
  FigureSeries series{.id = "threads", .name = {"threads", "потоки"}, .style = SeriesStyle::measured, .points = {}};
  add_point(series, 0, without);
  add_point(series, 1, with);
  add_point(series, 2, waits);
  figure.series.push_back(std::move(series));
  finding.figures.push_back(std::move(figure));
  const auto faster = [](const auto& value) { return BothTexts{times(value).en, with_interval(value).ru}; };
  conclude(
      finding, measured, all_of({one_at_a_time, waits_free}),
      both("{} against one: computing with the GIL is {} as fast, without it {}; waiting with the GIL {}. With the GIL "
           "two threads computed at once for {} of the computing time, without it for {}. Together the threads waited "
           "{} "
           "ms for the lock.{}",
           "{} против одного, во сколько раз быстрее: вычисления с GIL — {}, без GIL — {}; ожидание с GIL — {}. С GIL "
           "два потока вычисляли одновременно {} времени вычислений, без него — {}. Все вместе потоки прождали "
           "блокировку {} мс.{}",
           counted(workers, {"thread", "threads", "поток", "потока", "потоков"}), faster(with), faster(without),
           faster(waits), percent(held), percent(free), with_interval(gil_wait), by_thread),
      {"The GIL lets one thread compute at a time. It is released around a wait, so waits still overlap. (A model: one "
       "real lock on real threads, as in CPython; a free-threaded CPython has no such lock.)",
       "GIL позволяет вычислять только одному потоку за раз. На время ожидания он освобождается, поэтому ожидания "
       "перекрываются. (Это модель: одна настоящая блокировка на настоящих потоках, как в CPython; в сборке CPython "
       "без "
       "GIL такой блокировки нет.)"},
      {"Threads did not behave as if one lock let one of them compute at a time.",
       "Потоки вели себя не так, как если бы вычислять мог только один из них."},
      no_overlap != Tri::no,
      held < 0 ? BothTexts{"Not decided: no computing was recorded. Use a larger size, with tracing on.",
                           "Не решено: вычисления не были записаны. Увеличьте размер задачи и включите трассировку."}
               : BothTexts{});
  return finding;
}

constexpr std::string_view kOwn[] = {"with_python"};  // the engine's business, after the plan (lab_python.hpp)
constexpr std::string_view kReads[] = {"workers", "switch_interval_ms", "repeat"};

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
      .config = R"({"workload":"sum","tasks":16,"size":300000000})",
      .reads = kReads,
      .own_options = kOwn,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
