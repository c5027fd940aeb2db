#include "experiments/probes/child_probe.hpp"

#include <utility>

#include "platform/clock.hpp"

namespace trilane {
namespace {

constexpr std::int64_t kLookEveryNs = 20'000'000;
constexpr std::int64_t kAnswerNs = 10'000'000'000;
constexpr std::uint16_t kReady = std::to_underlying(child::Event::ready);
constexpr std::uint16_t kPong = std::to_underlying(child::Event::pong);

}  // namespace

ChildProbe::ChildProbe(coro::Scheduler& scheduler, const CancelToken& cancel)
    : scheduler_(scheduler), cancel_(cancel), changed_(scheduler), helpers_(scheduler) {
  helpers_.start(watch());
}

ChildProbe::~ChildProbe() = default;

coro::Task<void> ChildProbe::watch() {
  while (true) {
    co_await scheduler_.delay(kLookEveryNs);
    look_after();
  }
}

void ChildProbe::look_after() {
  if (!wanted_) return;
  if (cancel_.requested()) break_off("stopped");
  if (now_ns() > deadline_ns_) break_off("process " + std::to_string(pid_) + " gave no answer within 10 s");
}

void ChildProbe::break_off(std::string why) {
  if (broken_.empty()) broken_ = std::move(why);
  changed_.set();
}

Status ChildProbe::send(std::uint16_t type, std::span<const std::byte> payload) {
  if (!broken_.empty()) return fail(broken_);
  Bytes frame;
  writer_.append(type, payload, frame);
  return process_->send(frame);
}

Status ChildProbe::ask(child::Question question, std::span<const std::byte> payload) {
  wanted_ = child::answer_to(question);
  deadline_ns_ = now_ns() + kAnswerNs;
  return send(std::to_underlying(question), payload);
}

coro::Task<Status> ChildProbe::answer(std::uint16_t type) {
  wanted_ = type;
  deadline_ns_ = now_ns() + kAnswerNs;
  while (!arrived_ && broken_.empty()) {
    changed_.reset();
    co_await changed_;
  }
  wanted_.reset();
  if (!std::exchange(arrived_, false)) co_return fail(broken_);
  co_return Status{};
}

template <class T>
coro::Task<Result<T>> ChildProbe::answer(child::Question question) {
  Status answered = co_await answer(child::answer_to(question));
  if (!answered) co_return std::unexpected(answered.error());
  co_return child::decode_plain<T>(payload_);
}

coro::Task<Status> ChildProbe::start() {
  ChildListener& listener = *this;
  wanted_ = kReady;
  auto spawned = ChildProcess::spawn(scheduler_.loop(), ChildRole::worker, listener);
  if (!spawned) {
    wanted_.reset();
    co_return std::unexpected(spawned.error());
  }
  process_ = std::move(*spawned);
  pid_ = process_->pid();
  Status answered = co_await answer(kReady);
  if (!answered) co_return answered;
  const auto ready = child::decode_plain<child::Ready>(payload_);
  if (!ready) co_return std::unexpected(ready.error());
  memory_bytes_ = ready->memory_bytes;
  co_return Status{};
}

coro::Task<Result<GlobalReport>> ChildProbe::add_to_global(child::AddToGlobal question) {
  if (Status sent = ask(child::Question::global, child::encode_plain(question)); !sent) {
    co_return std::unexpected(sent.error());
  }
  co_return co_await answer<GlobalReport>(child::Question::global);
}

coro::Task<Result<ChildProbe::Delivered>> ChildProbe::deliver(std::span<const std::byte> bytes, child::Question how) {
  const std::int64_t begin = now_ns();
  if (Status sent = ask(how, bytes); !sent) co_return std::unexpected(sent.error());
  auto delivery = co_await answer<child::Delivery>(how);
  if (!delivery) co_return std::unexpected(delivery.error());
  co_return Delivered{*delivery, arrived_ns_ - begin};
}

Status ChildProbe::send_ping() { return send(std::to_underlying(child::Command::ping), child::encode_plain(now_ns())); }

coro::Task<Result<std::int64_t>> ChildProbe::ping_pong(int times) {
  const std::int64_t begin = now_ns();
  wanted_ = kPong;
  pings_left_ = times - 1;
  if (Status sent = send_ping(); !sent) co_return std::unexpected(sent.error());
  Status answered = co_await answer(kPong);
  if (!answered) co_return std::unexpected(answered.error());
  co_return arrived_ns_ - begin;
}

Status ChildProbe::begin_look(std::int64_t duration_ns) {
  return ask(child::Question::look, child::encode_plain(duration_ns));
}

coro::Task<Result<double>> ChildProbe::end_look() { return answer<double>(child::Question::look); }

Status ChildProbe::begin_occupying(child::Occupy how) { return ask(child::Question::occupy, child::encode_plain(how)); }

coro::Task<Result<CpuUse>> ChildProbe::end_occupying() { return answer<CpuUse>(child::Question::occupy); }

void ChildProbe::on_bytes(std::span<const std::byte> bytes) {
  const std::int64_t now = now_ns();
  reader_.feed(bytes);
  for (;;) {
    wire::Frame frame;
    const auto more = reader_.next(frame);
    if (!more) return break_off(more.error().message);
    if (!*more) return;
    if (frame.type == std::to_underlying(child::Event::alive)) continue;
    if (frame.type == std::to_underlying(child::Event::failed)) {
      return break_off(std::string(reinterpret_cast<const char*>(frame.payload.data()), frame.payload.size()));
    }
    if (!wanted_ || frame.type != *wanted_) {
      return break_off("process " + std::to_string(pid_) + " answered a question that was not asked");
    }
    if (pings_left_ > 0) {
      // From here, without a turn of the loop in between.
      --pings_left_;
      if (const Status sent = send_ping(); !sent) return break_off(sent.error().message);
      continue;
    }
    arrived_ = true;
    arrived_ns_ = now;
    payload_.assign(frame.payload.begin(), frame.payload.end());
    changed_.set();
  }
}

void ChildProbe::on_exit(const ChildExit& exit) { break_off(exit.reason); }

}  // namespace trilane
