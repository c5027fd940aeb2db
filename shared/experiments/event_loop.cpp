// event-loop: one loop on one thread runs timers, network requests and a child process at once.
//
// details: {"events":[{"t_ms":12.3,"source":"timer"|"network"|"child","thread":id,"text":{en,ru}}…],
//   "makespan_ms", "alone_ms":{"timer":…,"network":…,"child":…}} of the first round; ms since it began.
#include <algorithm>
#include <set>

#include "experiments/builtin.hpp"
#include "experiments/lab_parts.hpp"
#include "experiments/runner.hpp"
#include "experiments/web_run.hpp"
#include "models/child_probe.hpp"
#include "platform/clock.hpp"
#include "platform/http_client.hpp"

namespace trilane {
namespace {

using namespace lab;
using nlohmann::json;

constexpr std::uint32_t kTicks = 10, kFetches = 5, kQuestions = 6;
constexpr std::int64_t kTickNs = 15'000'000;
constexpr std::int64_t kChildWorkNs = 25'000'000;

Status needs_all(const Capabilities& host) {
  if (Status processes = needs_processes(host); !processes) return processes;
  if (!host.fetches) return fail("This needs network requests, which are missing here.");
  return {};
}

enum Source : std::uint8_t { kTimer, kNetwork, kChild, kSources };
constexpr const char* kSourceNames[kSources] = {"timer", "network", "child"};

struct Happened {
  double t_ms = 0;
  Source source = kTimer;
  std::int64_t thread = 0;
  BothTexts text;
};

struct Round {
  Round(LabContext& context, const WebAccess& web_access, const Workload& web_workload)
      : lab(context), web(web_access), workload(web_workload), ended(context.scheduler()) {}

  LabContext& lab;
  const WebAccess& web;
  const Workload& workload;
  coro::Event ended;
  std::int64_t begin_ns = now_ns();
  int left = kSources;
  std::vector<Happened> events;
  double took_ms[kSources] = {};
  std::uint32_t done[kSources] = {};
  std::optional<Error> error;

  double now_ms() const { return static_cast<double>(now_ns() - begin_ns) / 1e6; }
  bool going() const { return !error && !lab.cancel().requested(); }
  void note(Source source, BothTexts text) {
    ++done[source];
    events.push_back({now_ms(), source, current_thread_id(), std::move(text)});
  }
  void end(Source source, Status status) {
    took_ms[source] = now_ms();
    if (!status && !error) error = status.error();
    if (--left == 0) ended.set();
  }
};

coro::Detached run_timers(Round& round) {
  for (std::uint32_t i = 0; i < kTicks && round.going(); ++i) {
    co_await round.lab.scheduler().delay(kTickNs);
    round.note(kTimer, both("timer {}", "таймер {}", i + 1));
  }
  round.end(kTimer, {});
}

/// `co_await`: one request on the loop.
struct Fetch {
  coro::Scheduler& scheduler;
  AsyncHttpClient& client;
  HttpGet request;
  Result<HttpAnswer> answer;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    client.get(std::move(request), [this, handle](Result<HttpAnswer> got) {
      answer = std::move(got);
      scheduler.ready(handle);
    });
  }
  void await_resume() const noexcept {}
};

coro::Detached run_fetches(Round& round) {
  auto client = AsyncHttpClient::create(round.lab.scheduler().loop(), 0);
  Status status;
  if (!client) status = std::unexpected(client.error());
  for (std::uint32_t i = 0; i < kFetches && status && round.going(); ++i) {
    HttpGet request;
    request.url = round.web.url(round.workload, i);
    request.timeout_ms = 5000;
    Fetch fetch{round.lab.scheduler(), **client, std::move(request), {}};  // a variable: see AsyncWeb::fetch
    co_await fetch;
    if (!fetch.answer) {
      status = std::unexpected(fetch.answer.error());
    } else {
      round.note(kNetwork, both("answer {}: status {}", "ответ {}: статус {}", i + 1, fetch.answer->status));
    }
  }
  round.end(kNetwork, std::move(status));
}

coro::Detached run_child(Round& round) {
  ChildProbe child(round.lab.scheduler(), round.lab.cancel());
  Status status = co_await child.start();
  child::Probe question;
  question.wait_ns = kChildWorkNs;
  for (std::uint32_t i = 0; i < kQuestions && status && round.going(); ++i) {
    auto report = co_await child.probe(question);
    if (!report) {
      status = std::unexpected(report.error());
    } else {
      round.note(kChild, both("child {}: message {}", "дочерний процесс {}: сообщение {}", child.pid(), i + 1));
    }
  }
  round.end(kChild, std::move(status));
}

void evaluate(const Round& round, Measured& out) {
  std::set<std::int64_t> threads;
  double changes = 0;
  for (std::size_t i = 0; i < round.events.size(); ++i) {
    threads.insert(round.events[i].thread);
    if (i != 0 && round.events[i].source != round.events[i - 1].source) ++changes;
  }
  const double makespan = std::ranges::max(round.took_ms);
  double sum = 0;
  for (const double took : round.took_ms) sum += took;
  out.samples["makespan_ms"].push_back(makespan);
  out.samples["sum_ms"].push_back(sum);
  out.samples["changes"].push_back(changes);
  out.samples["threads"].push_back(static_cast<double>(threads.size()));
  const bool complete =
      round.done[kTimer] == kTicks && round.done[kNetwork] == kFetches && round.done[kChild] == kQuestions;
  out.facts["incomplete"] += complete ? 0 : 1;
  if (out.details.contains("events")) return;
  json events = json::array();
  for (const Happened& event : round.events) {
    events.push_back({{"t_ms", event.t_ms},
                      {"source", kSourceNames[event.source]},
                      {"thread", event.thread},
                      {"text", to_json(event.text)}});
  }
  out.details["events"] = std::move(events);
  out.details["makespan_ms"] = makespan;
  for (int source = 0; source < kSources; ++source) {
    out.details["alone_ms"][kSourceNames[source]] = round.took_ms[source];
  }
}

coro::Task<Result<Measured>> measure(LabContext& lab) {
  Measured out;
  auto config = parse_config({{"model", "async"}, {"workload", "fetch"}, {"tasks", kFetches}, {"wait_ms", 30}});
  if (!config) co_return std::unexpected(config.error());
  const std::unique_ptr<Workload> workload = find_workload("fetch")->make(config->params());
  WebRun web(*config, lab.scheduler());
  const Status opened = co_await web.open();
  if (!opened) co_return std::unexpected(opened.error());
  const auto access = co_await web.begin_repeat();
  if (!access) co_return std::unexpected(access.error());
  out.facts["simulated"] = web.simulated() ? 1 : 0;
  const std::uint32_t rounds = rounds_of(lab);
  for (std::uint32_t i = 0; i < rounds; ++i) {
    if (lab.cancel().requested()) co_return fail(kCancelled);
    lab.step(static_cast<double>(i) / rounds, {"timers, requests, a child", "таймеры, запросы, процесс"});
    Round round(lab, *access, *workload);
    run_timers(round);
    run_fetches(round);
    run_child(round);
    co_await round.ended;
    if (lab.cancel().requested()) co_return fail(kCancelled);
    if (round.error) co_return std::unexpected(web.explain(*round.error));
    evaluate(round, out);
    co_await look_at_machine(lab, out);
  }
  co_return out;
}

/// What the loop had handled of each source, by time: steps that rise in turns.
Figure handled(const json& events) {
  Figure figure;
  figure.id = "handled";
  figure.kind = FigureKind::lines;
  figure.title = {"Handled by the loop, in its first round", "Обработано циклом в первом повторе"};
  figure.x = {.label = {"time", "время"}, .unit = "ms", .log = false, .categories = {}};
  figure.y = {.label = {"events", "событий"}, .unit = "", .log = false, .categories = {}};
  const BothTexts names[kSources] = {{"timers", "таймеры"}, {"network", "сеть"}, {"child process", "дочерний процесс"}};
  for (int source = 0; source < kSources; ++source) {
    FigureSeries series{
        .id = kSourceNames[source], .name = names[source], .style = SeriesStyle::measured, .points = {}};
    for (const json& event : events) {
      if (event.at("source") != kSourceNames[source]) continue;
      series.points.push_back({.x = event.at("t_ms").get<double>(),
                               .y = static_cast<double>(series.points.size() + 1),
                               .low = {},
                               .high = {}});
    }
    if (!series.points.empty()) figure.series.push_back(std::move(series));
  }
  return figure;
}

Finding judge(const Measured& measured) {
  Finding finding;
  const auto share = spread(ratios(measured, "makespan_ms", "sum_ms"));
  const auto& threads = samples(measured, "threads");
  const auto& changes = samples(measured, "changes");
  const double most_threads = threads.empty() ? 0 : std::ranges::max(threads);
  const double fewest_changes = changes.empty() ? 0 : std::ranges::min(changes);
  put(finding.numbers, "makespan_ms", spread(measured, "makespan_ms"));
  put(finding.numbers, "makespan_over_sum", share);
  finding.numbers["threads"] = threads.empty() ? json(nullptr) : json(most_threads);
  finding.numbers["fewest_changes_of_source"] = changes.empty() ? json(nullptr) : json(fewest_changes);
  finding.numbers["incomplete_rounds"] = fact(measured, "incomplete");
  finding.truth = threads.empty() ? json(nullptr) : json(most_threads);
  const Tri one_thread = threads.empty() ? Tri::unclear : most_threads == 1 ? Tri::yes : Tri::no;
  const Tri complete = fact(measured, "incomplete") == 0 ? Tri::yes : Tri::no;
  // One after the other the makespan would be the sum, and the source would change twice.
  const Tri together = all_of({at_most(share, 0.7, 0.9), fewest_changes > 2 ? Tri::yes : Tri::unclear});
  BothTexts yes = {
      "The loop waits for all of them at once, and runs a short piece of code for whatever comes next. The "
      "network and the child work meanwhile, outside the thread.",
      "Цикл ждёт их всех сразу и на каждое событие выполняет короткий кусок кода. Сеть и дочерний процесс "
      "работают в это время сами, вне потока."};
  if (fact(measured, "simulated") != 0) {
    yes = yes + BothTexts{" (Nothing answers requests here: the network's wait is simulated.)",
                          " (На запросы здесь никто не отвечает: ожидание сети имитировано.)"};
  }
  conclude(finding, measured, all_of({one_thread, complete, together}),
           both("{} timers, {} requests and {} messages of a child came in turns (threads: {}); the source changed at "
                "least {} times. Together they took {} of the sum of their times.",
                "{} таймеров, {} запросов и {} сообщений дочернего процесса пришли вперемежку; потоков: {}; источник "
                "сменялся не менее {} раз. Вместе они заняли {} от суммы своих времён.",
                kTicks, kFetches, kQuestions, most_threads, fewest_changes, with_interval(share)),
           yes, {"They did not run together on one thread.", "Они не выполнялись вместе в одном потоке."},
           one_thread != Tri::no && complete != Tri::no);
  if (const auto events = measured.details.find("events"); events != measured.details.end())
    finding.figures.push_back(handled(*events));
  return finding;
}

}  // namespace

const Experiment& event_loop_experiment() {
  static const Experiment experiment{
      .id = "event-loop",
      .section = "asynchrony",
      .title = {"The event loop", "Цикл событий"},
      .claim = {"The event loop runs tasks and callbacks, does network I/O and starts subprocesses.",
                "Цикл событий выполняет задачи и обратные вызовы, ведёт сетевой ввод-вывод и запускает подпроцессы."},
      .about =
          {"Ten timers, five requests and a child process that reports six times, all on one loop. Look at how they "
           "alternate.",
           "Десять таймеров, пять запросов и дочерний процесс с шестью сообщениями — всё в одном цикле. Посмотрите, "
           "как они чередуются."},
      .question = {.kind = PredictionKind::number,
                   .text = {"On how many threads does the code run that handles them?",
                            "В скольких потоках выполняется код, который их обрабатывает?"},
                   .min = 1,
                   .max = 21},
      .config = R"({"workload":"fetch","tasks":5,"wait_ms":30})",
      .reads = kOnlyRepeats,
      .check = needs_all,
      .measure = measure,
      .judge = judge};
  return experiment;
}

}  // namespace trilane
