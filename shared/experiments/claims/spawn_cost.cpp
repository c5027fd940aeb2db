// spawn-cost: what it costs to create a coroutine, a thread, a process, each created to do nothing and waited for.
#include <algorithm>
#include <utility>

#include "base/stats.hpp"
#include "experiments/experiment.hpp"
#include "experiments/figure_parts.hpp"
#include "experiments/probes/child_probe.hpp"
#include "experiments/probes/hand_over.hpp"
#include "experiments/probes/spawn_times.hpp"
#include "experiments/run/rounds.hpp"
#include "experiments/run/runner.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr int kCoroutines = 20'000;  // a sample is their mean: one is quicker than the clock's step
constexpr int kThreads = 20;         // a sample is the median of these
constexpr int kHandOvers = 40;
constexpr std::size_t kHandOverBytes = 64;

const Case kCoroutine{"coroutine", {"a coroutine", "корутина"}, "async"};
const Case kPooled{"pooled", {"a thread of a pool", "поток из пула"}, "threads"};
const Case kThread{"thread", {"a new thread", "новый поток"}, "threads"};
const Case kProcess{"process", {"a process", "процесс"}, "processes"};

constexpr Metric kCost{"cost_us", {"create, do nothing, end", "создать, ничего не делать, завершить"}, "us"};
constexpr Metric kReadyBytes{"ready_bytes", {"memory when ready", "память в начале работы"}, "B"};

coro::Task<Status> create_threads_round(LabContext& lab, std::uint32_t round, Measured& out) {
  Result<std::vector<std::int64_t>> fresh = fail("");
  Result<HandOver> pooled = fail("");
  co_await lab.scheduler().blocking([&] {
    fresh = create_threads(kThreads, lab.cancel());
    if (fresh) pooled = hand_over(kHandOverBytes, 1, kHandOvers, ReadPart::ends, lab.cancel());
  });
  if (!fresh) co_return std::unexpected(fresh.error());
  if (!pooled) co_return std::unexpected(pooled.error());
  out.samples.set(kThread, kCost, round, median_us(*fresh));
  out.samples.set(kPooled, kCost, round, median_us(pooled->round_trips_ns));
  co_return Status{};
}

coro::Task<Status> create_processes_round(LabContext& lab, std::uint32_t round, Measured& out) {
  // A page's Worker takes a tenth of a second.
  const int times = capabilities().processes_are_workers ? 1 : 4;
  std::vector<std::int64_t> took_ns;
  for (int i = 0; i < times; ++i) {
    const std::int64_t begin = now_ns();
    {
      ChildProbe child(lab.scheduler(), lab.cancel());
      const Status started = co_await child.start();
      if (!started) co_return started;
      if (child.memory_bytes() != 0) {
        out.samples.set(kProcess, kReadyBytes, round, static_cast<double>(child.memory_bytes()));
      }
    }
    took_ns.push_back(now_ns() - begin);
  }
  out.samples.set(kProcess, kCost, round, median_us(took_ns));
  co_return Status{};
}

coro::Task<Status> create_all(LabContext& lab, std::uint32_t round, Measured& out) {
  if (const double each_ns = create_coroutines(kCoroutines); each_ns > 0) {
    out.samples.set(kCoroutine, kCost, round, each_ns / 1e3);
  }
  if (capabilities().threads) {
    const Status created = co_await create_threads_round(lab, round, out);
    if (!created) co_return created;
  }
  const Status created = co_await create_processes_round(lab, round, out);
  co_return created;
}

/// Creation on the timeline: a new worker for every task.
coro::Task<Status> show_creation(LabContext& lab, Measured& out) {
  for (const std::string model : {"threads", "processes"}) {
    if (model == "threads" && !capabilities().threads) continue;
    lab.step(0.95, model_name(model));
    json options = {{"model", model},        {"workload", "empty"}, {"tasks", model == "threads" ? 16 : 4},
                    {"workers", 1},          {"repeat", 1},         {"warmup", 0},
                    {"spawn_per_task", true}};
    auto result = co_await lab.run(std::move(options));
    if (!result) co_return std::unexpected(result.error());
    out.runs.push_back(to_json(*result));
  }
  co_return Status{};
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  for (const Case& of : {kCoroutine, kPooled, kThread, kProcess}) {
    out.fairness.push_back(
        {.of = of.id, .workers = 1, .in_flight = 1, .creation = of.id == kPooled.id ? "outside" : "inside"});
  }
  Measured warmup;  // first of their kind, all of them would be slower
  const Status warmed = co_await create_all(lab, 0, warmup);
  if (!warmed) co_return std::unexpected(warmed.error());
  Rounds rounds(lab, out);
  while (rounds.next()) {
    if (lab.cancel().requested()) co_return fail(kCancelled);
    lab.step(0.9 * rounds.fraction(0, 1),
             both("creating: round {} of {}", "создание: повтор {} из {}", rounds.index() + 1, rounds.expected()));
    co_await look_at_machine(lab, rounds.index(), out);
    const Status created = co_await create_all(lab, rounds.index(), out);
    if (!created) co_return std::unexpected(created.error());
  }
  const Status shown = co_await show_creation(lab, out);
  if (!shown) co_return std::unexpected(shown.error());
  co_return out;
}

/// From the cheapest to the most expensive; nothing while neighbours cannot be told apart.
json order_of(const Claim& claim) {
  std::vector<std::pair<double, Case>> all;
  for (const Case& of : {kCoroutine, kPooled, kThread, kProcess}) {
    const auto cost = claim.of(of, kCost);
    if (!cost) return nullptr;
    all.emplace_back(cost->median, of);
  }
  std::ranges::sort(all, {}, [](const auto& one) { return one.first; });
  json order = json::array();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i != 0) {
      const auto dearer = claim.over(all[i].second, all[i - 1].second, kCost);
      if (!dearer || dearer->low <= 1) return nullptr;
    }
    order.push_back(all[i].second.id);
  }
  return order;
}

Finding judge(const Measured& measured) {
  Claim claim(measured);
  const auto process = claim.over(kProcess, kThread, kCost), thread = claim.over(kThread, kCoroutine, kCost);
  const auto process_only = claim.over(kProcess, kCoroutine, kCost);
  if (measured.get(kHasThreads) == 1) {
    claim.require({.id = "process-over-thread",
                   .label = {"cost, a process over a new thread", "цена, процесс к новому потоку"},
                   .value = process,
                   .unit = "×",
                   .test = at_least(3, 1),
                   .yes = both("Creating a process takes {} as long as creating a thread.",
                               "Создать процесс дольше, чем поток, {}.", times(process)),
                   .no = both("Creating a process takes only {} as long as creating a thread.",
                              "Создать процесс дольше, чем поток, лишь {}.", times(process)),
                   .hue = "processes"});
    claim.require({.id = "thread-over-coroutine",
                   .label = {"cost, a new thread over a coroutine", "цена, новый поток к корутине"},
                   .value = thread,
                   .unit = "×",
                   .test = at_least(20, 2),
                   .yes = both("Creating a thread takes {} as long as creating a coroutine.",
                               "Создать поток дольше, чем корутину, {}.", times(thread)),
                   .no = both("Creating a thread takes only {} as long as creating a coroutine.",
                              "Создать поток дольше, чем корутину, лишь {}.", times(thread)),
                   .hue = "threads"});
  } else {
    claim.require({.id = "process-over-coroutine",
                   .label = {"cost, a process over a coroutine", "цена, процесс к корутине"},
                   .value = process_only,
                   .unit = "×",
                   .test = at_least(20, 2),
                   .yes = both("Creating a process takes {} as long as creating a coroutine.",
                               "Создать процесс дольше, чем корутину, {}.", times(process_only)),
                   .no = both("Creating a process takes only {} as long as creating a coroutine.",
                              "Создать процесс дольше, чем корутину, лишь {}.", times(process_only)),
                   .hue = "processes"});
  }
  const Case all[] = {kCoroutine, kPooled, kThread, kProcess};
  for (const Case& one : all) {
    if (measured.samples.has(one, kCost)) claim.show(one, kCost);
  }
  if (measured.samples.has(kProcess, kReadyBytes)) claim.show(kProcess, kReadyBytes);
  claim.background(
      {"A process needs an address space, a program loaded into it and a way to talk; a thread needs a "
       "stack; a coroutine a few hundred bytes. A pool of workers pays once: that is why pools exist.",
       "Процессу нужны адресное пространство, загруженная в него программа и канал связи; потоку — стек; "
       "корутине — несколько сотен байт. Пул исполнителей платит один раз — для того пулы и нужны."});
  if (claim.setting(kOnPage) != 0) {
    claim.background(
        {"Here a process is a Worker with its own WebAssembly memory, and a new thread is a Worker that "
         "the page keeps ready.",
         "Здесь процесс — это Worker со своей памятью WebAssembly, а новый поток — Worker, который "
         "страница держит наготове."});
  }
  Figure costs = bars(claim, "cost", kCost.label.texts(), all, kCost);
  costs.y.log = true;
  claim.figure(std::move(costs));
  if (json order = order_of(claim); !order.is_null()) claim.truth("process-over-thread", std::move(order));
  return std::move(claim).conclude();
}

constexpr std::string_view kSubject[] = {"creation"};
constexpr std::string_view kInterchangeable[] = {"pooled thread"};  // the claim says nothing of pools

}  // namespace

const Experiment& spawn_cost_experiment() {
  static const Experiment experiment{
      .id = "spawn-cost",
      .section = "processes",
      .title = {"The cost of creating", "Цена создания"},
      .claim = {"Creating a process takes time and resources: far more than a thread or a coroutine.",
                "Создание процесса требует времени и ресурсов — намного больше, чем создание потока или корутины."},
      .about =
          {"Coroutines, threads and processes are really created, given nothing to do, and ended, again and again. "
           "The last runs show creation on the timeline.",
           "Корутины, потоки и процессы действительно создаются, ничего не делают и завершаются — снова и снова. "
           "Последние запуски показывают создание на временной шкале."},
      .question = {.kind = PredictionKind::rank,
                   .text = {"Order them from the cheapest to create to the most expensive.",
                            "Расположите от самого дешёвого в создании к самому дорогому."},
                   .options = {{"thread", {"a new thread", "новый поток"}},
                               {"process", {"a process", "процесс"}},
                               {"coroutine", {"a coroutine", "корутина"}},
                               {"pooled", {"work for a thread of a pool", "работа для потока из пула"}}}},
      .config = R"({"model":"processes","workload":"empty","tasks":4,"workers":1,"spawn_per_task":true})",
      .reads = kOnlyRepeats,
      .subject = kSubject,
      .interchangeable = kInterchangeable,
      .check = needs_processes,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
