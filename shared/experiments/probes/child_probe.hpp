// One child process to ask small things of, for the experiments: what it does to a global variable, and how long a
// message takes. Loop thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "coro/scope.hpp"
#include "experiments/probes/child_questions.hpp"
#include "experiments/probes/cpu_use.hpp"
#include "experiments/probes/global_probe.hpp"
#include "models/child_protocol.hpp"
#include "platform/child_process.hpp"
#include "trace/wire.hpp"

namespace trilane {

/// Questions one after the other, each awaited before the next. Every wait ends with an error when the child dies, does
/// not answer within 10 s, or the run is stopped ("stopped").
class ChildProbe final : private ChildListener {
 public:
  ChildProbe(coro::Scheduler& scheduler, const CancelToken& cancel);
  /// Ends the child.
  ~ChildProbe() override;
  ChildProbe(const ChildProbe&) = delete;
  ChildProbe& operator=(const ChildProbe&) = delete;

  /// Starts the child and waits until it is ready.
  coro::Task<Status> start();
  coro::Task<Result<GlobalReport>> add_to_global(child::AddToGlobal question);
  struct Delivered {
    child::Delivery delivery;
    std::int64_t round_trip_ns = 0;  ///< From the sending until the child's short answer was here.
  };
  /// `bytes` (at most wire::kMaxPayload) live until the answer. `how`: deliver, or read.
  coro::Task<Result<Delivered>> deliver(std::span<const std::byte> bytes,
                                        child::Question how = child::Question::deliver);
  /// Sends a short message and, as soon as its answer is here, the next, `times` (at least 1) times: ns for all.
  coro::Task<Result<std::int64_t>> ping_pong(int times);
  /// Asks the child to look how much of the processor others take (stolen_time.hpp), so that several can look at once.
  Status begin_look(std::int64_t duration_ns);
  /// After begin_look(): what it saw.
  coro::Task<Result<double>> end_look();
  /// Makes the child compute, so that several can at once; fails at once when it cannot be asked.
  Status begin_occupying(child::Occupy how);
  /// After begin_occupying(): what it used of the processor.
  coro::Task<Result<CpuUse>> end_occupying();
  std::int64_t pid() const { return pid_; }
  /// After start(): the child's memory when it was ready, as it read it; 0 where it cannot be told.
  std::uint64_t memory_bytes() const { return memory_bytes_; }

 private:
  coro::Task<void> watch();
  void look_after();
  Status send(std::uint16_t type, std::span<const std::byte> payload);
  Status send_ping();
  /// Sends the question; answer() waits for what it is answered with.
  Status ask(child::Question question, std::span<const std::byte> payload);
  /// Waits for a frame of the type: payload_.
  coro::Task<Status> answer(std::uint16_t type);
  template <class T>
  coro::Task<Result<T>> answer(child::Question question);
  void on_bytes(std::span<const std::byte> bytes) override;
  void on_exit(const ChildExit& exit) override;
  void break_off(std::string why);

  coro::Scheduler& scheduler_;
  const CancelToken& cancel_;
  coro::Event changed_;
  coro::Scope helpers_;
  std::unique_ptr<ChildProcess> process_;
  wire::FrameReader reader_;
  wire::FrameWriter writer_;
  std::optional<std::uint16_t> wanted_;  // the type of frame that is waited for
  bool arrived_ = false;
  int pings_left_ = 0;  // to be sent after the one that is under way
  Bytes payload_;       // of what arrived
  std::int64_t arrived_ns_ = 0;
  std::int64_t deadline_ns_ = 0;
  std::int64_t pid_ = 0;
  std::uint64_t memory_bytes_ = 0;
  std::string broken_;  // why no answer can come any more
};

}  // namespace trilane
