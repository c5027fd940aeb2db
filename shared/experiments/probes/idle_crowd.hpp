// Many coroutines that only exist, asleep on the event loop, and what memory they take. For the experiments on memory.
#pragma once

#include <cstddef>
#include <cstdint>

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

}  // namespace trilane
