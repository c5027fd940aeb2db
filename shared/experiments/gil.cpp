// gil: with the GIL one thread runs at a time, so threads speed up waits but not computing.
#include <algorithm>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

std::vector<Case> cases(unsigned workers) {
  const json compute = {{"model", "threads"}, {"workload", "primes"}, {"tasks", 16}, {"size", 1'000'000}};
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

/// The time in which two lanes computed at once, as a share of all computing.
double overlap_share(std::vector<Span> spans) {
  std::erase_if(spans, [](const Span& span) { return span.kind != SpanKind::compute; });
  std::ranges::sort(spans, {}, &Span::begin_ns);
  std::int64_t busy_until = 0, total = 0, overlap = 0;
  for (const Span& span : spans) {
    total += span.end_ns - span.begin_ns;
    overlap += std::max<std::int64_t>(std::min(busy_until, span.end_ns) - span.begin_ns, 0);
    busy_until = std::max(busy_until, span.end_ns);
  }
  return total == 0 ? 0 : static_cast<double>(overlap) / static_cast<double>(total);
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const unsigned most = std::max(1U, std::min({host_info().cores, capabilities().max_threads, 8U}));
  const json own = base(lab, {{"workers", std::max(2U, most)}});
  const unsigned workers = own["workers"].get<unsigned>();
  out.facts["workers"] = workers;
  json rest = own;
  for (const char* planned : {"workload", "tasks", "workers", "size", "wait_ms"}) rest.erase(planned);
  std::vector<Case> plan = cases(workers);
  json traced = rest;
  traced.update(plan[2].options);
  traced["repeat"] = 1;
  traced["warmup"] = 0;
  const Status status = co_await measure_cases(lab, rest, std::move(plan), rounds_of(lab), out, 0, 0.95);
  if (!status) co_return std::unexpected(status.error());
  std::vector<Span> spans;
  auto last = co_await lab.run(std::move(traced), &spans);
  if (!last) co_return std::unexpected(last.error());
  out.facts["overlap_share"] = overlap_share(std::move(spans));
  co_return out;
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
  finding.numbers["overlap_share"] = fact(measured, "overlap_share");
  // One at a time: neither faster than one thread, nor ever two lanes computing at once (a thousandth for the
  // hand-over).
  const Tri one_at_a_time =
      all_of({at_most(with, 1.2, 1.35), fact(measured, "overlap_share") < 0.01 ? Tri::yes : Tri::no});
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
  figure.series = {{.id = "threads",
                    .name = {"threads", "потоки"},
                    .style = SeriesStyle::measured,
                    .points = {point(0, without), point(1, with), point(2, waits)}}};
  finding.figures.push_back(std::move(figure));
  conclude(
      finding, measured, all_of({one_at_a_time, waits_free}),
      both("{} threads against one: computing with the GIL is {} times as fast, without it {}; waiting with the GIL "
           "{}. Together the threads waited {} ms for the lock.",
           "{} потоков против одного: вычисления с GIL быстрее в {} раза, без GIL — в {}; ожидание с GIL — в {}. "
           "Все вместе потоки прождали блокировку {} мс.",
           number(workers), with_interval(with).en, with_interval(without).en, with_interval(waits).en,
           with_interval(gil_wait).en),
      {"The GIL lets one thread compute at a time; it is released around a wait, so waits still overlap. (A model: "
       "one real lock on real threads, as in CPython.)",
       "GIL даёт вычислять одному потоку за раз; на время ожидания он освобождается, поэтому ожидания "
       "перекрываются. (Модель: одна настоящая блокировка на настоящих потоках, как в CPython.)"},
      {"Threads did not behave as if one lock let one of them compute at a time.",
       "Потоки вели себя не так, как если бы вычислять мог только один из них."});
  return finding;
}

}  // namespace

const Experiment& gil_experiment() {
  static const Experiment experiment{
      .id = "gil",
      .section = "threads",
      .title = {"The GIL", "GIL"},
      .claim = {"The GIL lets only one thread run at a time.",
                "GIL позволяет выполняться только одному потоку за раз."},
      .about =
          {"The same work on one thread and on several, with and without the GIL; then waits with the GIL. Look at "
           "the vermilion parts: waiting for the lock.",
           "Одна и та же работа в одном потоке и в нескольких, с GIL и без него; затем ожидания с GIL. Обратите "
           "внимание на красные участки: ожидание блокировки."},
      .question = {.kind = PredictionKind::number,
                   .text = {"How many times faster do several threads compute with the GIL?",
                            "Во сколько раз быстрее считают несколько потоков с GIL?"},
                   .unit = "×",
                   .min = 0.1,
                   .max = 16},
      .config = R"({"workload":"primes","tasks":16,"size":1000000})",
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
