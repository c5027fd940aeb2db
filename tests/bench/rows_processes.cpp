// Messages and jobs to a child process.
#include <sched.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <thread>

#include "bench/pipe_peer.hpp"
#include "bench/runs.hpp"
#include "bench/table.hpp"
#include "models/child_protocol.hpp"
#include "platform/child_process.hpp"
#include "platform/clock.hpp"
#include "trace/wire.hpp"

namespace trilane::bench {
namespace {

/// A child that is asked for its clock again and again, through the real pipes, frames and loop.
class PingPong final : public ChildListener {
 public:
  PingPong() {
    auto spawned = ChildProcess::spawn(*loop_, ChildRole::worker, *this);
    if (!spawned) {
      std::fprintf(stderr, "bench: %s\n", spawned.error().message.c_str());
      std::exit(1);
    }
    child_ = std::move(*spawned);
    loop_->run_until([&] { return ready_; });
  }

  double round_trip_s(int count) {
    left_ = count;
    return seconds([&] {
             ping();
             loop_->run_until([&] { return left_ == 0; });
           }) /
           count;
  }

  pid_t child() const { return static_cast<pid_t>(child_->pid()); }

  void on_bytes(std::span<const std::byte> bytes) override {
    reader_.feed(bytes);
    wire::Frame frame;
    for (auto more = reader_.next(frame); more && *more; more = reader_.next(frame)) {
      ready_ = true;
      if (frame.type == static_cast<std::uint16_t>(child::Event::pong) && --left_ > 0) ping();
    }
  }
  void on_exit(const ChildExit& exit) override {
    std::fprintf(stderr, "bench: %s\n", exit.reason.c_str());
    std::exit(1);
  }

 private:
  void ping() {
    // 64 bytes with the header.
    std::byte payload[64 - wire::kHeaderSize] = {};
    out_.clear();
    writer_.append(static_cast<std::uint16_t>(child::Command::ping), payload, out_);
    static_cast<void>(child_->send(out_));
  }

  std::unique_ptr<EventLoop> loop_ = EventLoop::create();
  std::unique_ptr<ChildProcess> child_;
  wire::FrameReader reader_;
  wire::FrameWriter writer_;
  Bytes out_;
  bool ready_ = false;
  int left_ = 0;
};

/// This process on the first core and those children on the last, while it lives. A round trip on one core is ten times
/// quicker than across cores: without this, chance would decide which of the two is compared with which.
class AcrossCores {
 public:
  explicit AcrossCores(std::initializer_list<pid_t> children) {
    sched_getaffinity(0, sizeof before_, &before_);
    place(0, 0);
    for (const pid_t child : children) place(child, std::max(std::thread::hardware_concurrency(), 1U) - 1);
  }
  ~AcrossCores() { sched_setaffinity(0, sizeof before_, &before_); }
  AcrossCores(const AcrossCores&) = delete;
  AcrossCores& operator=(const AcrossCores&) = delete;

 private:
  static void place(pid_t process, unsigned core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    sched_setaffinity(process, sizeof set, &set);
  }
  cpu_set_t before_{};
};

constexpr double kJobs = 300'000;

double empty_job_us(bool trace) {
  const RunResult result =
      run_once({{"model", "processes"}, {"workload", "empty"}, {"tasks", kJobs}, {"workers", 2}, {"trace", trace}});
  return (result.wall_ms.samples.front() - result.startup_ms.value_or(0)) * 1e3 / kJobs;
}

}  // namespace

void processes_rows() {
  {
    PipePeer pipe;
    PingPong ours;
    const AcrossCores placed{pipe.child(), ours.child()};
    run({.what = "processes: a 64-byte round trip",
         .limit_name = "raw pipes, blocking, across cores",
         .unit = "us",
         .limit = [&] { return pipe.round_trip_s(3000) * 1e6; },
         .ours = [&] { return ours.round_trip_s(3000) * 1e6; },
         .most_ratio = 1.3,
         .rounds = 9});
  }
  PipePeer pipe;
  for (const bool trace : {false, true}) {
    run({.what = std::string("processes: an empty job, tracing ") + (trace ? "on" : "off"),
         .limit_name = "raw pipes, 64 bytes there and back, pipelined",
         .unit = "us",
         .limit = [&] { return pipe.pipelined_s(100'000) * 1e6; },
         .ours = [trace] { return empty_job_us(trace); },
         .most = 3});
  }
}

}  // namespace trilane::bench
