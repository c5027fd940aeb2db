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
  /// dissolve() was awaited before.
  ~IdleCoroutines() = default;
  IdleCoroutines(const IdleCoroutines&) = delete;
  IdleCoroutines& operator=(const IdleCoroutines&) = delete;

  void add(std::size_t count);
  std::size_t count() const { return count_; }
  /// What was asked of the allocator for their frames.
  std::uint64_t frame_bytes() const { return frame_bytes_; }
  /// Wakes all sleepers of the loop (others' too: they look whether their time has come) and waits until the crowd's
  /// coroutines have ended.
  coro::Task<void> dissolve();

 private:
  struct Idle;
  static Idle sleep(IdleCoroutines& crowd);

  coro::Scheduler& scheduler_;
  std::size_t count_ = 0;
  std::uint64_t frame_bytes_ = 0;
  bool over_ = false;
};

}  // namespace trilane
