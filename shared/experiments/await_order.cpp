// await-order: a coroutine resumes where it awaited, when its time has come, and nothing runs between its awaits.
//
// Three coroutines on the engine's own loop; every event of theirs is recorded with the ready queue and the timers as
// they were then. The timers fire in the loop's own wheel: a relay coroutine sleeps there for each, and puts the one
// that awaited into the loop's ready queue, so that the queue's order can be told.
//
// details: {"code":["async def work(name, wait_ms):", …] (lines from 1), "coroutines":[{"name":"A","wait_ms":60}…],
//   "steps":[{"t_ms":0.1, "event":"created"|"resumed"|"awaits"|"timer"|"ended", "who":"A", "line":n (of who),
//     "running":"A" or null, "ready":["B","C"], "timers":[{"name":"C","due_ms":32.1}…] (soonest first),
//     "lines":{"A":3,…} (where each stands, 0: not begun), "text":{"en","ru"}}…]}
//   Of the first round; times are ms since it began.
#include <algorithm>
#include <deque>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

/// A line, and its comment in each language; mostly none.
struct CodeLine {
  const char* text;
  const char *en = "", *ru = "";
};
constexpr CodeLine kCode[] = {
    {"async def work(name, wait_ms):"},
    {"    print(name, \"begins\")"},
    {"    await sleep(0)           # ", "lets the others run", "даёт поработать другим"},
    {"    compute(4)               # ", "4 ms, nobody else runs", "4 мс, другие стоят"},
    {"    await sleep(wait_ms)"},
    {"    print(name, \"goes on\")"},
    {""},
    {"for name, wait_ms in [(\"A\", 60), (\"B\", 10), (\"C\", 30)]:"},
    {"    create_task(work(name, wait_ms))"},
};
enum Line : std::uint8_t {
  kDefined = 1,
  kBegins = 2,
  kYields = 3,
  kComputes = 4,
  kSleeps = 5,
  kGoesOn = 6,
  kCreated = 9
};

constexpr std::int64_t kComputeNs = 4'000'000;
constexpr double kTickMs = 1;  // the wheel's
struct Worker {
  const char* name;
  double wait_ms;
};
constexpr Worker kWorkers[] = {{"A", 60}, {"B", 10}, {"C", 30}};
constexpr std::size_t kCount = std::size(kWorkers);

struct Timer {
  std::size_t who = 0;
  double due_ms = 0;
};

/// One round: the loop's state as far as it is ours, and what is noted of it.
struct Round {
  explicit Round(LabContext& context) : lab(context), ended(context.scheduler()) {}

  LabContext& lab;
  coro::Event ended;
  std::int64_t begin_ns = now_ns();
  std::deque<std::size_t> ready;
  std::vector<Timer> timers;
  std::optional<std::size_t> running;
  int lines[kCount] = {};
  std::size_t left = kCount;
  json steps = json::array();
  // What the verdict rests on.
  int intruded = 0;     // another one ran between two awaits of one
  int wrong_place = 0;  // resumed elsewhere than it awaited
  int wrong_order = 0;  // woken before one whose timer was due earlier
  int early = 0;        // woken before its time
  std::vector<std::size_t> order;

  double now_ms() const { return static_cast<double>(now_ns() - begin_ns) / 1e6; }

  void note(std::string_view event, std::size_t who, BothTexts text) {
    json waiting = json::array(), timing = json::array(), places = json::object();
    for (const std::size_t one : ready) waiting.push_back(kWorkers[one].name);
    for (const Timer& timer : timers) {
      timing.push_back({{"name", kWorkers[timer.who].name}, {"due_ms", timer.due_ms}});
    }
    for (std::size_t i = 0; i < kCount; ++i) places[kWorkers[i].name] = lines[i];
    steps.push_back({{"t_ms", now_ms()},
                     {"event", event},
                     {"who", kWorkers[who].name},
                     {"line", lines[who]},
                     {"running", running ? json(kWorkers[*running].name) : json(nullptr)},
                     {"ready", std::move(waiting)},
                     {"timers", std::move(timing)},
                     {"lines", std::move(places)},
                     {"text", to_json(text)}});
  }

  void begin_running(std::size_t who, int awaited_at) {
    if (running) ++intruded;
    if (lines[who] != awaited_at) ++wrong_place;
    running = who;
    if (const auto found = std::ranges::find(ready, who); found != ready.end()) ready.erase(found);
  }

  void stop_running(std::size_t who) {
    if (running != who) ++intruded;
    running.reset();
  }

  void woke(const Timer& timer) {
    for (const Timer& other : timers) {
      if (other.due_ms < timer.due_ms - 2 * kTickMs) ++wrong_order;
    }
    if (now_ms() < timer.due_ms - kTickMs) ++early;
    order.push_back(timer.who);
  }
};

coro::Detached relay(Round& round, std::size_t who, std::int64_t wait_ns, std::coroutine_handle<> handle) {
  co_await round.lab.scheduler().delay(wait_ns);
  const auto timer = std::ranges::find(round.timers, who, &Timer::who);
  const Timer fired = *timer;
  round.timers.erase(timer);
  round.woke(fired);
  round.ready.push_back(who);
  round.note("timer", who,
             both("{}'s timer fires: {} goes to the end of the ready queue.",
                  "Таймер {} сработал: {} встаёт в конец очереди готовых.", kWorkers[who].name, kWorkers[who].name));
  round.lab.scheduler().ready(handle);
}

/// `co_await`: to the end of the ready queue. create_task of the shown program, and its sleep(0).
struct Requeue {
  Round& round;
  std::size_t who;
  bool created;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    const char* name = kWorkers[who].name;
    if (!created) round.stop_running(who);
    round.lines[who] = created ? kCreated : kYields;
    round.ready.push_back(who);
    round.note(created ? "created" : "awaits", who,
               created ? both("{} is created: it waits in the ready queue, and has not begun.",
                              "{} создана: ждёт в очереди готовых, ещё не начала работу.", name)
                       : both("{} awaits sleep(0): it goes to the end of the ready queue.",
                              "{} ждёт sleep(0): встаёт в конец очереди готовых.", name));
    round.lab.scheduler().ready(handle);
  }
  void await_resume() const {
    const char* name = kWorkers[who].name;
    round.begin_running(who, created ? kCreated : kYields);
    round.lines[who] = created ? kBegins : kComputes;
    round.note(
        "resumed", who,
        created ? both("The loop takes {} from the ready queue: it begins.",
                       "Цикл берёт {} из очереди готовых: она начинает работу.", name)
                : both("{} resumes after its await and computes for 4 ms: nobody else runs meanwhile.",
                       "{} продолжается после своего await и считает 4 мс: другие в это время не выполняются.", name));
  }
};

/// `co_await`: sleep(wait_ms) of the shown program.
struct Sleep {
  Round& round;
  std::size_t who;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    const double wait_ms = kWorkers[who].wait_ms;
    round.stop_running(who);
    round.lines[who] = kSleeps;
    round.timers.push_back({who, round.now_ms() + wait_ms});
    std::ranges::sort(round.timers, {}, &Timer::due_ms);
    round.note("awaits", who,
               both("{} awaits sleep({}): a timer is set, and the loop takes the next one.",
                    "{} ждёт sleep({}): заведён таймер, цикл берёт следующую корутину.", kWorkers[who].name, wait_ms));
    relay(round, who, static_cast<std::int64_t>(wait_ms * 1e6), handle);
  }
  void await_resume() const {
    round.begin_running(who, kSleeps);
    round.lines[who] = kGoesOn;
    round.note("resumed", who,
               both("{} resumes at the line after its await.", "{} продолжается со строки после своего await.",
                    kWorkers[who].name));
  }
};

// Variables for the awaiters: temporaries in a co_await are not what every compiler keeps alive.
coro::Detached work(Round& round, std::size_t who) {
  Requeue creation{round, who, true};
  Requeue yield{round, who, false};
  Sleep sleep{round, who};
  co_await creation;
  co_await yield;
  const std::int64_t until = now_ns() + kComputeNs;
  while (now_ns() < until) {
  }
  co_await sleep;
  round.stop_running(who);
  round.note("ended", who, both("{} ends.", "{} завершается.", kWorkers[who].name));
  if (--round.left == 0) round.ended.set();
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  const std::uint32_t rounds = rounds_of(lab);
  for (const CodeLine& line : kCode) {
    out.details["code"].push_back(std::string(line.text) + line.en);
    out.details["code_ru"].push_back(std::string(line.text) + line.ru);
  }
  out.details["coroutines"] = json::array();
  for (const Worker& worker : kWorkers) {
    out.details["coroutines"].push_back({{"name", worker.name}, {"wait_ms", worker.wait_ms}});
  }
  for (std::uint32_t i = 0; i < rounds; ++i) {
    if (lab.cancel().requested()) co_return fail(kCancelled);
    lab.step(static_cast<double>(i) / rounds, {"three coroutines", "три корутины"});
    Round round(lab);
    for (std::size_t who = 0; who < kCount; ++who) work(round, who);
    co_await round.ended;
    if (lab.cancel().requested()) co_return fail(kCancelled);
    out.facts["intruded"] += round.intruded;
    out.facts["wrong_place"] += round.wrong_place;
    out.facts["wrong_order"] += round.wrong_order;
    out.facts["early"] += round.early;
    for (std::size_t place = 0; place < round.order.size(); ++place) {
      out.samples["place." + std::string(kWorkers[round.order[place]].name)].push_back(static_cast<double>(place));
    }
    if (i == 0) out.details["steps"] = std::move(round.steps);
  }
  out.facts["rounds"] = rounds;
  co_return out;
}

/// The order in which the timers woke them, when it was the same in every round.
std::vector<std::string> steady_order(const Measured& measured) {
  std::vector<std::string> order(kCount);
  for (const Worker& worker : kWorkers) {
    const auto& places = samples(measured, std::string("place.") + worker.name);
    const bool steady =
        !places.empty() && std::ranges::adjacent_find(places, std::ranges::not_equal_to()) == places.end();
    if (!steady || places.front() < 0 || places.front() >= static_cast<double>(kCount)) return {};
    order[static_cast<std::size_t>(places.front())] = worker.name;
  }
  return order;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const double rounds = fact(measured, "rounds");
  double wrong = 0;
  for (const char* name : {"intruded", "wrong_place", "wrong_order", "early"}) {
    finding.numbers[name] = fact(measured, name);
    wrong += fact(measured, name);
  }
  finding.numbers["rounds"] = rounds;
  const std::vector<std::string> order = steady_order(measured);
  std::string names;
  for (const std::string& name : order) names += (names.empty() ? "" : ", ") + name;
  // A round that was held up for long has timers that are due in another order.
  const BothTexts shown = names.empty() ? BothTexts{"of their timers, which was not the same each time",
                                                    "срабатывания таймеров, каждый раз своём"}
                                        : BothTexts{names, names};
  finding.truth = order.empty() ? json(nullptr) : json(order);
  const Tri result = wrong > 0 ? Tri::no : rounds > 0 ? Tri::yes : Tri::unclear;
  conclude(
      finding, measured, result,
      both("In {} rounds the coroutines went on in the order {}. Resumed elsewhere than awaited: {}; before an "
           "earlier timer: {}; too early: {}; another one ran between two awaits: {}.",
           "За {} проходов корутины продолжались в порядке {}. Продолжились не там, где ждали: {}; раньше более "
           "раннего таймера: {}; раньше срока: {}; другая вклинилась между двумя await: {}.",
           rounds, shown, fact(measured, "wrong_place"), fact(measured, "wrong_order"), fact(measured, "early"),
           fact(measured, "intruded")),
      {"An await gives the loop back; the loop resumes whoever is ready, at the line after its await, in the order in "
       "which their timers were due, not in the order of creation.",
       "await отдаёт управление циклу событий; цикл продолжает готовую корутину со строки после её await, в порядке "
       "срабатывания таймеров, а не создания."},
      {"The recorded order differs from what an event loop does.",
       "Записанный порядок отличается от того, что делает цикл событий."},
      false);
  return finding;
}

}  // namespace

const Experiment& await_order_experiment() {
  static const Experiment experiment{
      .id = "await-order",
      .section = "asynchrony",
      .title = {"The order of await", "Порядок await"},
      .claim = {"A coroutine is suspended at its await, and resumed there once what it waited for has come.",
                "Корутина приостанавливается на своём await и продолжается с того же места, когда дождалась."},
      .about =
          {"Three coroutines on one event loop, recorded event by event: play it, step through it, and look at the "
           "ready queue and the timers.",
           "Три корутины в одном цикле событий, записанные событие за событием: проиграйте запись, пройдите её по "
           "шагам и следите за очередью готовых и таймерами."},
      .question = {.kind = PredictionKind::rank,
                   .text = {"A waits 60 ms, B 10, C 30. In which order do they go on after the wait?",
                            "A ждёт 60 мс, B — 10, C — 30. В каком порядке они продолжат работу после ожидания?"},
                   .options = {{"A", {"A: 60 ms", "A: 60 мс"}},
                               {"B", {"B: 10 ms", "B: 10 мс"}},
                               {"C", {"C: 30 ms", "C: 30 мс"}}}},
      .config = R"({"workload":"sleep","tasks":3,"wait_ms":60})",
      .reads = kOnlyRepeats,
      .check = anywhere,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
