// The engine role: commands in, events out (engine/protocol.hpp). Hosted by `trilane --engine` (native) and by the
// engine Worker (page); knows neither pipes nor postMessage.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>

#include "base/bytes.hpp"
#include "base/cancel.hpp"
#include "base/result.hpp"
#include "coro/scheduler.hpp"
#include "models/run_config.hpp"

namespace trilane {

/// Runs a config's work in CPython, in one of its flavours ("threading", "multiprocessing", "asyncio"), and gives
/// trilane.python/1. Blocks, on a thread that may; `on_repeat` is called on that thread. Empty where there is none.
using RunBeside =
    std::function<Result<nlohmann::json>(const RunConfig& config, const std::string& flavour, const CancelToken& cancel,
                                         const std::function<void(int)>& on_repeat)>;

class EngineService {
 public:
  /// `write` sends bytes to the front end; it is called on any thread, one call at a time. `quit` is called on the
  /// loop's thread when the front end asks for the end, or when its stream is broken (the message says why; empty when
  /// asked for). Scheduler and functions outlive the service.
  EngineService(coro::Scheduler& scheduler, std::function<void(Bytes)> write, std::function<void(std::string)> quit,
                RunBeside beside = {});
  ~EngineService();
  EngineService(const EngineService&) = delete;
  EngineService& operator=(const EngineService&) = delete;

  /// Loop thread: bytes from the front end.
  void on_bytes(std::span<const std::byte> bytes);

  /// Any thread, at any time: stops the current job at its next checkpoint, even while the loop's thread is blocked in
  /// it. Does nothing without a job.
  void request_cancel();

  /// What request_cancel() sets; reset when a job begins. For a front end that shares this memory (the page with
  /// threads) and sets it there before it sends Command::cancel, which a blocked loop would see late.
  CancelToken& cancel_token();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trilane
