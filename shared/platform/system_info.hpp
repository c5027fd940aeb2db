// Platform seam: facts about the machine and what this address space has used. native/system_info.cpp or
// web/system_info.cpp. What a platform cannot tell is an empty optional, never 0.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace trilane {

struct HostInfo {
  std::string platform;  ///< "native", "web-threads" or "web-plain".
  std::string os;
  std::string cpu;  ///< Model name; on the page what the browser tells (its engine and version).
  unsigned cores = 1;
  double clock_resolution_ns = 0;
  std::string version;  ///< Trilane's.
};
const HostInfo& host_info();

/// Resources used by this address space so far; the difference of two readings belongs to what ran between them.
struct Usage {
  std::optional<double> user_ms;
  std::optional<double> system_ms;
  std::optional<std::uint64_t> voluntary_switches;
  std::optional<std::uint64_t> involuntary_switches;
  std::optional<std::uint64_t> peak_rss_bytes;     ///< Since reset_peak_memory(), where that works.
  std::optional<std::uint64_t> current_rss_bytes;  ///< On the page: the size of this instance's own wasm memory.
};
Usage read_usage();
/// The same without memory: quick, for the beginning of a measurement.
Usage read_cpu_usage();

/// What the processors that this program may use have done since the system started, added up over them.
struct ProcessorTimes {
  double busy_ms = 0;  ///< For any process, this one too; also what a hypervisor gave to others.
  double idle_ms = 0;
  double own_ms = 0;  ///< Of busy: this process's and its children's, alive or ended, on whatever processors.
};
/// To the system's tick (often 10 ms). Nothing where it cannot be told.
std::optional<ProcessorTimes> read_processor_times();

/// For how long in all this machine has been suspended (a closed lid), which now_ns() does not count; 0 where that
/// cannot be told. ns.
std::int64_t suspended_ns();

/// What a process takes of the machine's memory, bytes: a page that k processes share counts as 1/k of it in each
/// (PSS), so that a sum over processes counts nothing twice. Exact, and slow: the system walks all of its pages. On the
/// page only this instance's own wasm memory can be told.
std::optional<std::uint64_t> process_memory(std::int64_t process_id);

/// Makes peak_rss_bytes start anew from now. Returns false where the platform has no such thing.
bool reset_peak_memory();

/// What is reserved for the stack of a new thread, where there are threads. Address space: a system may take memory for
/// it only as far as it is touched; a wasm memory has no such thing.
std::optional<std::uint64_t> thread_stack_bytes();

/// The cores that the calling thread may use, by the system's numbers; empty where a program cannot choose (page).
std::vector<unsigned> usable_cores();
/// From now on this core only: the calling thread (0), or the first thread of a process by its id; and the threads that
/// it makes afterwards. A child is limited as soon as it is ready, before it makes any. Errors: the system refused; on
/// the page always.
Status limit_to_core(unsigned core, std::int64_t process_id = 0);

/// The operating system's id of the calling thread (native), or a number that tells threads apart (page).
std::int64_t current_thread_id();
std::int64_t current_process_id();

/// While it lives, the calling thread runs on one core only; the destructor, called by the same thread, lets it go back
/// to all that it had. Threads and processes that it starts meanwhile are on that core for good.
class OneCore {
 public:
  virtual ~OneCore() = default;
};
/// Always the same core, so that several can share it. Nothing where there is no such thing (page), or it is not
/// allowed.
std::unique_ptr<OneCore> stay_on_one_core();

}  // namespace trilane
