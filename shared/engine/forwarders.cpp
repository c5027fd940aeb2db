#include "engine/forwarders.hpp"

#include <algorithm>
#include <utility>

namespace trilane {
namespace {

using nlohmann::json;
using protocol::Event;

constexpr std::size_t kTileBandBytes = 1U << 20;

}  // namespace

void Outbox::send(Event event, std::span<const std::byte> payload) {
  const std::lock_guard lock(mutex_);
  write_(writer_.frame(static_cast<std::uint16_t>(event), payload));
}

bool Outbox::send_json(Event event, const json& document) {
  // Names of processors and files may hold anything: broken UTF-8 is replaced, not an error.
  const std::string text = document.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > wire::kMaxPayload) return false;
  send(event, as_byte_span(text));
  return true;
}

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

void Forwarder::on_repeat(int repeat) {
  outbox_.send(Event::repeat, protocol::encode(protocol::RepeatEvent{repeat, static_cast<int>(config_.repeat)}));
}

void Forwarder::on_progress(std::uint64_t done, double elapsed_ms) {
  outbox_.send(Event::progress, protocol::encode(protocol::ProgressEvent{done, config_.tasks, elapsed_ms}));
}

void Forwarder::on_spans(std::span<const Span> spans) {
  for (std::size_t at = 0; at < spans.size(); at += protocol::kSpansPerFrame) {
    const auto part = spans.subspan(at, std::min(protocol::kSpansPerFrame, spans.size() - at));
    outbox_.send(Event::spans, protocol::encode_spans(part));
  }
}

// In bands that fit a frame: one task's tile may be the whole picture.
void Forwarder::on_tile(const Workload::Tile& tile, std::uint16_t lane, std::span<const std::uint8_t> pixels) {
  const auto rows = static_cast<std::uint32_t>(std::max<std::size_t>(kTileBandBytes / std::max(tile.width, 1U), 1));
  for (std::uint32_t row = 0; row < tile.height; row += rows) {
    const std::uint32_t height = std::min(rows, tile.height - row);
    const auto part = pixels.subspan(std::size_t{row} * tile.width, std::size_t{height} * tile.width);
    outbox_.send(Event::tile, protocol::encode(protocol::TileEvent{
                                  {tile.x, tile.y + row, tile.width, height}, lane, {part.begin(), part.end()}}));
  }
}

RunObserver* SeriesForwarder::on_turn(std::size_t index) {
  SeriesRun& run = runs_[index];
  if (!run.forwarder) {
    outbox_.send_json(Event::started, started_json(run.job, run.config, run.index, run.of));
    run.forwarder = std::make_unique<Forwarder>(outbox_, run.config);
  } else {
    outbox_.send_json(Event::turn, json{{"job", run.job}, {"index", run.index}});
  }
  return run.forwarder.get();
}

void SeriesForwarder::on_end(std::size_t index, Result<RunResult> result) {
  SeriesRun& run = runs_[index];
  const auto send = [&] {
    return outbox_.send_json(
        Event::result, json{{"job", run.job}, {"index", run.index}, {"of", run.of}, {"result", to_json(*result)}});
  };
  if (result && !send()) result = std::unexpected(too_large().error());
  run.result = std::move(result);
}

RunObserver* LabForwarder::on_run(const RunConfig& config, int index) {
  outbox_.send_json(Event::started, started_json(job_, config, static_cast<std::size_t>(index), 0));
  return &forwarder_.emplace(outbox_, config);
}

void LabForwarder::on_result(const RunResult& result, int index) {
  outbox_.send_json(Event::result, json{{"job", job_}, {"index", index}, {"of", 0}, {"result", to_json(result)}});
}

void LabForwarder::on_step(double fraction, const BothTexts& what, bool paused) {
  outbox_.send_json(Event::lab_step,
                    json{{"job", job_}, {"fraction", fraction}, {"what", to_json(what)}, {"paused", paused}});
}

bool LabForwarder::on_ask(const json& state) {
  outbox_.send_json(Event::lab_ask, json{{"job", job_}, {"state", state}});
  return true;
}

}  // namespace trilane
