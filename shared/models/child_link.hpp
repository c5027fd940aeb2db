// The engine's connection to one child process of the processes model: start-up with clock offset, jobs, results.
// Loop thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "models/child_protocol.hpp"
#include "platform/child_process.hpp"
#include "trace/wire.hpp"

namespace trilane {

class ChildLink;

/// What a link tells. Times are already on the parent's clock. A link must not be destroyed inside these calls.
class ChildLinkListener {
 public:
  virtual ~ChildLinkListener() = default;
  /// Start-up is over. `started_ns`: when the child's first instruction of ours ran.
  virtual void on_link_ready(ChildLink& link, std::int64_t started_ns) = 0;
  virtual void on_link_result(ChildLink& link, child::JobResult& result) = 0;
  virtual void on_link_tile(ChildLink& link, std::uint32_t task, std::uint32_t first_row,
                            std::span<const std::uint8_t> pixels) = 0;
  virtual void on_link_usage(ChildLink& link, const child::ChildUsage& usage) = 0;
  /// The last call: it ended, by itself or killed; `reason` is a sentence for people.
  virtual void on_link_end(ChildLink& link, const std::string& reason) = 0;
};

class ChildLink final : private ChildListener {
 public:
  ChildLink(ChildLinkListener& listener, std::uint16_t lane) : listener_(listener), lane_(lane) {}

  /// Starts the child and sends it the set-up. on_link_ready or on_link_end follows, unless this fails.
  Status start(EventLoop& loop, const child::Setup& setup);
  /// Sends a job. Only after on_link_ready.
  Status send_job(child::Job job);
  /// Asks the child to report its usage and exit.
  void quit();
  /// Ends it now; `reason` replaces the platform's in on_link_end.
  void kill(std::string reason);

  std::uint16_t lane() const { return lane_; }
  bool ready() const { return ready_; }
  bool ended() const { return ended_; }
  std::int64_t pid() const { return pid_; }
  /// When it was last heard of, on now_ns().
  std::int64_t last_heard_ns() const { return last_heard_ns_; }

 private:
  void on_bytes(std::span<const std::byte> bytes) override;
  void on_exit(const ChildExit& exit) override;
  Status handle(const wire::Frame& frame);
  Status on_pong(std::span<const std::byte> payload);
  Status on_result(std::span<const std::byte> payload);
  Status on_tile(std::span<const std::byte> payload);
  Status send(child::Command command, std::span<const std::byte> payload);
  Status send_ping();

  ChildLinkListener& listener_;
  std::uint16_t lane_;
  std::unique_ptr<ChildProcess> process_;
  wire::FrameReader reader_;
  wire::FrameWriter writer_;
  Bytes out_;  // reused for every frame sent
  std::int64_t pid_ = 0;
  std::int64_t last_heard_ns_ = 0;
  std::int64_t started_child_ns_ = 0;
  std::int64_t offset_ns_ = 0;  // child's clock minus ours
  std::int64_t best_round_trip_ns_ = 0;
  int pongs_ = 0;
  bool ready_ = false;
  bool ended_ = false;
  std::string kill_reason_;
};

}  // namespace trilane
