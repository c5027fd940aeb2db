#include "models/child_link.hpp"

#include <cstdlib>

#include "platform/clock.hpp"

namespace trilane {
namespace {

// Round trips measured for the clock offset. The quickest one bounds the error best (Cristian 1989).
constexpr int kPings = 3;

}  // namespace

Status ChildLink::start(EventLoop& loop, const child::Setup& setup) {
  last_heard_ns_ = now_ns();
  auto spawned = ChildProcess::spawn(loop, setup.web.used() ? ChildRole::web_worker : ChildRole::worker, *this);
  if (!spawned) return std::unexpected(spawned.error());
  process_ = std::move(*spawned);
  pid_ = process_->pid();
  // A child that died before it could be written to is reported by on_exit, with the cause that a broken pipe hides.
  (void)send(child::Command::setup, child::encode(setup));
  return {};
}

Status ChildLink::send(child::Command command, std::span<const std::byte> payload) {
  out_.clear();
  writer_.append(static_cast<std::uint16_t>(command), payload, out_);
  return process_->send(out_);
}

Status ChildLink::send_job(child::Job job) { return send(child::Command::job, std::as_bytes(std::span(&job, 1))); }

Status ChildLink::send_ping() {
  const std::int64_t now = now_ns();
  return send(child::Command::ping, std::as_bytes(std::span(&now, 1)));
}

void ChildLink::quit() {
  // A child that cannot be asked any more has ended, or is about to be reported as ended.
  if (!ended_ && process_) (void)send(child::Command::quit, {});
}

void ChildLink::kill(std::string reason) {
  if (ended_ || !process_) return;
  kill_reason_ = std::move(reason);
  process_->kill();
}

void ChildLink::on_bytes(std::span<const std::byte> bytes) {
  last_heard_ns_ = now_ns();
  reader_.feed(bytes);
  for (;;) {
    wire::Frame frame;
    const auto more = reader_.next(frame);
    if (more && !*more) return;
    const Status status = more ? handle(frame) : Status(std::unexpected(more.error()));
    if (!status) {
      kill("process " + std::to_string(pid_) + " was ended: " + status.error().message);
      return;
    }
  }
}

void ChildLink::on_exit(const ChildExit& exit) {
  ended_ = true;
  ready_ = false;
  listener_.on_link_end(*this, kill_reason_.empty() ? exit.reason : kill_reason_);
}

Status ChildLink::handle(const wire::Frame& frame) {
  switch (static_cast<child::Event>(frame.type)) {
    case child::Event::ready: {
      const auto hello = child::decode_plain<child::Ready>(frame.payload);
      if (!hello) return std::unexpected(hello.error());
      started_child_ns_ = hello->clock_ns;
      return send_ping();
    }
    case child::Event::pong: return on_pong(frame.payload);
    case child::Event::result: return on_result(frame.payload);
    case child::Event::tile: return on_tile(frame.payload);
    case child::Event::alive: return {};
    case child::Event::usage: {
      const auto usage = child::decode_plain<child::ChildUsage>(frame.payload);
      if (!usage) return std::unexpected(usage.error());
      listener_.on_link_usage(*this, *usage);
      return {};
    }
    case child::Event::failed:
      return fail(std::string(reinterpret_cast<const char*>(frame.payload.data()), frame.payload.size()));
  }
  return fail("it sent a message of an unknown type");
}

Status ChildLink::on_pong(std::span<const std::byte> payload) {
  const std::int64_t now = now_ns();
  ByteReader reader(payload);
  const auto sent = reader.get<std::int64_t>();
  const auto theirs = reader.get<std::int64_t>();
  if (!reader.done()) return fail("a broken clock message arrived");
  const std::int64_t round_trip = now - sent;
  if (pongs_ == 0 || round_trip < best_round_trip_ns_) {
    best_round_trip_ns_ = round_trip;
    offset_ns_ = theirs - (sent + now) / 2;
    // Within the error of the measurement - half the way there and back, and a step of the clock - the clocks are one
    // clock, as between processes of one machine: then a correction would only add its error.
    const auto step_ns = static_cast<std::int64_t>(clock_resolution_ns());
    if (std::abs(offset_ns_) <= round_trip / 2 + step_ns) offset_ns_ = 0;
  }
  if (++pongs_ < kPings) return send_ping();
  if (!ready_) {
    ready_ = true;
    listener_.on_link_ready(*this, started_child_ns_ - offset_ns_);
  }
  return {};
}

Status ChildLink::on_result(std::span<const std::byte> payload) {
  auto result = child::decode_result(payload);
  if (!result) return std::unexpected(result.error());
  if (offset_ns_ != 0) {
    for (TaskRecord& record : result->records) {
      record.begin_ns -= offset_ns_;
      record.end_ns -= offset_ns_;
    }
  }
  for (Span& span : result->spans) {
    span.begin_ns -= offset_ns_;
    span.end_ns -= offset_ns_;
    span.lane = lane_;
  }
  listener_.on_link_result(*this, *result);
  return {};
}

Status ChildLink::on_tile(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const auto task = reader.get<std::uint32_t>();
  const auto first_row = reader.get<std::uint32_t>();
  const auto pixels = reader.get_array<std::uint8_t>();
  if (!reader.done()) return fail("a broken picture message arrived");
  listener_.on_link_tile(*this, task, first_row, pixels);
  return {};
}

}  // namespace trilane
