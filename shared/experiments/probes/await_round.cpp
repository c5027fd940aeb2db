#include "experiments/probes/await_round.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "experiments/words.hpp"
#include "platform/clock.hpp"

namespace trilane::lab {
namespace {

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
  kNowhere = 0,
  kBegins = 2,
  kYields = 3,
  kComputes = 4,
  kSleeps = 5,
  kGoesOn = 6,
  kCreated = 9
};

constexpr std::int64_t kComputeNs = 4'000'000;
constexpr std::size_t kCount = kAwaiting.size();

/// Observes the scheduler, and hears from the coroutines.
class Trail final : public coro::SchedulerObserver {
 public:
  Trail(coro::Scheduler& scheduler, bool with_steps)
      : all_ended(scheduler), scheduler_(scheduler), with_steps_(with_steps) {
    scheduler_.observe(this);
  }
  ~Trail() override { scheduler_.observe(nullptr); }

  // ---- what the coroutines say; each line where it is, so that a coroutine that goes on elsewhere says another one

  /// The next to suspend is `who`.
  void creates(std::size_t who) { lines_[who] = kCreated, awaiting_ = who; }
  void awaits(std::size_t who, Line line) {
    runs(who);
    lines_[who] = line, awaiting_ = who;
    all_[who].awaits_ns = now_ns();
  }
  void goes_on(std::size_t who, Line awaited, Line next, const BothTexts& text) {
    runs(who);
    if (resumed_ != who || lines_[who] != awaited) ++round.misplaced;
    resumed_.reset();
    lines_[who] = next;
    if (awaited == kSleeps) {
      round.sleeps[who] = {static_cast<double>(now_ns() - all_[who].awaits_ns) / 1e6, went_on_++};
    }
    note("resumed", who, who, text);
  }
  void computed(std::size_t who) {
    runs(who);
    round.meanwhile += static_cast<std::uint32_t>(std::ranges::count_if(all_, &One::sleeping));
  }
  void ends(std::size_t who) {
    runs(who);
    note("ended", who, std::nullopt, both("{} ends.", "{} завершается.", kAwaiting[who].name));
    if (++ended_ == kCount) all_ended.set();
  }

  // ---- what the scheduler says

  void on_ready(std::coroutine_handle<> handle) override {
    became_ready(handle);
    const auto who = suspends(handle);
    if (!who) return;
    const char* name = kAwaiting[*who].name;
    if (lines_[*who] == kCreated) {
      note("created", *who, std::nullopt,
           both("{} is created: it waits in the ready queue, and has not begun.",
                "{} создана: ждёт в очереди готовых, ещё не начала работу.", name));
    } else {
      note("awaits", *who, std::nullopt,
           both("{} awaits sleep(0): it goes to the end of the ready queue.",
                "{} ждёт sleep(0): встаёт в конец очереди готовых.", name));
    }
  }
  void on_sleep(std::coroutine_handle<> handle, std::int64_t due_ns) override {
    const auto who = suspends(handle);
    if (!who) return;
    all_[*who].sleeping = true;
    all_[*who].due_ns = due_ns;
    note("awaits", *who, std::nullopt,
         both("{} awaits sleep({}): a timer is set, and the loop takes the next one.",
              "{} ждёт sleep({}): заведён таймер, цикл берёт следующую корутину.", kAwaiting[*who].name,
              kAwaiting[*who].wait_ms));
  }
  void on_timer(std::coroutine_handle<> handle) override {
    became_ready(handle);
    const auto who = owner(handle);
    if (!who) return;
    const One& fired = all_[*who];
    if (std::ranges::any_of(all_, [&](const One& other) { return other.sleeping && other.due_ns < fired.due_ns; })) {
      ++round.unordered;
    }
    all_[*who].sleeping = false;
    note("timer", *who, std::nullopt,
         both("{}'s timer fires: {} goes to the end of the ready queue.",
              "Таймер {} сработал: {} встаёт в конец очереди готовых.", kAwaiting[*who].name, kAwaiting[*who].name));
  }
  void on_resume(std::coroutine_handle<> handle) override {
    if (running_ != nullptr) ++round.intrusions;
    running_ = handle.address();
    const auto since = ready_since_.find(handle.address());
    if (since != ready_since_.end()) {
      const auto longer = [&](const auto& other) { return other.second < since->second; };
      if (std::ranges::any_of(ready_since_, longer)) ++round.out_of_turn;
      ready_since_.erase(since);
    }
    resumed_ = owner(handle);
    if (resumed_) ++round.resumptions;
  }
  void on_return(std::coroutine_handle<>) override {
    if (resumed_) ++round.misplaced;  // nothing of it ran
    resumed_.reset();
    running_ = nullptr;
  }

  AwaitRound round;
  coro::Event all_ended;

 private:
  struct One {
    void* frame = nullptr;
    std::int64_t awaits_ns = 0;
    std::int64_t due_ns = 0;
    bool sleeping = false;
  };

  void became_ready(std::coroutine_handle<> handle) {
    ready_since_[handle.address()] = ++arrivals_;
    if (const auto who = owner(handle)) all_[*who].sleeping = false;
  }
  std::optional<std::size_t> owner(std::coroutine_handle<> handle) const {
    const auto found = std::ranges::find(all_, handle.address(), &One::frame);
    return found == all_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - all_.begin()));
  }
  /// Whose await this is; nothing when it is not of the three.
  std::optional<std::size_t> suspends(std::coroutine_handle<> handle) {
    if (!awaiting_) return std::nullopt;
    if (all_[*awaiting_].frame == nullptr) all_[*awaiting_].frame = handle.address();
    if (all_[*awaiting_].frame != handle.address()) return std::nullopt;
    return std::exchange(awaiting_, std::nullopt);
  }
  /// Code of `who` runs.
  void runs(std::size_t who) {
    if (running_ != all_[who].frame) ++round.intrusions;
  }

  void note(std::string_view event, std::size_t who, std::optional<std::size_t> running, const BothTexts& text) {
    if (!with_steps_) return;
    const auto ms = [this](std::int64_t ns) { return static_cast<double>(ns - begin_ns_) / 1e6; };
    json ready = json::array(), timers = json::array(), lines = json::object();
    for (const auto handle : scheduler_.queued()) {
      if (const auto one = owner(handle)) ready.push_back(kAwaiting[*one].name);
    }
    std::vector<std::size_t> sleepers;
    for (std::size_t i = 0; i < kCount; ++i) {
      lines[kAwaiting[i].name] = lines_[i];
      if (all_[i].sleeping) sleepers.push_back(i);
    }
    std::ranges::sort(sleepers, {}, [this](std::size_t i) { return all_[i].due_ns; });
    for (const std::size_t i : sleepers) {
      timers.push_back({{"name", kAwaiting[i].name}, {"due_ms", ms(all_[i].due_ns)}});
    }
    round.steps.push_back({{"t_ms", ms(now_ns())},
                           {"event", event},
                           {"who", kAwaiting[who].name},
                           {"line", lines_[who]},
                           {"running", running ? json(kAwaiting[*running].name) : json(nullptr)},
                           {"ready", std::move(ready)},
                           {"timers", std::move(timers)},
                           {"lines", std::move(lines)},
                           {"text", to_json(text)}});
  }

  coro::Scheduler& scheduler_;
  bool with_steps_;
  std::int64_t begin_ns_ = now_ns();
  std::array<One, kCount> all_;
  std::array<int, kCount> lines_{};
  std::optional<std::size_t> awaiting_;  // who is about to suspend
  std::optional<std::size_t> resumed_;   // who has been resumed, and has not said where it is
  const void* running_ = nullptr;
  std::map<const void*, std::uint64_t> ready_since_;
  std::uint64_t arrivals_ = 0;
  std::uint32_t went_on_ = 0;
  std::size_t ended_ = 0;
};

coro::Detached work(coro::Scheduler& scheduler, Trail& trail, std::size_t who) {
  const char* name = kAwaiting[who].name;
  trail.creates(who);
  co_await scheduler.yield();
  trail.goes_on(who, kCreated, kBegins,
                both("The loop takes {} from the ready queue: it begins.",
                     "Цикл берёт {} из очереди готовых: она начинает работу.", name));
  trail.awaits(who, kYields);
  co_await scheduler.yield();
  trail.goes_on(who, kYields, kComputes,
                both("{} resumes after its await and computes for 4 ms: nobody else runs meanwhile.",
                     "{} продолжается после своего await и считает 4 мс: другие в это время не выполняются.", name));
  for (const std::int64_t until = now_ns() + kComputeNs; now_ns() < until;) {
  }
  trail.computed(who);
  trail.awaits(who, kSleeps);
  co_await scheduler.delay(static_cast<std::int64_t>(kAwaiting[who].wait_ms * 1e6));
  trail.goes_on(who, kSleeps, kGoesOn,
                both("{} resumes at the line after its await.", "{} продолжается со строки после своего await.", name));
  trail.ends(who);
}

}  // namespace

coro::Task<AwaitRound> run_await_round(coro::Scheduler& scheduler, bool with_steps) {
  Trail trail(scheduler, with_steps);
  for (std::size_t who = 0; who < kCount; ++who) work(scheduler, trail, who);
  co_await trail.all_ended;
  co_return std::move(trail.round);
}

json await_details() {
  json details = {{"code", json::array()}, {"code_ru", json::array()}, {"coroutines", json::array()}};
  for (const CodeLine& line : kCode) {
    details["code"].push_back(std::string(line.text) + line.en);
    details["code_ru"].push_back(std::string(line.text) + line.ru);
  }
  for (const Awaiting& one : kAwaiting) {
    details["coroutines"].push_back({{"name", one.name}, {"wait_ms", one.wait_ms}});
  }
  return details;
}

}  // namespace trilane::lab
