// The latency server of a run: a process of its own (platform/child_process.hpp, role server), so that serving does not
// show in what is measured. Loop thread only.
#pragma once

#include <memory>
#include <string>

#include "coro/scheduler.hpp"
#include "platform/child_process.hpp"

namespace trilane {

class LabServer final : private ChildListener {
 public:
  explicit LabServer(coro::Scheduler& scheduler) : started_(scheduler), scheduler_(scheduler) {}
  /// Ends the server.
  ~LabServer() override;

  /// Starts it and gives its base URL, "http://127.0.0.1:40123".
  coro::Task<Result<std::string>> start();
  /// Why it ended, when it did; a sentence.
  const std::string& end_reason() const { return end_reason_; }

 private:
  void on_bytes(std::span<const std::byte> bytes) override;
  void on_exit(const ChildExit& exit) override;

  coro::Event started_;
  coro::Scheduler& scheduler_;
  std::unique_ptr<ChildProcess> process_;
  std::string heard_;  // its port and a newline
  std::string end_reason_;
};

}  // namespace trilane
