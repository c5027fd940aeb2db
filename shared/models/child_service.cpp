#include "models/child_service.hpp"

#include <algorithm>
#include <cstdio>

#include "models/child_protocol.hpp"
#include "models/task_runner.hpp"
#include "platform/clock.hpp"
#include "platform/host.hpp"
#include "trace/wire.hpp"

namespace trilane {
namespace {

constexpr std::size_t kRingSpans = 16384;
constexpr std::size_t kTileBandBytes = 1U << 20;

}  // namespace

struct ChildService::Impl {
  std::function<void(std::span<const std::byte>)> write;
  Others others;
  wire::FrameReader reader;
  wire::FrameWriter writer;
  CancelToken never;  // a child is stopped by killing it
  child::Setup setup;
  std::unique_ptr<Workload> workload;
  std::unique_ptr<SharedCounter> counter;
  std::unique_ptr<Recorder> recorder;
  std::unique_ptr<TaskRunner> runner;
  std::int64_t last_sign_ns = now_ns();
  // Of its jobs alone: loading a program and sending are scores of switches, which tell nothing of the work.
  std::uint64_t voluntary = 0, involuntary = 0;

  void send_frame(std::uint16_t type, std::span<const std::byte> payload) {
    write(writer.frame(type, payload));
    last_sign_ns = now_ns();
  }

  void send(child::Event event, std::span<const std::byte> payload) {
    send_frame(static_cast<std::uint16_t>(event), payload);
  }

  void fail_with(const std::string& why) { send(child::Event::failed, as_byte_span(why)); }

  void sign_of_life() {
    if (now_ns() - last_sign_ns > child::kAliveNs) send(child::Event::alive, {});
  }

  void set_up(std::span<const std::byte> payload) {
    workload.reset();
    auto decoded = child::decode_setup(payload);
    if (!decoded) return fail_with(decoded.error().message);
    const WorkloadInfo* info = find_workload(decoded->workload);
    if (info == nullptr) return fail_with("unknown workload " + decoded->workload);
    setup = *decoded;
    workload = info->make(setup.params);
    counter = std::make_unique<SharedCounter>(setup.params.counter_mode, 1);
    recorder = std::make_unique<Recorder>(setup.trace ? 1 : 0, kRingSpans);
    runner = std::make_unique<TaskRunner>(WorkerEnvironment{
        .workload = *workload,
        .cancel = never,
        .counter = *counter,
        .ring = recorder->lane(0),
        .lane = 0,
        .web = &setup.web,
        .at_checkpoint = [this] { sign_of_life(); },
        .on_tile = [this](std::uint32_t task, std::span<const std::uint8_t> pixels) { send_tile(task, pixels); },
    });
  }

  // In bands of whole rows that fit a frame: one task's tile may be the whole picture.
  void send_tile(std::uint32_t task, std::span<const std::uint8_t> pixels) {
    const std::size_t width = workload->tile(task).width;
    const std::size_t band = std::max<std::size_t>(kTileBandBytes / width, 1) * width;
    for (std::size_t at = 0; at < pixels.size(); at += band) {
      ByteWriter tile;
      tile.put(task);
      tile.put(static_cast<std::uint32_t>(at / width));
      tile.put_array(pixels.subspan(at, std::min(band, pixels.size() - at)));
      send(child::Event::tile, tile.bytes());
    }
  }

  void run_job(std::span<const std::byte> payload) {
    const auto job = child::decode_plain<child::Job>(payload);
    if (!job) return fail_with(job.error().message);
    const std::uint32_t tasks = setup.params.tasks;
    if (!workload || job->first > tasks || job->count > tasks - job->first) {
      return fail_with("a job without a set-up, or beyond its tasks, arrived");
    }
    child::JobResult result{.job = *job, .records = {}, .spans = {}, .errors = {}};
    result.records.resize(job->count);
    const Usage begun = read_cpu_usage();
    runner->enter();
    for (std::uint32_t i = 0; i < job->count; ++i) {
      // Never cancelled: a child is stopped by killing it.
      (void)runner->run_blocking(job->first + i, result.records[i]);
      sign_of_life();  // a task that only waits has no checkpoint
    }
    runner->flush();
    const Usage ended = read_cpu_usage();
    voluntary += ended.voluntary_switches.value_or(0) - begun.voluntary_switches.value_or(0);
    involuntary += ended.involuntary_switches.value_or(0) - begun.involuntary_switches.value_or(0);
    recorder->drain(result.spans);
    result.counted = counter->value();
    result.lock_wait_ns = runner->lock_wait_ns();
    result.dropped_spans = recorder->dropped();
    result.errors = runner->errors();
    send(child::Event::result, child::encode(result));
  }

  void report_usage() {
    const Usage usage = read_usage();
    child::ChildUsage report;
    report.known = usage.user_ms && usage.system_ms && usage.voluntary_switches && usage.involuntary_switches ? 1 : 0;
    report.user_ms = usage.user_ms.value_or(0);
    report.system_ms = usage.system_ms.value_or(0);
    report.voluntary = voluntary;
    report.involuntary = involuntary;
    report.peak_rss_bytes = usage.peak_rss_bytes.value_or(0);
    report.current_bytes = usage.current_rss_bytes.value_or(0);
    send(child::Event::usage, child::encode_plain(report));
  }

  void pong(std::span<const std::byte> payload) {
    ByteReader request(payload);
    ByteWriter answer;
    answer.put(request.get<std::int64_t>());
    answer.put(now_ns());
    send(child::Event::pong, answer.bytes());
  }

  bool handle(const wire::Frame& frame) {
    switch (static_cast<child::Command>(frame.type)) {
      case child::Command::ping: pong(frame.payload); return true;
      case child::Command::setup: set_up(frame.payload); return true;
      case child::Command::job: run_job(frame.payload); return true;
      case child::Command::quit: report_usage(); return false;
    }
    const auto answer = [this](std::uint16_t type, std::span<const std::byte> payload) { send_frame(type, payload); };
    if (others(frame, answer)) return true;
    fail_with("an unknown command arrived");
    return false;
  }
};

ChildService::ChildService(std::function<void(std::span<const std::byte>)> write, Others others)
    : impl_(std::make_unique<Impl>()) {
  impl_->write = std::move(write);
  impl_->others = std::move(others);
  const child::Ready ready{now_ns(), current_process_id(), read_usage().current_rss_bytes.value_or(0)};
  impl_->send(child::Event::ready, child::encode_plain(ready));
}

ChildService::~ChildService() = default;

bool ChildService::on_bytes(std::span<const std::byte> bytes) {
  impl_->reader.feed(bytes);
  for (;;) {
    wire::Frame frame;
    const auto more = impl_->reader.next(frame);
    if (!more) {
      std::fprintf(stderr, "trilane child: %s\n", more.error().message.c_str());
      return false;
    }
    if (!*more) return true;
    if (!impl_->handle(frame)) return false;
  }
}

}  // namespace trilane
