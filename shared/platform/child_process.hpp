// Platform seam: another address space and a byte stream to it. native/child_process.cpp starts `trilane --child` or
// `trilane --engine` with uv_spawn and pipes; web/child_process.cpp starts a Worker with its own wasm instance.
// Used by the processes model (role worker; web_worker where tasks fetch and save), by the front end (role engine) and
// by runs that fetch (role server, `trilane --lab-server`, native only): one supervision for all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.hpp"

namespace trilane {

class EventLoop;

/// A worker cannot use http_client.hpp and database.hpp: natively it is a program of its own that starts without their
/// libraries, in a tenth of the time.
enum class ChildRole : std::uint8_t { worker, web_worker, engine, server };

/// How a child ended. `reason` is a sentence for people that names pid and signal or exit code.
struct ChildExit {
  std::int64_t pid = 0;
  bool clean = false;  ///< Exit code 0, without a signal.
  int code = 0;
  int signal = 0;
  std::string reason;
};

/// Called on the loop's thread.
class ChildListener {
 public:
  virtual ~ChildListener() = default;
  /// Bytes as they arrive, in order, at any boundary.
  virtual void on_bytes(std::span<const std::byte> bytes) = 0;
  /// Last call of all; every byte the child wrote has been delivered before.
  virtual void on_exit(const ChildExit& exit) = 0;
};

/// Every function on the loop's thread only.
class ChildProcess {
 public:
  /// Most bytes waiting to be written to one child; send() refuses beyond, so a child that never reads costs no memory.
  static constexpr std::size_t kMaxQueuedBytes = 8U << 20;

  /// Starts a child. The listener outlives the ChildProcess. Errors: no such executable, too many files, no memory…
  static Result<std::unique_ptr<ChildProcess>> spawn(EventLoop& loop, ChildRole role, ChildListener& listener);

  /// Kills the child if it still runs, and reaps it. The listener is not called any more.
  virtual ~ChildProcess() = default;

  /// The process id; on the page a number that is unique in this session.
  virtual std::int64_t pid() const = 0;
  /// Queues the bytes. Fails when the queue is full. What a child that ends will not read is dropped without an error:
  /// on_exit tells of its end, and of the cause.
  virtual Status send(std::span<const std::byte> bytes) = 0;
  /// Ends the child's input: an idle child then exits by itself with code 0.
  virtual void close_input() = 0;
  /// Ends it at once, whatever it does. on_exit follows.
  virtual void kill() = 0;
};

}  // namespace trilane
