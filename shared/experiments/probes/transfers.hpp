// The work of the deadlock experiment: two threads move money between two accounts, one in each direction, each account
// under a lock of its own; in opposite order of locking, and in ways that cannot deadlock.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "experiments/probes/lock_watch.hpp"

namespace trilane {

enum class Remedy : std::uint8_t {
  none,      ///< Each thread locks the account it takes from first: opposite orders. A gate holds both until each has
             ///< its first lock, so every pair of transfers deadlocks.
  ordered,   ///< Both lock account 0 first.
  try_lock,  ///< The second lock is only tried; in vain, the first is given back, and after a pause all is tried again.
  messages,  ///< No locks: a third thread owns both accounts and is sent the transfers.
};

struct TransferRun {
  std::uint32_t done = 0;       ///< Transfers made, of both threads.
  std::uint32_t wanted = 0;     ///< Transfers that were to be made.
  std::uint32_t deadlocks = 0;  ///< Found by the watchdog, and ended by it.
  std::uint32_t retries = 0;    ///< Transfers begun again: after a refusal, or a lock tried in vain.
  bool balanced = false;        ///< Both accounts together hold what they held.
  double wall_ms = 0;
  double longest_search_ms = 0;     ///< The longest time a deadlock lasted until it was found; 0 without one.
  std::optional<Deadlock> example;  ///< The first one.
};

inline constexpr std::int64_t kTransferPauseNs = 1'000'000;  ///< Each thread's work while it holds its first lock.

/// Blocks, on a thread that may. The watchdog looks every 20 ms. Ends in any case: `cancel` and 5 s stop every wait.
/// Errors: no thread; in opposite order, one that did not come to its first lock within three seconds.
Result<TransferRun> run_transfers(Remedy remedy, std::uint32_t transfers_each, const CancelToken& cancel);

}  // namespace trilane
