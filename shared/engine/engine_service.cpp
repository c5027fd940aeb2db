#include "engine/engine_service.hpp"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/protocol.hpp"
#include "experiments/runner.hpp"
#include "trace/wire.hpp"

namespace trilane {
namespace {

using nlohmann::json;
using protocol::Command;
using protocol::Event;

constexpr std::size_t kTileBandBytes = 1U << 20;

json capabilities_json() {
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

  void send_json(Event event, const json& document) {
    // Names of processors and files may hold anything: broken UTF-8 is replaced, not an error.
    const std::string text = document.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() > wire::kMaxPayload) {
      return send_json(
          Event::failed,
          json{{"job", document.value("job", 0)},
               {"error", {{"message", "the result is too large to be sent: use fewer repeats"}, {"field", "repeat"}}}});
    }
    send(event, as_byte_span(text));
  }

 private:
  std::mutex mutex_;
  std::function<void(Bytes)> write_;
  wire::FrameWriter writer_;
};

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

}  // namespace

struct EngineService::Impl {
  coro::Scheduler& scheduler;
  Outbox outbox;
  std::function<void(std::string)> quit;
  wire::FrameReader reader;
  CancelToken cancel;
  bool busy = false;

  void fail_job(int job, const Error& error) {
    outbox.send_json(Event::failed,
                     json{{"job", job}, {"error", {{"message", error.message}, {"field", error.field}}}});
  }

  // One run of a job, with its `started` and `result` events.
  coro::Task<Result<RunResult>> run_one(int job, const RunConfig& config, std::size_t index, std::size_t of) {
    const json place = {{"job", job}, {"index", index}, {"of", of}};
    const auto workload = find_workload(config.workload)->make(config.params());
    json started = place;
    started["config"] = to_json(config);
    started["lanes"] = find_model(config.model)->lanes(config);
    started["picture_side"] = workload->picture_side();
    outbox.send_json(Event::started, started);
    Forwarder forwarder(outbox, config);
    auto result = co_await run_config(config, scheduler, cancel, &forwarder);
    if (result) {
      json done = place;
      done["result"] = to_json(*result);
      outbox.send_json(Event::result, done);
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
    outbox.send_json(Event::done, json{{"job", job}, {"document", document}});
    co_return Status{};
  }

  coro::Detached start_job(bool is_sweep, json command) {
    const int job = command.value("job", 0);
    busy = true;
    cancel.reset();
    const Status status = co_await run_all(job, is_sweep, command["config"]);
    busy = false;
    if (!status) fail_job(job, status.error());
  }

  void on_job(bool is_sweep, std::span<const std::byte> payload) {
    const auto* text = reinterpret_cast<const char*>(payload.data());
    json command = json::parse(text, text + payload.size(), nullptr, false);
    if (!command.is_object() || !command.contains("job") || !command["job"].is_number_integer() ||
        !command.contains("config")) {
      return fail_job(0, {"a job that cannot be read arrived", ""});
    }
    if (busy) return fail_job(command["job"].get<int>(), {"the engine is still busy with another job", ""});
    start_job(is_sweep, std::move(command));
  }

  /// False when the connection is over.
  bool handle(const wire::Frame& frame) {
    switch (static_cast<Command>(frame.type)) {
      case Command::hello:
        outbox.send_json(Event::ready, json{{"host", host_json()}, {"capabilities", capabilities_json()}});
        return true;
      case Command::run: on_job(false, frame.payload); return true;
      case Command::sweep: on_job(true, frame.payload); return true;
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
                             std::function<void(std::string)> quit)
    : impl_(new Impl{scheduler, Outbox(std::move(write)), std::move(quit), {}, {}, false}) {}

EngineService::~EngineService() = default;

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
