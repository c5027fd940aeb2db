// Idle coroutines, threads and processes that are all there at once, and by how much memory grows with each more.
// Loop thread only.
//
// Memory is that of this process and its children together, as PSS: what they share counts once. Growth can only be too
// small, where memory that was there before is used again, so that of coroutines is never taken below the bytes of
// their frames, which are counted. Where the system tells no memory (process_memory()) nothing is learnt here.
#pragma once

#include <memory>
#include <vector>

#include "experiments/experiment.hpp"
#include "experiments/probes/child_probe.hpp"
#include "experiments/probes/idle_crowd.hpp"
#include "experiments/probes/waits.hpp"

namespace trilane::lab {

class IdleGrowth {
 public:
  explicit IdleGrowth(LabContext& lab) : lab_(lab), coroutines_(lab.scheduler()) {}
  /// dissolve() was awaited before.
  ~IdleGrowth() = default;
  IdleGrowth(const IdleGrowth&) = delete;
  IdleGrowth& operator=(const IdleGrowth&) = delete;

  // Each adds so many and gives by how much one of them made memory grow, bytes.

  coro::Task<double> add_coroutines(unsigned count);
  /// Errors: the system has no more threads.
  coro::Task<Result<double>> add_threads(unsigned count);
  /// Errors: a process cannot be started; "stopped".
  coro::Task<Result<double>> add_processes(unsigned count);

  [[nodiscard]] unsigned processes() const { return static_cast<unsigned>(children_.size()); }
  /// Of one coroutine, as asked of the allocator.
  [[nodiscard]] double frame_bytes() const;
  /// Ends all of them.
  coro::Task<void> dissolve();

 private:
  [[nodiscard]] double memory() const;

  LabContext& lab_;
  IdleCoroutines coroutines_;
  IdleThreads threads_;
  std::vector<std::unique_ptr<ChildProbe>> children_;
};

}  // namespace trilane::lab
