#include "experiments/probes/child_questions.hpp"

#include <algorithm>

#include "experiments/probes/cpu_use.hpp"
#include "experiments/probes/global_probe.hpp"
#include "experiments/probes/hand_over.hpp"
#include "experiments/probes/stolen_time.hpp"
#include "models/child_protocol.hpp"
#include "platform/clock.hpp"

namespace trilane::child {
namespace {

using Payload = std::span<const std::byte>;

Result<Bytes> add_global(Payload payload) {
  const auto asked = decode_plain<AddToGlobal>(payload);
  if (!asked) return std::unexpected(asked.error());
  if (asked->wait_ns > 0) sleep_ns(std::min(asked->wait_ns, kMaxGlobalWaitNs));
  return encode_plain(add_to_global(asked->add));
}

Result<Bytes> deliver(Payload payload, bool every_byte) {
  Delivery delivery{.bytes = payload.size(), .address = reinterpret_cast<std::uintptr_t>(payload.data())};
  if (every_byte) {
    delivery.sum = sum_of_bytes(reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size());
  }
  if (!payload.empty()) {
    delivery.first = std::to_integer<std::uint64_t>(payload.front());
    delivery.last = std::to_integer<std::uint64_t>(payload.back());
  }
  return encode_plain(delivery);
}

Result<Bytes> look(Payload payload) {
  const auto duration_ns = decode_plain<std::int64_t>(payload);
  if (!duration_ns) return std::unexpected(duration_ns.error());
  return encode_plain(stolen_share(std::clamp<std::int64_t>(*duration_ns, 0, kMaxLookNs)));
}

Result<Bytes> occupy(Payload payload) {
  const auto asked = decode_plain<Occupy>(payload);
  if (!asked) return std::unexpected(asked.error());
  const auto threads = std::clamp<std::uint64_t>(asked->threads, 1, kMaxOccupyThreads);
  const auto used = use_cpu(threads, std::clamp<std::int64_t>(asked->duration_ns, 0, kMaxLookNs));
  if (!used) return std::unexpected(used.error());
  return encode_plain(*used);
}

std::optional<Result<Bytes>> answer(Question question, Payload payload) {
  switch (question) {
    case Question::global: return add_global(payload);
    case Question::deliver: return deliver(payload, false);
    case Question::read: return deliver(payload, true);
    case Question::look: return look(payload);
    case Question::occupy: return occupy(payload);
  }
  return std::nullopt;
}

}  // namespace

bool answer_question(const wire::Frame& frame, const ChildService::Send& send) {
  const auto question = static_cast<Question>(frame.type);
  const auto answered = answer(question, frame.payload);
  if (!answered) return false;
  if (*answered) {
    send(answer_to(question), **answered);
  } else {
    send(static_cast<std::uint16_t>(Event::failed), as_byte_span(answered->error().message));
  }
  return true;
}

}  // namespace trilane::child
