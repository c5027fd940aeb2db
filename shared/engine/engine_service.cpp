#include "engine/engine_service.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "coro/scope.hpp"
#include "engine/forwarders.hpp"
#include "experiments/report/lab_python.hpp"

namespace trilane {
namespace {

using nlohmann::json;
using protocol::Command;
using protocol::Event;

constexpr double kLongestPauseMs = 1000;  // of an experiment, to be drawn

json capabilities_json(bool python) {
  const Capabilities& host = capabilities();
  return {{"threads", host.threads},
          {"processes", host.processes},
          {"processes_are_workers", host.processes_are_workers},
          {"waits_are_busy", host.waits_are_busy},
          {"max_threads", host.max_threads},
          {"max_children", host.max_children},
          {"max_memory_bytes", host.max_memory_bytes == 0 ? json(nullptr) : json(host.max_memory_bytes)},
          {"fetches", host.fetches},
          {"has_database", host.has_database},
          {"python", python},
          {"threads_missing_because", host.threads_missing_because}};
}

json experiments_json() {
  json list = json::array();
  for (const Experiment* experiment : experiment_catalog()) list.push_back(experiment_to_json(*experiment));
  return list;
}

}  // namespace

struct EngineService::Impl {
  coro::Scheduler& scheduler;
  Outbox outbox;
  std::function<void(std::string)> quit;
  wire::FrameReader reader;
  CancelToken cancel;
  bool busy = false;
  RunBeside beside;
  LabRunner* lab = nullptr;  // while an experiment runs
  int lab_job = 0;
  coro::Scope jobs;

  void fail_job(int job, const Error& error) {
    outbox.send_json(Event::failed,
                     json{{"job", job}, {"error", {{"message", error.message}, {"field", error.field}}}});
  }

  /// Runs them as a series; each tells when it started and what came out.
  coro::Task<void> run_alternating(std::vector<SeriesRun>& runs) {
    std::vector<RunConfig> configs;
    for (const SeriesRun& run : runs) configs.push_back(run.config);
    SeriesForwarder forwarder(outbox, runs);
    // How each ended is told by each.
    (void)co_await run_series(std::move(configs), scheduler, cancel, forwarder);
  }

  Status send_done(int job, const json& document) {
    return outbox.send_json(Event::done, json{{"job", job}, {"document", document}}) ? Status{} : too_large();
  }

  /// Jobs of one run each, whose repeats alternate.
  coro::Task<void> run_jobs(json asked) {
    std::vector<SeriesRun> runs;
    for (const json& one : asked) {
      const int job = one["job"].get<int>();
      if (auto config = parse_config(one["config"])) {
        runs.push_back({job, 0, 1, std::move(*config), {}, {}});
      } else {
        fail_job(job, config.error());
      }
    }
    co_await run_alternating(runs);
    busy = false;
    for (SeriesRun& run : runs) {
      const Result<RunResult>& result = *run.result;
      const Status told = result ? send_done(run.job, to_json(*result)) : Status(std::unexpected(result.error()));
      if (!told) fail_job(run.job, told.error());
    }
  }

  coro::Task<Status> sweep(int job, const json& options) {
    auto parsed = parse_sweep(options);
    if (!parsed) co_return std::unexpected(parsed.error());
    const std::vector<RunConfig> configs = *expand_sweep(*parsed);
    const std::size_t models = parsed->models.size();
    std::vector<RunResult> results;
    for (std::size_t first = 0; first < configs.size(); first += models) {
      std::vector<SeriesRun> runs;
      for (std::size_t i = first; i < first + models; ++i) runs.push_back({job, i, configs.size(), configs[i], {}, {}});
      co_await run_alternating(runs);
      for (SeriesRun& run : runs) {
        if (!*run.result) co_return std::unexpected(run.result->error());
        results.push_back(std::move(**run.result));
      }
    }
    co_return send_done(job, sweep_to_json(*parsed, results));
  }

  coro::Task<Status> run_lab(int job, const json& command) {
    const std::string id = command["id"].get<std::string>();
    const json& options = command["options"];
    const json pause = command.value("pause_ms", json());
    const double pause_ms = pause.is_number() ? std::clamp(pause.get<double>(), 0.0, kLongestPauseMs) : 0.0;
    const Experiment* experiment = find_experiment(id);
    if (experiment == nullptr) co_return fail(unknown_experiment(id), "id");
    LabForwarder forwarder(outbox, job);
    LabRunner runner(scheduler, cancel, options, &forwarder, static_cast<std::int64_t>(pause_ms * 1e6));
    lab = &runner;
    lab_job = job;
    auto entry = co_await run_experiment(*experiment, runner);
    lab = nullptr;
    if (!entry) co_return std::unexpected(entry.error());
    const auto with_python = options.find("with_python");
    if (with_python != options.end() && *with_python == true && beside && lab::has_python(*entry)) {
      if (Status asked = co_await ask_python(*entry, forwarder); !asked) co_return std::unexpected(asked.error());
    }
    co_return send_done(job, lab_document(json::array({std::move(*entry)})));
  }

  /// The experiment's question, put to CPython too. What Python could not do is a note; a stop is an error.
  coro::Task<Status> ask_python(json& entry, LabForwarder& forwarder) {
    const std::vector<RunConfig> works = lab::python_works(entry);
    std::vector<json> documents;
    std::vector<std::string> remarks;
    double done = 0;
    const auto all = static_cast<double>(works.size() * std::size(lab::kPythonFlavours));
    for (const std::string_view flavour : lab::kPythonFlavours) {
      for (const RunConfig& work : works) {
        const std::string step = "Python, " + std::string(flavour);
        forwarder.on_step(done++ / all, {step, step}, false);
        Result<json> document = fail("");
        co_await scheduler.blocking([&] { document = beside(work, std::string(flavour), cancel, [](int) {}); });
        if (document) {
          documents.push_back(std::move(*document));
        } else if (document.error().message == kCancelled) {
          co_return std::unexpected(document.error());
        } else {
          remarks.push_back(document.error().message);
        }
      }
    }
    lab::add_python(entry, documents, remarks);
    co_return Status{};
  }

  coro::Task<Status> run_beside(int job, const json& command) {
    if (!beside) co_return fail("there is no python3 here", "flavour");
    auto config = parse_config(command["config"]);
    if (!config) co_return std::unexpected(config.error());
    const auto flavour = command.find("flavour");
    if (flavour == command.end() || !flavour->is_string()) co_return fail("flavour must be a text", "flavour");
    outbox.send_json(Event::started, started_json(job, *config, 0, 1));
    Result<json> document = fail("");
    const auto repeats = static_cast<int>(config->repeat);
    co_await scheduler.blocking([&] {
      document = beside(*config, flavour->get<std::string>(), cancel, [&](int repeat) {
        outbox.send(Event::repeat, protocol::encode(protocol::RepeatEvent{repeat, repeats}));
      });
    });
    if (!document) co_return std::unexpected(document.error());
    send_spans(*document, config->workload);
    outbox.send_json(Event::result, json{{"job", job}, {"index", 0}, {"of", 1}, {"result", *document}});
    co_return send_done(job, *document);
  }

  /// What each task did, as Python tells it: it says when, and the workload says what.
  void send_spans(const json& document, std::string_view workload) {
    std::vector<Span> spans;
    for (const json& one : document.value("spans", json::array())) {
      if (!one.is_object()) continue;
      Span span;
      span.begin_ns = static_cast<std::int64_t>(one.value("begin_ms", 0.0) * 1e6);
      span.end_ns = std::max(span.begin_ns, static_cast<std::int64_t>(one.value("end_ms", 0.0) * 1e6));
      span.task = one.value("task", kNoTask);
      span.lane = one.value("lane", std::uint16_t{0});
      span.kind = workload == "sleep" ? SpanKind::wait : workload == "fetch" ? SpanKind::fetch : SpanKind::compute;
      spans.push_back(span);
    }
    if (!spans.empty()) outbox.send(Event::spans, protocol::encode_spans(spans));
  }

  coro::Task<void> do_job(Command kind, json command) {
    busy = true;
    cancel.reset();
    if (kind == Command::run) co_return co_await run_jobs(std::move(command["jobs"]));
    const int job = command.value("job", 0);
    Status status;
    if (kind == Command::lab) {
      status = co_await run_lab(job, command);
    } else if (kind == Command::beside) {
      status = co_await run_beside(job, command);
    } else {
      status = co_await sweep(job, command["config"]);
    }
    busy = false;
    if (!status) fail_job(job, status.error());
  }

  void on_job(Command kind, std::span<const std::byte> payload) {
    const auto* text = reinterpret_cast<const char*>(payload.data());
    json command = json::parse(text, text + payload.size(), nullptr, false);
    const auto readable = [kind](const json& one) {
      if (!one.is_object() || !one.contains("job") || !one["job"].is_number_integer()) return false;
      return kind == Command::lab ? one.contains("id") && one["id"].is_string() : one.contains("config");
    };
    const bool are_runs = kind == Command::run;
    const json asked = !are_runs                                         ? json::array({command})
                       : command.is_object() && command.contains("jobs") ? command["jobs"]
                                                                         : json();
    if (!asked.is_array() || asked.empty() || !std::ranges::all_of(asked, readable)) {
      return fail_job(0, {"a job that cannot be read arrived", ""});
    }
    if (busy) {
      for (const json& one : asked) fail_job(one["job"].get<int>(), {"the engine is still busy with another job", ""});
      return;
    }
    if (kind == Command::lab && !command.contains("options")) command["options"] = json::object();
    jobs.start(do_job(kind, std::move(command)));
  }

  void on_answer(std::span<const std::byte> payload) {
    const auto* text = reinterpret_cast<const char*>(payload.data());
    json command = json::parse(text, text + payload.size(), nullptr, false);
    // Late ones belong to nobody.
    if (lab == nullptr || !command.is_object() || !command.contains("answer") ||
        command.value("job", json()) != lab_job)
      return;
    lab->answer(std::move(command["answer"]));
  }

  /// False when the connection is over.
  bool handle(const wire::Frame& frame) {
    switch (static_cast<Command>(frame.type)) {
      case Command::hello:
        outbox.send_json(Event::ready, json{{"host", host_json()},
                                            {"capabilities", capabilities_json(static_cast<bool>(beside))},
                                            {"experiments", experiments_json()}});
        return true;
      case Command::run: on_job(Command::run, frame.payload); return true;
      case Command::sweep: on_job(Command::sweep, frame.payload); return true;
      case Command::beside: on_job(Command::beside, frame.payload); return true;
      case Command::lab: on_job(Command::lab, frame.payload); return true;
      case Command::lab_answer: on_answer(frame.payload); return true;
      case Command::cancel:
        if (busy) cancel.request();
        return true;
      case Command::quit: quit(""); return false;
    }
    quit("the front end sent a command of an unknown type");
    return false;
  }
};

EngineService::EngineService(coro::Scheduler& scheduler, std::function<void(Bytes)> write,
                             std::function<void(std::string)> quit, RunBeside beside)
    : impl_(new Impl{scheduler,
                     Outbox(std::move(write)),
                     std::move(quit),
                     {},
                     {},
                     false,
                     std::move(beside),
                     nullptr,
                     0,
                     coro::Scope(scheduler)}) {}

EngineService::~EngineService() { impl_->cancel.request(); }

void EngineService::on_bytes(std::span<const std::byte> bytes) {
  impl_->reader.feed(bytes);
  for (;;) {
    wire::Frame frame;
    const auto more = impl_->reader.next(frame);
    if (!more) return impl_->quit(more.error().message);
    if (!*more || !impl_->handle(frame)) return;
  }
}

void EngineService::request_cancel() { impl_->cancel.request(); }

CancelToken& EngineService::cancel_token() { return impl_->cancel; }

}  // namespace trilane
