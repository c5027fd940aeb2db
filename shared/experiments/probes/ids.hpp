// Who waits: the ids of thread and process as those read them themselves that wait, before and after their wait.
// Loop thread only.
#pragma once

#include <cstdint>
#include <set>
#include <utility>

#include "experiments/experiment.hpp"
#include "experiments/probes/waits.hpp"

namespace trilane::lab {

/// A thread is known by its process too: on the page each process counts its own.
struct Ids {
  std::set<std::pair<std::int64_t, std::int64_t>> threads;
  std::set<std::int64_t> processes;
  void add(std::int64_t process, std::int64_t thread);
};

/// `count` coroutines that wait at once.
coro::Task<void> ids_of_coroutines(LabContext& lab, unsigned count, std::int64_t wait_ns, Ids& ids,
                                   UnderWay& under_way);
/// As many threads. Errors: the system has no more.
coro::Task<Status> ids_of_threads(LabContext& lab, unsigned count, std::int64_t wait_ns, Ids& ids);
/// As many processes, which wait no longer than child::kMaxGlobalWaitNs. Errors: of a child; "stopped".
coro::Task<Status> ids_of_processes(LabContext& lab, unsigned count, std::int64_t wait_ns, Ids& ids);

}  // namespace trilane::lab
