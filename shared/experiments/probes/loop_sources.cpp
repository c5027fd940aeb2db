#include "experiments/probes/loop_sources.hpp"

#include <bit>
#include <optional>

#include "experiments/probes/child_probe.hpp"
#include "experiments/run/runner.hpp"
#include "experiments/run/web_run.hpp"
#include "experiments/words.hpp"
#include "platform/clock.hpp"
#include "platform/http_client.hpp"

namespace trilane::lab {
namespace {

constexpr std::int64_t kTickNs = 10'000'000;
constexpr double kAnswerMs = 20;
constexpr std::int64_t kChildWorkNs = 20'000'000;
constexpr int kTimeoutMs = 5000;

struct Round {
  Round(LabContext& context, const WebAccess& web_access, const Workload& web_workload, unsigned sources)
      : lab(context),
        web(web_access),
        workload(web_workload),
        ended(context.scheduler()),
        left(std::popcount(sources)) {}

  LabContext& lab;
  const WebAccess& web;
  const Workload& workload;
  coro::Event ended;
  int left;
  std::int64_t begin_ns = now_ns();
  LoopEvents done;
  std::optional<Error> error;

  double now_ms() const { return static_cast<double>(now_ns() - begin_ns) / 1e6; }
  bool going() const { return !error && !lab.cancel().requested(); }
  void note(LoopSource source, BothTexts text) {
    done.events.push_back({now_ms(), source, current_thread_id(), std::move(text)});
  }
  void end(Status status) {
    if (!status && !error) error = status.error();
    if (--left != 0) return;
    done.wall_ms = now_ms();
    ended.set();
  }
};

coro::Detached run_timers(Round& round) {
  for (std::uint32_t i = 0; i < kLoopEvents[kTimer] && round.going(); ++i) {
    co_await round.lab.scheduler().delay(kTickNs);
    round.note(kTimer, both("timer {}", "таймер {}", i + 1));
  }
  round.end({});
}

/// `co_await`: one request on the loop. Its answer is noted where it is handed over: in the callback.
struct Fetch {
  Round& round;
  AsyncHttpClient& client;
  std::uint32_t index;
  HttpGet request;
  Status status;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    client.get(std::move(request), [this, handle](Result<HttpAnswer> answer) {
      if (answer) {
        round.note(kNetwork, both("answer {}: status {}", "ответ {}: статус {}", index + 1, answer->status));
      } else {
        status = std::unexpected(answer.error());
      }
      round.lab.scheduler().ready(handle);
    });
  }
  void await_resume() const noexcept {}
};

coro::Detached run_fetches(Round& round) {
  auto client = AsyncHttpClient::create(round.lab.scheduler().loop(), 0);
  Status status;
  if (!client) status = std::unexpected(client.error());
  for (std::uint32_t i = 0; i < kLoopEvents[kNetwork] && status && round.going(); ++i) {
    HttpGet request{.url = round.web.url(round.workload, i), .timeout_ms = kTimeoutMs};
    Fetch fetch{round, **client, i, std::move(request), {}};  // a variable: see AsyncWeb::fetch
    co_await fetch;
    status = std::move(fetch.status);
  }
  round.end(std::move(status));
}

coro::Detached run_child(Round& round) {
  ChildProbe child(round.lab.scheduler(), round.lab.cancel());
  Status status = co_await child.start();
  child::AddToGlobal question;
  question.wait_ns = kChildWorkNs;
  for (std::uint32_t i = 0; i < kLoopEvents[kChild] && status && round.going(); ++i) {
    const auto report = co_await child.add_to_global(question);
    if (!report) {
      status = std::unexpected(report.error());
    } else {
      round.note(kChild, both("child {}: message {}", "дочерний процесс {}: сообщение {}", child.pid(), i + 1));
    }
  }
  round.end(std::move(status));
}

}  // namespace

Result<RunConfig> LoopSources::config() {
  return parse_config(
      {{"model", "async"}, {"workload", "fetch"}, {"tasks", kLoopEvents[kNetwork]}, {"wait_ms", kAnswerMs}});
}

LoopSources::LoopSources(LabContext& lab, RunConfig config)
    : lab_(lab),
      config_(std::move(config)),
      workload_(find_workload(config_.workload)->make(config_.params())),
      web_(std::make_unique<WebRun>(config_, lab.scheduler())) {}

LoopSources::~LoopSources() = default;

coro::Task<Status> LoopSources::open() {
  Status opened = co_await web_->open();
  if (!opened) co_return opened;
  auto access = co_await web_->begin_repeat();
  if (!access) co_return std::unexpected(access.error());
  access_ = std::make_unique<WebAccess>(std::move(*access));
  co_return Status{};
}

bool LoopSources::simulated() const { return web_->simulated(); }

coro::Task<Result<LoopEvents>> LoopSources::run(unsigned sources) {
  Round round(lab_, *access_, *workload_, sources);
  if ((sources & 1U << kTimer) != 0) run_timers(round);
  if ((sources & 1U << kNetwork) != 0) run_fetches(round);
  if ((sources & 1U << kChild) != 0) run_child(round);
  co_await round.ended;
  if (lab_.cancel().requested()) co_return fail(kCancelled);
  if (round.error) co_return std::unexpected(web_->explain(*round.error));
  co_return std::move(round.done);
}

}  // namespace trilane::lab
