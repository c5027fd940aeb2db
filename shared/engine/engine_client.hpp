// The front end's side of an engine: starts it, speaks engine/protocol.hpp, queues jobs, and supervises: a dead engine
// fails the current job with the cause and is started anew (with backoff, and not for ever); an engine that does not
// obey a cancel within kCancelGraceMs is killed, so that Stop always works. Everything on the loop's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coro/scope.hpp"
#include "engine/protocol.hpp"
#include "platform/child_process.hpp"
#include "trace/wire.hpp"

namespace trilane {

/// What an engine can do, from its `ready` event.
struct EngineInfo {
  nlohmann::json host;          ///< As in trilane.run/1.
  nlohmann::json capabilities;  ///< {"threads","processes","processes_are_workers","waits_are_busy","max_threads",
                                ///<  "max_children","threads_missing_because"}
  nlohmann::json experiments;   ///< A list, as in Event::ready.
};

enum class EngineState : std::uint8_t {
  starting,
  ready,     ///< Idle.
  running,   ///< A job is under way.
  stopping,  ///< Cancel was sent.
  broken,    ///< Could not be started kMaxRestarts times in a row: the reason is shown, start() tries again.
};

/// Called on the loop's thread. `job` is the number that submit() gave.
class EngineListener {
 public:
  virtual ~EngineListener() = default;
  virtual void on_engine_state(EngineState /*state*/, const std::string& /*reason*/) {}
  virtual void on_ready(const EngineInfo& /*info*/) {}
  virtual void on_started(int /*job*/, const nlohmann::json& /*event*/) {}
  /// What follows is of this job again.
  virtual void on_turn(int /*job*/, const nlohmann::json& /*event*/) {}
  virtual void on_repeat(int /*job*/, const protocol::RepeatEvent& /*event*/) {}
  virtual void on_progress(int /*job*/, const protocol::ProgressEvent& /*event*/) {}
  virtual void on_spans(int /*job*/, std::span<const Span> /*spans*/) {}
  virtual void on_tile(int /*job*/, const protocol::TileEvent& /*event*/) {}
  virtual void on_result(int /*job*/, const nlohmann::json& /*event*/) {}
  virtual void on_lab_step(int /*job*/, double /*fraction*/, const nlohmann::json& /*what*/, bool /*paused*/) {}
  virtual void on_lab_ask(int /*job*/, const nlohmann::json& /*state*/) {}
  virtual void on_done(int /*job*/, const nlohmann::json& /*document*/) {}
  virtual void on_failed(int /*job*/, const Error& /*error*/) {}
};

class EngineClient final : private ChildListener {
 public:
  static constexpr int kCancelGraceMs = 1500;
  static constexpr int kStartDeadlineMs = 20000;
  static constexpr int kMaxRestarts = 4;

  EngineClient(coro::Scheduler& scheduler, EngineListener& listener);
  ~EngineClient() override;

  /// Starts the engine; on_engine_state tells how it went.
  void start();
  /// Queues a job; kind is protocol::Command::run or ::sweep, config as in the CLI's options with underscores; or
  /// ::lab with {"id", "options"}, ::beside with {"config", "flavour"}.
  int submit(protocol::Command kind, nlohmann::json config);
  /// Queues runs that are to be compared, a job each: their repeats alternate.
  std::vector<int> submit_series(std::vector<nlohmann::json> configs);
  /// To an on_lab_ask of this job; when it is over, nothing happens.
  void answer_lab(int job, nlohmann::json answer);
  /// Stops the jobs under way and drops the queued ones; each ends with on_failed "stopped".
  void cancel_all();

  EngineState state() const { return state_; }
  const std::optional<EngineInfo>& info() const { return info_; }

 private:
  struct Job {
    int id;
    protocol::Command kind;
    nlohmann::json config;
    int series;  // those of one are neighbours, and go to the engine together: the number of the first
  };
  using Jobs = std::deque<Job>;

  void on_bytes(std::span<const std::byte> bytes) override;
  void on_exit(const ChildExit& exit) override;

  void spawn();
  void set_state(EngineState state, const std::string& reason);
  /// An error: the engine is not to be understood.
  Status handle(const wire::Frame& frame);
  Status handle_json(protocol::Event event, const nlohmann::json& json);
  /// Kills it; nothing more that it says is heard.
  void give_up(std::string reason);
  void start_next();
  /// Of those under way; otherwise jobs_.end().
  Jobs::iterator find_job(std::int64_t id);
  void end_job(Jobs::iterator job, const Error* error, const nlohmann::json* document);
  void fail_jobs_under_way(const Error& error);
  void lose_engine(const std::string& reason);
  void send(protocol::Command command, const nlohmann::json* json);
  /// Kills the engine when `state_` is still `expected` in generation `generation_` after `delay_ms`.
  coro::Task<void> watch(EngineState expected, int delay_ms, std::string reason);
  coro::Task<void> restart_later(int delay_ms);

  coro::Scheduler& scheduler_;
  EngineListener& listener_;
  EngineState state_ = EngineState::broken;
  std::optional<EngineInfo> info_;
  std::unique_ptr<ChildProcess> process_;
  wire::FrameReader reader_;
  wire::FrameWriter writer_;
  Jobs jobs_;
  std::ptrdiff_t under_way_ = 0;  // so many of the first are with the engine
  int turn_ = 0;                  // whose progress, spans and tiles come
  int next_job_ = 1;
  int failures_ = 0;
  std::uint64_t generation_ = 0;  // counts state changes: a watch that is overtaken does nothing
  std::string kill_reason_;       // why we killed it, for on_exit
  bool given_up_ = false;         // killed: its frames are not handled any more
  coro::Scope watches_;           // end with this object
};

}  // namespace trilane
