// What runs tell, turned into the engine's events (engine/protocol.hpp).
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <vector>

#include "engine/protocol.hpp"
#include "experiments/run/lab_runner.hpp"
#include "experiments/run/runner.hpp"
#include "trace/wire.hpp"

namespace trilane {

/// Sends frames from any thread, one at a time.
class Outbox {
 public:
  explicit Outbox(std::function<void(Bytes)> write) : write_(std::move(write)) {}

  void send(protocol::Event event, std::span<const std::byte> payload);
  /// False when the document is too large for a frame: nothing was sent then.
  bool send_json(protocol::Event event, const nlohmann::json& document);

 private:
  std::mutex mutex_;
  std::function<void(Bytes)> write_;
  wire::FrameWriter writer_;
};

/// Ends a job whose result does not fit: the rest of it would be for nobody.
Status too_large();
/// Event::started
nlohmann::json started_json(int job, const RunConfig& config, std::size_t index, std::size_t of);

/// Of one run. The config outlives it.
class Forwarder final : public RunObserver {
 public:
  Forwarder(Outbox& outbox, const RunConfig& config) : outbox_(outbox), config_(config) {}

  void on_repeat(int repeat) override;
  void on_progress(std::uint64_t done, double elapsed_ms) override;
  void on_spans(std::span<const Span> spans) override;
  void on_tile(const Workload::Tile& tile, std::uint16_t lane, std::span<const std::uint8_t> pixels) override;

 private:
  Outbox& outbox_;
  const RunConfig& config_;
};

/// A run of a series: whose it is, and what it tells.
struct SeriesRun {
  int job;
  std::size_t index, of;
  RunConfig config;
  std::unique_ptr<Forwarder> forwarder;  ///< From its first turn on.
  std::optional<Result<RunResult>> result;
};

/// Of runs that alternate; they outlive it, and stay where they are.
class SeriesForwarder final : public SeriesObserver {
 public:
  SeriesForwarder(Outbox& outbox, std::vector<SeriesRun>& runs) : outbox_(outbox), runs_(runs) {}

  RunObserver* on_turn(std::size_t index) override;
  void on_end(std::size_t index, Result<RunResult> result) override;

 private:
  Outbox& outbox_;
  std::vector<SeriesRun>& runs_;
};

/// Of an experiment: its runs as any others, and its steps.
class LabForwarder final : public LabObserver {
 public:
  LabForwarder(Outbox& outbox, int job) : outbox_(outbox), job_(job) {}

  RunObserver* on_run(const RunConfig& config, int index) override;
  void on_result(const RunResult& result, int index) override;
  void on_step(double fraction, const BothTexts& what, bool paused) override;
  bool on_ask(const nlohmann::json& state) override;

 private:
  Outbox& outbox_;
  int job_;
  std::optional<Forwarder> forwarder_;
};

}  // namespace trilane
