// Locks that keep account of who holds and who waits for what, so that a watchdog can see a deadlock while it lasts:
// a cycle in the wait-for graph (Coffman, Elphick & Shoshani 1971, "circular wait"; detection as in Silberschatz,
// Operating System Concepts, 8.6.1: with one instance of each resource a cycle is necessary and sufficient).
// The threads that wait are really blocked; the watchdog ends a deadlock by making one of the attempts fail.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace trilane {

/// One arrow of the wait-for graph: `thread` waits for `lock`, which `holder` holds.
struct WaitFor {
  std::size_t thread = 0;
  std::size_t lock = 0;
  std::size_t holder = 0;
  bool operator==(const WaitFor&) const = default;
};

/// A cycle in the graph of single waits: each arrow's holder is the next arrow's thread, the last one's the first's.
/// Begins with the lowest thread on it. `holder[lock]` and `waits[thread]` are indices or LockWatch::kNone. Pure.
std::optional<std::vector<WaitFor>> find_wait_cycle(std::span<const std::size_t> holder,
                                                    std::span<const std::size_t> waits);

struct Deadlock {
  std::vector<WaitFor> cycle;
  std::size_t victim = 0;               ///< Whose attempt was made to fail: the last one to begin waiting.
  std::int64_t after_ns = 0;            ///< From the wait that closed the cycle until it was found.
  std::vector<std::int64_t> waited_ns;  ///< How long each arrow of the cycle had lasted by then.
};

/// Threads and locks are numbers from 0. Every function is thread-safe.
class LockWatch {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  enum class Got : std::uint8_t {
    lock,
    refused,  ///< The watchdog's victim: give up what you hold, and try again.
    stopped,  ///< stop() was called.
  };

  LockWatch(std::size_t threads, std::size_t locks);

  /// Blocks until the lock is handed to it, the watchdog refuses it, or all is stopped. Who has waited longest is next.
  /// Locks are not recursive.
  Got lock(std::size_t thread, std::size_t lock);
  /// Takes it if it is free, and never waits. False after stop().
  bool try_lock(std::size_t thread, std::size_t lock);
  void unlock(std::size_t thread, std::size_t lock);

  /// The watchdog's look: finds a cycle and makes one attempt on it fail.
  std::optional<Deadlock> look();
  /// Every wait, now and later, ends.
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> holder_;        // of each lock
  std::vector<std::size_t> waits_;         // of each thread: the lock
  std::vector<std::int64_t> waits_since_;  // of each thread
  std::vector<bool> refused_;              // of each thread
  bool stopped_ = false;
};

}  // namespace trilane
