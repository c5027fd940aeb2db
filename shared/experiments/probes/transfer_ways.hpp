// What deadlock needs besides the transfers of threads (experiments/probes/transfers.hpp): the same by coroutines, and
// the cycle of waits told as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "coro/scheduler.hpp"
#include "experiments/probes/transfers.hpp"

namespace trilane::lab {

/// Two coroutines move money in opposite directions, `each` times each: between two awaits nobody else runs, so nothing
/// has to be locked. Ends early when `cancel` is requested.
coro::Task<TransferRun> transfers_by_coroutines(coro::Scheduler& scheduler, std::uint32_t each,
                                                const CancelToken& cancel);

/// "A", "B"…
std::string thread_letter(std::size_t thread);
/// [{"thread":"A","holds":"1","waits_for":"2","held_by":"B","waited_ms":how long it had waited when it was found}…]
nlohmann::json cycle_json(const Deadlock& deadlock);

}  // namespace trilane::lab
