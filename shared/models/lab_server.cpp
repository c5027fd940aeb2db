#include "models/lab_server.hpp"

#include <charconv>

namespace trilane {

namespace {

constexpr std::size_t kMostHeard = 64;

}  // namespace

LabServer::~LabServer() = default;

coro::Task<Result<std::string>> LabServer::start() {
  ChildListener& self = *this;
  auto spawned = ChildProcess::spawn(scheduler_.loop(), ChildRole::server, self);
  if (!spawned) co_return fail("the latency server could not be started: " + spawned.error().message);
  process_ = std::move(*spawned);
  co_await started_;
  int port = 0;
  const auto end = heard_.find('\n');
  if (end != std::string::npos) std::from_chars(heard_.data(), heard_.data() + end, port);
  if (port <= 0 || port > 65535) {
    co_return fail("the latency server did not start: " + (end_reason_.empty() ? "it told no port" : end_reason_));
  }
  co_return "http://127.0.0.1:" + std::to_string(port);
}

void LabServer::on_bytes(std::span<const std::byte> bytes) {
  heard_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (heard_.find('\n') != std::string::npos || heard_.size() > kMostHeard) started_.set();
}

void LabServer::on_exit(const ChildExit& exit) {
  end_reason_ = exit.reason;
  started_.set();
}

}  // namespace trilane
