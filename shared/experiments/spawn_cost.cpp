// spawn-cost: what it costs to create a coroutine, a thread, a process, each created to do nothing and waited for.
#include <algorithm>
#include <utility>

#include "base/stats.hpp"
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"
#include "models/child_probe.hpp"
#include "models/hand_over.hpp"
#include "models/spawn_times.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr int kCoroutines = 20'000;  // a sample is their mean
constexpr int kThreads = 20;         // a sample is the median of these
constexpr int kHandOvers = 40;
constexpr std::size_t kHandOverBytes = 64;

struct Kind {
  const char* id;
  BothTexts name;
};
const Kind kKinds[] = {{"coroutine", {"coroutine", "корутина"}},
                       {"pooled", {"thread of a pool", "поток из пула"}},
                       {"thread", {"new thread", "новый поток"}},
                       {"process", {"process", "процесс"}}};

std::string us_of(std::string_view kind) { return fmt::format("{}.us", kind); }

double median_us(const std::vector<std::int64_t>& times_ns) {
  std::vector<double> times_us;
  for (const std::int64_t time : times_ns) times_us.push_back(static_cast<double>(time) / 1e3);
  return median(times_us).value_or(0);
}

coro::Task<Status> create_thread_round(LabContext& lab, Measured& out) {
  Result<std::vector<std::int64_t>> fresh = fail("");
  Result<HandOver> pooled = fail("");
  co_await lab.scheduler().blocking([&] {
    fresh = create_threads(kThreads, lab.cancel());
    if (fresh) pooled = hand_over(kHandOverBytes, kHandOvers, lab.cancel());
  });
  if (!fresh) co_return std::unexpected(fresh.error());
  if (!pooled) co_return std::unexpected(pooled.error());
  out.samples[us_of("thread")].push_back(median_us(*fresh));
  out.samples[us_of("pooled")].push_back(median_us(pooled->round_trips_ns));
  co_return Status{};
}

coro::Task<Status> create_process(LabContext& lab, Measured& out, std::vector<double>& times_us) {
  const std::int64_t begin = now_ns();
  {
    ChildProbe child(lab.scheduler(), lab.cancel());
    const Status started = co_await child.start();
    if (!started) co_return started;
    if (child.memory_bytes() != 0) {
      out.samples["process.bytes"].push_back(static_cast<double>(child.memory_bytes()));
    }
  }
  times_us.push_back(static_cast<double>(now_ns() - begin) / 1e3);
  out.samples["process.each_us"].push_back(times_us.back());
  co_return Status{};
}

/// Creation on the timeline: a new worker for every task.
coro::Task<Status> show_creation(LabContext& lab, Measured& out) {
  for (const std::string model : {"threads", "processes"}) {
    if (model == "threads" && !capabilities().threads) continue;
    lab.step(0.95, model_name(model));
    json options = {{"model", model},        {"workload", "empty"}, {"tasks", model == "threads" ? 16 : 4},
                    {"workers", 1},          {"repeat", 1},         {"warmup", 0},
                    {"spawn_per_task", true}};
    std::vector<Span> spans;
    auto result = co_await lab.run(std::move(options), &spans);
    if (!result) co_return std::unexpected(result.error());
    std::vector<std::int64_t> created;
    for (const Span& span : spans) {
      if (span.kind == SpanKind::create) created.push_back(span.end_ns - span.begin_ns);
    }
    if (!created.empty()) out.facts[model + ".create_span_us"] = median_us(created);
    out.runs.push_back(to_json(*result));
  }
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  Rounds rounds(lab, 8);
  // A page's Worker takes a tenth of a second.
  const int processes = capabilities().processes_are_workers ? 1 : 4;
  while (rounds.next()) {
    if (lab.cancel().requested()) co_return fail(kCancelled);
    lab.step(0.9 * rounds.fraction(0, 1),
             both("creating: round {} of {}", "создание: повтор {} из {}", rounds.index() + 1, rounds.expected()));
    co_await look_at_machine(lab, out);
    const double coroutine_ns = create_coroutines(kCoroutines);
    if (coroutine_ns > 0) out.samples[us_of("coroutine")].push_back(coroutine_ns / 1e3);
    if (capabilities().threads) {
      const Status status = co_await create_thread_round(lab, out);
      if (!status) co_return std::unexpected(status.error());
    }
    std::vector<double> times_us;
    for (int i = 0; i < processes; ++i) {
      const Status status = co_await create_process(lab, out, times_us);
      if (!status) co_return std::unexpected(status.error());
    }
    out.samples[us_of("process")].push_back(*median(times_us));
  }
  const Status shown = co_await show_creation(lab, out);
  if (!shown) co_return std::unexpected(shown.error());
  out.facts["workers_for_processes"] = capabilities().processes_are_workers ? 1 : 0;
  co_return out;
}

/// The kinds from the cheapest to the dearest; nothing while two neighbours' intervals overlap.
json order_of(const Measured& measured) {
  std::vector<std::pair<Spread, std::string>> all;
  for (const Kind& kind : kKinds) {
    const auto value = spread(measured, us_of(kind.id));
    if (!value) return nullptr;
    all.emplace_back(*value, kind.id);
  }
  std::ranges::sort(all, {}, [](const auto& one) { return one.first.median; });
  json order = json::array();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i != 0 && all[i].first.low <= all[i - 1].first.high) return nullptr;
    order.push_back(all[i].second);
  }
  return order;
}

Figure costs(const Measured& measured) {
  Figure figure;
  figure.id = "cost";
  figure.kind = FigureKind::bars;
  figure.title = {"Create, do nothing, end", "Создать, ничего не делать, завершить"};
  figure.y = {.label = {"time", "время"}, .unit = "µs", .log = true, .categories = {}};
  double x = 0;
  for (const Kind& kind : kKinds) {
    const auto value = spread(measured, us_of(kind.id));
    if (!value) continue;
    const std::string id = kind.id == std::string_view("coroutine") ? "async"
                           : kind.id == std::string_view("process") ? "processes"
                                                                    : "threads";
    figure.x.categories.push_back(kind.name);
    figure.series.push_back(
        {.id = id, .name = kind.name, .style = SeriesStyle::measured, .points = {point(x++, *value)}});
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  BothTexts numbers = {"Created, given nothing to do and waited for, µs:",
                       "Создание, пустая работа и завершение, мкс:"};
  const char* separator = " ";
  for (const Kind& kind : kKinds) {
    const auto value = spread(measured, us_of(kind.id));
    put(finding.numbers, std::string(kind.id) + "_us", value);
    numbers = numbers + both("{}{} {}", "{}{} — {}", separator, kind.name, with_interval(value));
    separator = "; ";
  }
  const bool threads = !samples(measured, us_of("thread")).empty();
  const auto over_thread = spread(ratios(measured, us_of("process"), us_of("thread")));
  const auto over_coroutine = spread(ratios(measured, us_of("process"), us_of("coroutine")));
  put(finding.numbers, "process_over_thread", over_thread);
  put(finding.numbers, "process_over_coroutine", over_coroutine);
  put(finding.numbers, "thread_over_coroutine", spread(ratios(measured, us_of("thread"), us_of("coroutine"))));
  put(finding.numbers, "process_bytes", spread(measured, "process.bytes"));
  for (const char* model : {"threads", "processes"}) {
    const std::string name = std::string(model) + ".create_span_us";
    finding.numbers[name] = measured.facts.contains(name) ? json(fact(measured, name)) : json(nullptr);
  }
  numbers = numbers + both(". A process costs {} as much as a new thread, {} as much as a coroutine",
                           ". Процесс дороже нового "
                           "потока {}, корутины — {}",
                           times(over_thread), times(over_coroutine));
  if (const auto bytes = median(samples(measured, "process.bytes"))) {
    numbers = numbers + both(", and holds {} MiB when it is ready.", " и, едва начав работу, занимает {} МиБ.",
                             number(*bytes / 1048576));
  } else {
    numbers = numbers + BothTexts{".", "."};
  }
  finding.truth = order_of(measured);
  finding.figures.push_back(costs(measured));
  const auto& each = samples(measured, "process.each_us");
  if (each.size() >= 12) {
    std::vector<double> each_ms;
    for (const double us : each) each_ms.push_back(us / 1e3);
    finding.figures.push_back(
        histogram("processes", {"Creating a process, one by one", "Создание процесса, каждое в отдельности"},
                  {.label = {"time", "время"}, .unit = "ms", .log = false, .categories = {}},
                  {"processes", "процессов"}, each_ms, "processes", model_name("processes"), 0.01));
  }
  BothTexts yes = {
      "A process needs an address space, a program loaded into it and a way to talk; a thread needs a stack; a "
      "coroutine a "
      "few hundred bytes. A pool of workers pays once: that is why pools exist.",
      "Процессу нужны адресное пространство, загруженная в него программа и канал связи; потоку — стек; корутине — "
      "несколько сотен байт. Пул исполнителей платит один раз — для того пулы и нужны."};
  if (fact(measured, "workers_for_processes") != 0) {
    yes = yes + BothTexts{
                    " (Here a process is a Worker with its own WebAssembly memory, and a new thread is a Worker that "
                    "the page keeps ready.)",
                    " (Здесь процесс — это Worker со своей памятью WebAssembly, а новый поток — Worker, который "
                    "страница держит наготове.)"};
  }
  conclude(finding, measured,
           all_of({threads ? at_least(over_thread, 3, 1.2) : Tri::yes, at_least(over_coroutine, 20, 2)}), numbers, yes,
           {"Creating a process cost hardly more than creating something lighter here.",
            "Создание процесса здесь почти не дороже, чем создание чего-то более лёгкого."});
  return finding;
}

}  // namespace

const Experiment& spawn_cost_experiment() {
  static const Experiment experiment{
      .id = "spawn-cost",
      .section = "processes",
      .title = {"The cost of creating", "Цена создания"},
      .claim = {"Creating a process takes time and resources: far more than a thread or a coroutine.",
                "Создание процесса требует времени и ресурсов — намного больше, чем создание потока или корутины."},
      .about = {"Coroutines, threads and processes are really created, given nothing to do, and waited for, again and "
                "again. "
                "The last runs show creation on the timeline.",
                "Корутины, потоки и процессы действительно создаются, ничего не делают и завершаются — снова и снова. "
                "Последние запуски показывают создание на временной шкале."},
      .question = {.kind = PredictionKind::rank,
                   .text = {"Order them from the cheapest to create to the dearest.",
                            "Расположите от самого дешёвого в создании к самому дорогому."},
                   .options = {{"thread", {"a new thread", "новый поток"}},
                               {"process", {"a process", "процесс"}},
                               {"coroutine", {"a coroutine", "корутина"}},
                               {"pooled", {"work for a thread of a pool", "работа для потока из пула"}}}},
      .config = R"({"model":"processes","workload":"empty","tasks":4,"workers":1,"spawn_per_task":true,"repeat":8})",
      .reads = kOnlyRepeats,
      .check = needs_processes,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
