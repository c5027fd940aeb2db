#include "engine/engine_service.hpp"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "coro/scope.hpp"
#include "engine/protocol.hpp"
#include "experiments/lab_python.hpp"
#include "experiments/lab_runner.hpp"
#include "experiments/runner.hpp"
#include "trace/wire.hpp"

namespace trilane {
namespace {

using nlohmann::json;
using protocol::Command;
using protocol::Event;

constexpr std::size_t kTileBandBytes = 1U << 20;
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

/// Sends frames from any thread, one at a time.
class Outbox {
 public:
  explicit Outbox(std::function<void(Bytes)> write) : write_(std::move(write)) {}

  void send(Event event, std::span<const std::byte> payload) {
    const std::lock_guard lock(mutex_);
    write_(writer_.frame(static_cast<std::uint16_t>(event), payload));
  }

  /// False when the document is too large for a frame: nothing was sent then.
  bool send_json(Event event, const json& document) {
    // Names of processors and files may hold anything: broken UTF-8 is replaced, not an error.
    const std::string text = document.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() > wire::kMaxPayload) return false;
    send(event, as_byte_span(text));
    return true;
  }

 private:
  std::mutex mutex_;
  std::function<void(Bytes)> write_;
  wire::FrameWriter writer_;
};

/// Ends a job whose result does not fit: the rest of it would be for nobody.
Status too_large() { return fail("the result is too large to be sent: use fewer repeats", "repeat"); }

json started_json(int job, const RunConfig& config, std::size_t index, std::size_t of) {
  const auto workload = find_workload(config.workload)->make(config.params());
  return {{"job", job},
          {"index", index},
          {"of", of},
          {"config", to_json(config)},
          {"lanes", find_model(config.model)->lanes(config)},
          {"picture_side", workload->picture_side()}};
}

/// Turns what a run tells into events.
class Forwarder final : public RunObserver {
 public:
  Forwarder(Outbox& outbox, const RunConfig& config) : outbox_(outbox), config_(config) {}

  void on_repeat(int repeat) override {
    outbox_.send(Event::repeat, protocol::encode(protocol::RepeatEvent{repeat, static_cast<int>(config_.repeat)}));
  }
  void on_progress(std::uint64_t done, double elapsed_ms) override {
    outbox_.send(Event::progress, protocol::encode(protocol::ProgressEvent{done, config_.tasks, elapsed_ms}));
  }
  void on_spans(std::span<const Span> spans) override {
    for (std::size_t at = 0; at < spans.size(); at += protocol::kSpansPerFrame) {
      const auto part = spans.subspan(at, std::min(protocol::kSpansPerFrame, spans.size() - at));
      outbox_.send(Event::spans, protocol::encode_spans(part));
    }
  }
  // In bands that fit a frame: one task's tile may be the whole picture.
  void on_tile(const Workload::Tile& tile, std::uint16_t lane, std::span<const std::uint8_t> pixels) override {
    const auto rows = static_cast<std::uint32_t>(std::max<std::size_t>(kTileBandBytes / std::max(tile.width, 1U), 1));
    for (std::uint32_t row = 0; row < tile.height; row += rows) {
      const std::uint32_t height = std::min(rows, tile.height - row);
      const auto part = pixels.subspan(std::size_t{row} * tile.width, std::size_t{height} * tile.width);
      outbox_.send(Event::tile, protocol::encode(protocol::TileEvent{
                                    {tile.x, tile.y + row, tile.width, height}, lane, {part.begin(), part.end()}}));
    }
  }

 private:
  Outbox& outbox_;
  const RunConfig& config_;
};

json experiments_json() {
  json list = json::array();
  for (const Experiment* experiment : experiment_catalog()) list.push_back(experiment_to_json(*experiment));
  return list;
}

/// Tells of an experiment's runs as of any others, and of its steps.
class LabForwarder final : public LabObserver {
 public:
  LabForwarder(Outbox& outbox, int job) : outbox_(outbox), job_(job) {}

  RunObserver* on_run(const RunConfig& config, int index) override {
    outbox_.send_json(Event::started, started_json(job_, config, static_cast<std::size_t>(index), 0));
    return &forwarder_.emplace(outbox_, config);
  }
  void on_result(const RunResult& result, int index) override {
    outbox_.send_json(Event::result, json{{"job", job_}, {"index", index}, {"of", 0}, {"result", to_json(result)}});
  }
  void on_step(double fraction, const BothTexts& what, bool paused) override {
    outbox_.send_json(Event::lab_step,
                      json{{"job", job_}, {"fraction", fraction}, {"what", to_json(what)}, {"paused", paused}});
  }
  bool on_ask(const json& state) override {
    outbox_.send_json(Event::lab_ask, json{{"job", job_}, {"state", state}});
    return true;
  }

 private:
  Outbox& outbox_;
  int job_;
  std::optional<Forwarder> forwarder_;
};

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

  // One run of a job, with its `started` and `result` events.
  coro::Task<Result<RunResult>> run_one(int job, const RunConfig& config, std::size_t index, std::size_t of) {
    outbox.send_json(Event::started, started_json(job, config, index, of));
    Forwarder forwarder(outbox, config);
    auto result = co_await run_config(config, scheduler, cancel, &forwarder);
    if (result && !outbox.send_json(Event::result,
                                    json{{"job", job}, {"index", index}, {"of", of}, {"result", to_json(*result)}})) {
      co_return std::unexpected(too_large().error());
    }
    co_return result;
  }

  coro::Task<Status> run_all(int job, bool is_sweep, const json& options) {
    std::vector<RunConfig> configs;
    SweepConfig sweep;
    if (is_sweep) {
      auto parsed = parse_sweep(options);
      if (!parsed) co_return std::unexpected(parsed.error());
      sweep = std::move(*parsed);
      configs = *expand_sweep(sweep);
    } else {
      auto parsed = parse_config(options);
      if (!parsed) co_return std::unexpected(parsed.error());
      configs.push_back(std::move(*parsed));
    }
    std::vector<RunResult> results;
    for (std::size_t i = 0; i < configs.size(); ++i) {
      auto result = co_await run_one(job, configs[i], i, configs.size());
      if (!result) co_return std::unexpected(result.error());
      results.push_back(std::move(*result));
    }
    const json document = is_sweep ? sweep_to_json(sweep, results) : to_json(results.front());
    co_return outbox.send_json(Event::done, json{{"job", job}, {"document", document}}) ? Status{} : too_large();
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
    const json done = {{"job", job}, {"document", lab_document(json::array({std::move(*entry)}))}};
    co_return outbox.send_json(Event::done, done) ? Status{} : too_large();
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
    const json done = {{"job", job}, {"document", std::move(*document)}};
    co_return outbox.send_json(Event::done, done) ? Status{} : too_large();
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
    const int job = command.value("job", 0);
    busy = true;
    cancel.reset();
    Status status;
    if (kind == Command::lab) {
      status = co_await run_lab(job, command);
    } else if (kind == Command::beside) {
      status = co_await run_beside(job, command);
    } else {
      status = co_await run_all(job, kind == Command::sweep, command["config"]);
    }
    busy = false;
    if (!status) fail_job(job, status.error());
  }

  void on_job(Command kind, std::span<const std::byte> payload) {
    const auto* text = reinterpret_cast<const char*>(payload.data());
    json command = json::parse(text, text + payload.size(), nullptr, false);
    const bool is_lab = kind == Command::lab;
    if (!command.is_object() || !command.contains("job") || !command["job"].is_number_integer() ||
        (is_lab ? !command.contains("id") || !command["id"].is_string() : !command.contains("config"))) {
      return fail_job(0, {"a job that cannot be read arrived", ""});
    }
    if (busy) return fail_job(command["job"].get<int>(), {"the engine is still busy with another job", ""});
    if (is_lab && !command.contains("options")) command["options"] = json::object();
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
