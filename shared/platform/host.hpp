// Platform seam: what the models may use here, and where blocking code may run. native/host.cpp, web/host.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

/// Runs `work` where it may block, then `done` on the loop's thread. Native: libuv's thread pool. Page with threads: a
/// pthread. Page without: right here, before the call returns (then `done` is posted). False when there should have
/// been a thread and none was to be had: then `work` has run right here.
bool run_blocking(EventLoop& loop, std::function<void()> work, std::function<void()> done);

/// The same on the thread that measures: one, made at the first call, that lives as long as the program. So no thread
/// is made inside what is measured there. One `work` at a time; further ones wait.
bool run_measuring(EventLoop& loop, std::function<void()> work, std::function<void()> done);

/// Blocks the calling thread for `duration_ns`, at least. See waits_are_busy.
void sleep_ns(std::int64_t duration_ns);

/// Calls a function again and again until stopped: the instrument, which works beside what it measures. Natively on one
/// thread for all tickers, which lives as long as the program; on the page on the engine's own thread. The function
/// must be thread-safe.
class Ticker {
 public:
  /// What ticking took of this address space, and how far its thread's own time can be trusted.
  struct Report {
    std::optional<double> user_ms, system_ms;
    std::optional<std::uint64_t> voluntary_switches, involuntary_switches;
    /// The longest time by which a tick was late. Where a thread of its own ticks: for so long this program did not
    /// run, or hardly. Nothing elsewhere.
    std::optional<std::int64_t> longest_gap_ns;
  };
  /// Stops.
  virtual ~Ticker() = default;
  /// No call is under way after this, and none begins. Once.
  virtual Report stop() = 0;
};
std::unique_ptr<Ticker> start_ticker(int interval_ms, std::function<void()> tick);

}  // namespace trilane
