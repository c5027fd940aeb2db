// deadlock: two threads that take two locks in opposite orders block each other; a watchdog finds the cycle, and three
// ways of writing the same program have none.
//
// details: {"threads":["A","B"], "locks":["1","2"], "cycle":[{"thread":"A","holds":"1","waits_for":"2","held_by":"B"}…]
//   (and "waited_ms": how long it had waited when it was found) or null, "victim":"B" or null, "found_after_ms",
//   "remedies":[{"id","name":{en,ru},"wanted","done","deadlocks", "retries","balanced","wall_ms"}…]}
#include <algorithm>
#include <array>

#include "base/stats.hpp"
#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"
#include "models/transfers.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr std::uint32_t kEach = 8;  // transfers of each thread a round
constexpr std::string_view kWays[] = {"none", "ordered", "try-lock", "messages", "async"};

BothTexts way_name(std::string_view way) {
  if (way == "none") return {"opposite order", "встречный порядок"};
  if (way == "ordered") return {"one order", "единый порядок"};
  if (way == "try-lock") return {"try-lock", "try-lock с откатом"};
  if (way == "messages") return {"messages", "сообщения"};
  return {"async", "асинхронно"};
}

std::string thread_letter(std::size_t thread) { return std::string(1, static_cast<char>('A' + thread)); }

json cycle_json(const Deadlock& deadlock) {
  json cycle = json::array();
  for (std::size_t i = 0; i < deadlock.cycle.size(); ++i) {
    const WaitFor& arrow = deadlock.cycle[i];
    // What it holds is what the one before it on the cycle waits for.
    const WaitFor& before = deadlock.cycle[(i + deadlock.cycle.size() - 1) % deadlock.cycle.size()];
    cycle.push_back(
        {{"thread", thread_letter(arrow.thread)},
         {"holds", std::to_string(before.lock + 1)},
         {"waits_for", std::to_string(arrow.lock + 1)},
         {"held_by", thread_letter(arrow.holder)},
         {"waited_ms",
          i < deadlock.waited_ns.size() ? json(static_cast<double>(deadlock.waited_ns[i]) / 1e6) : json(nullptr)}});
  }
  return cycle;
}

/// The same transfers as two coroutines: between two awaits nobody else runs, so nothing has to be locked.
struct AsyncBank {
  std::array<std::int64_t, 2> accounts = {1000, 1000};
  std::uint32_t done = 0;
  int running = 0;
};

coro::Detached transfer_async(AsyncBank& bank, std::size_t self, LabContext& lab, coro::Event& ended) {
  for (std::uint32_t i = 0; i < kEach && !lab.cancel().requested(); ++i) {
    co_await lab.scheduler().delay(kTransferPauseNs);
    --bank.accounts[self];
    ++bank.accounts[1 - self];
    ++bank.done;
  }
  if (--bank.running == 0) ended.set();
}

coro::Task<TransferRun> run_async(LabContext& lab) {
  AsyncBank bank;
  coro::Event ended(lab.scheduler());
  const std::int64_t begin = now_ns();
  bank.running = 2;
  transfer_async(bank, 0, lab, ended);
  transfer_async(bank, 1, lab, ended);
  co_await ended;
  TransferRun run;
  run.done = bank.done;
  run.wanted = 2 * kEach;
  run.balanced = bank.accounts[0] + bank.accounts[1] == 2000;
  run.wall_ms = static_cast<double>(now_ns() - begin) / 1e6;
  co_return run;
}

void note(Measured& out, std::string_view way, const TransferRun& run) {
  const std::string name(way);
  out.samples[name + ".wall_ms"].push_back(run.wall_ms);
  out.facts[name + ".deadlocks"] += run.deadlocks;
  out.facts[name + ".done"] += run.done;
  out.facts[name + ".wanted"] += run.wanted;
  out.facts[name + ".retries"] += run.retries;
  out.facts[name + ".unbalanced"] += run.balanced ? 0 : 1;
  if (run.deadlocks != 0) out.samples[name + ".search_ms"].push_back(run.longest_search_ms);
  if (!run.example || out.details.contains("cycle")) return;
  out.details["cycle"] = cycle_json(*run.example);
  out.details["victim"] = thread_letter(run.example->victim);
  out.details["found_after_ms"] = static_cast<double>(run.example->after_ns) / 1e6;
}

json remedies_json(const Measured& measured) {
  json remedies = json::array();
  for (const std::string_view way : kWays) {
    const std::string name(way);
    const auto wall = median(samples(measured, name + ".wall_ms"));
    remedies.push_back({{"id", way},
                        {"name", to_json(way_name(way))},
                        {"wanted", fact(measured, name + ".wanted")},
                        {"done", fact(measured, name + ".done")},
                        {"deadlocks", fact(measured, name + ".deadlocks")},
                        {"retries", fact(measured, name + ".retries")},
                        {"balanced", fact(measured, name + ".unbalanced") == 0},
                        {"wall_ms", wall ? json(*wall) : json(nullptr)}});
  }
  return remedies;
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const std::uint32_t rounds = rounds_of(lab);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < std::size(kWays); ++i) {
      if (lab.cancel().requested()) co_return fail(kCancelled);
      lab.step((round + static_cast<double>(i) / std::size(kWays)) / rounds, way_name(kWays[i]));
      if (kWays[i] == "async") {
        const TransferRun run = co_await run_async(lab);
        note(out, kWays[i], run);
        continue;
      }
      Result<TransferRun> run = fail("");
      co_await lab.scheduler().blocking(
          [&run, &lab, i] { run = run_transfers(static_cast<Remedy>(i), kEach, lab.cancel()); });
      if (!run) co_return std::unexpected(run.error());
      note(out, kWays[i], *run);
    }
  }
  if (lab.cancel().requested()) co_return fail(kCancelled);
  out.facts["rounds"] = rounds;
  out.details["threads"] = {"A", "B"};
  out.details["locks"] = {"1", "2"};
  if (!out.details.contains("cycle")) {
    for (const char* key : {"cycle", "victim", "found_after_ms"}) out.details[key] = nullptr;
  }
  out.details["remedies"] = remedies_json(out);
  co_return out;
}

Figure way_bars(const Measured& measured, std::string id, BothTexts title, BothTexts label, std::string unit,
                bool times) {
  Figure figure;
  figure.id = std::move(id);
  figure.kind = FigureKind::bars;
  figure.title = std::move(title);
  figure.y = {.label = std::move(label), .unit = std::move(unit), .log = false, .categories = {}};
  FigureSeries series{.id = "threads", .name = {"threads", "потоки"}, .style = SeriesStyle::measured, .points = {}};
  for (std::size_t i = 0; i < std::size(kWays); ++i) {
    const std::string name(kWays[i]);
    figure.x.categories.push_back(way_name(name));
    const double x = static_cast<double>(i);
    if (!times) {
      series.points.push_back({.x = x, .y = fact(measured, name + ".deadlocks"), .low = {}, .high = {}});
    } else if (const auto middle = median(samples(measured, name + ".wall_ms"))) {
      const auto around = spread(measured, name + ".wall_ms");
      series.points.push_back(around ? point(x, *around) : FigurePoint{.x = x, .y = *middle, .low = {}, .high = {}});
    }
  }
  figure.series.push_back(std::move(series));
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const double deadlocks = fact(measured, "none.deadlocks");
  double elsewhere = 0, missing = 0, unbalanced = 0;
  for (const std::string_view way : kWays) {
    const std::string name(way);
    if (way != "none") elsewhere += fact(measured, name + ".deadlocks");
    missing += fact(measured, name + ".wanted") - fact(measured, name + ".done");
    unbalanced += fact(measured, name + ".unbalanced");
    const auto wall = median(samples(measured, name + ".wall_ms"));
    finding.numbers["wall_ms_" + name] = wall ? json(*wall) : json(nullptr);
  }
  const auto& searches = samples(measured, "none.search_ms");
  finding.numbers["deadlocks"] = deadlocks;
  finding.numbers["deadlocks_with_remedies"] = elsewhere;
  finding.numbers["transfers_missing"] = missing;
  finding.numbers["retries_try_lock"] = fact(measured, "try-lock.retries");
  finding.numbers["longest_search_ms"] = searches.empty() ? json(nullptr) : json(std::ranges::max(searches));
  finding.figures = {way_bars(measured, "deadlocks", {"Deadlocks", "Взаимные блокировки"},
                              {"deadlocks", "взаимных блокировок"}, "", false),
                     way_bars(measured, "time", {"Time of the same transfers", "Время тех же переводов"},
                              {"makespan", "общее время"}, "ms", true)};
  // That none happened in opposite order proves nothing: luck. One where the theory allows none refutes it at once.
  const bool complete = missing == 0 && unbalanced == 0 && fact(measured, "none.wanted") > 0;
  const bool impossible = elsewhere > 0 || unbalanced > 0;
  const Tri happened = impossible ? Tri::no : deadlocks > 0 && complete ? Tri::yes : Tri::unclear;
  constexpr double kFoundWithinMs = 1000;
  const Tri found = searches.empty() ? Tri::unclear : std::ranges::max(searches) <= kFoundWithinMs ? Tri::yes : Tri::no;
  if (deadlocks > 0) finding.truth = "deadlock";
  conclude(
      finding, measured, all_of({happened, found}),
      both("In opposite order {} transfers ran into {} deadlocks; the watchdog found each within {} ms and made one "
           "attempt fail. With one order, try-lock ({} retries), messages and coroutines: {}.",
           "При встречном порядке на {} переводов пришлось взаимных блокировок: {}; сторож нашёл каждую не более "
           "чем за {} мс и отменил одну из попыток. С единым порядком, try-lock (повторов: {}), сообщениями и "
           "корутинами: {}.",
           fact(measured, "none.wanted"), deadlocks, searches.empty() ? number(0) : number(std::ranges::max(searches)),
           fact(measured, "try-lock.retries"), elsewhere),
      {"Each thread held the lock that the other waited for: without the watchdog both would wait for ever. A cycle "
       "cannot form when all lock in one order, when nobody waits while holding, or when one owner does the work.",
       "Каждый поток держал блокировку, которую ждал другой: без сторожа оба ждали бы вечно. Цикл не может "
       "возникнуть, если все блокируют в одном порядке, если никто не ждёт, удерживая, или если данными владеет "
       "один поток."},
      impossible
          ? BothTexts{"A deadlock or a wrong balance appeared where none can: the locks here do not work.",
                      "Взаимная блокировка или неверный остаток появились там, где их быть не может: блокировки "
                      "здесь не работают."}
          : BothTexts{"The watchdog took more than a second to find a cycle.", "Сторож искал цикл дольше секунды."},
      !impossible);
  return finding;
}

}  // namespace

const Experiment& deadlock_experiment() {
  static const Experiment experiment{
      .id = "deadlock",
      .section = "threads",
      .title = {"Deadlock", "Взаимная блокировка"},
      .origin = Origin::beyond,
      .claim = {"Two threads that take two locks in opposite orders can wait for each other for ever.",
                "Два потока, берущие две блокировки во встречном порядке, могут ждать друг друга вечно."},
      .about = {"Two threads move money between two accounts, each under its own lock. A watchdog looks for a cycle of "
                "waits and ends it. Then the same with one order, try-lock, messages, and coroutines.",
                "Два потока переводят деньги между двумя счетами, каждый под своей блокировкой. Сторож ищет цикл "
                "ожиданий и разрывает его. Затем то же с единым порядком, try-lock, сообщениями и корутинами."},
      .question = {.kind = PredictionKind::choice,
                   .text = {"What happens when both hold one lock and want the other's?",
                            "Что произойдёт, когда каждый держит одну блокировку и хочет вторую?"},
                   .options = {{"slow", {"Both go on, more slowly", "Оба продолжат, но медленнее"}},
                               {"wrong",
                                {"Both go on, and the balance is wrong", "Оба продолжат, остаток будет неверным"}},
                               {"deadlock", {"Both stand still for ever", "Оба остановятся навсегда"}}}},
      .config = R"({"workload":"counter","tasks":16,"size":100000,"workers":2,"counter_mode":"mutex"})",
      .reads = kOnlyRepeats,
      .check = needs_threads,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
