// Platform seam: what the models may use here, and where blocking code may run. native/host.cpp, web/host.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace trilane {

class EventLoop;

struct Capabilities {
  bool threads = false;                 ///< The threads model can run.
  bool processes = false;               ///< The processes model can run.
  bool processes_are_workers = false;   ///< Page: a "process" is a Worker with its own memory; labelled so everywhere.
  bool waits_are_busy = false;          ///< A blocking wait spins because the platform has no sleep here (page, plain).
  bool ticks_while_blocked = true;      ///< start_ticker() ticks while the engine's own thread is in a blocking run.
  bool kernels_need_warming = false;    ///< Page: code starts in a slow compiler tier (workload.hpp, warm_kernels).
  std::uint64_t max_memory_bytes = 0;   ///< Of the engine's address space; 0: no fixed limit.
  unsigned max_threads = 1;             ///< Most workers for the threads model.
  unsigned max_children = 1;            ///< Most workers for the processes model.
  bool fetches = false;                 ///< The workloads that fetch can run.
  bool starts_lab_server = false;       ///< A run's latency server is a child (ChildRole::server); else find_lab_web().
  bool has_database = false;            ///< The workloads that save can run.
  std::string threads_missing_because;  ///< When !threads: one sentence for people, English.
};
const Capabilities& capabilities();

/// Runs `work` where it may block, then `done` on the loop's thread. Native: a thread of its own. Page with threads: a
/// pthread. Page without: right here, before the call returns (then `done` is posted).
void run_blocking(EventLoop& loop, std::function<void()> work, std::function<void()> done);

/// Blocks the calling thread for `duration_ns`, at least. See waits_are_busy.
void sleep_ns(std::int64_t duration_ns);

/// Calls a function again and again until destroyed. The function may run on a thread of its own (native) or on the
/// engine's (page); it must be thread-safe. The destructor returns only when no call is under way.
class Ticker {
 public:
  virtual ~Ticker() = default;
};
std::unique_ptr<Ticker> start_ticker(int interval_ms, std::function<void()> tick);

}  // namespace trilane
