// Many that only exist: coroutines asleep on the event loop, threads that wait, and what memory they take. For the
// experiment on memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "coro/scheduler.hpp"

namespace trilane {

/// Coroutines that sleep on the loop's timer wheel until the crowd is dissolved. Loop thread only.
class IdleCoroutines {
 public:
  explicit IdleCoroutines(coro::Scheduler& scheduler) : scheduler_(scheduler) {}
  ~IdleCoroutines();
  IdleCoroutines(const IdleCoroutines&) = delete;
  IdleCoroutines& operator=(const IdleCoroutines&) = delete;

  void add(std::size_t count);
  std::size_t count() const { return count_; }
  /// What was asked of the allocator for their frames.
  std::uint64_t frame_bytes() const { return frame_bytes_; }
  /// Ends the crowd's coroutines, and nobody else's.
  coro::Task<void> dissolve();

 private:
  struct Idle;
  struct Promise;
  static Idle sleep(IdleCoroutines& crowd);
  void end_all();

  coro::Scheduler& scheduler_;
  std::size_t count_ = 0;
  std::uint64_t frame_bytes_ = 0;
  coro::List<coro::ListNode> sleeping_;
};

/// What threads took, step by step of `step` new ones.
struct IdleThreads {
  std::vector<std::int64_t> grown_bytes;  ///< By which this address space's memory grew; may be 0 where it was there.
  std::uint64_t count = 0;
};
/// Creates steps * step threads that wait, measures after each step, and ends them. When the system has no more after
/// the first step: those so far. Blocks; not on the loop's thread. Errors: not even the first step; "stopped".
Result<IdleThreads> gather_threads(int steps, int step, const CancelToken& cancel);

/// The memory of this address space, bytes (Usage::current_rss_bytes); 0 where it cannot be told.
std::int64_t memory_now();

}  // namespace trilane
