// Requests that wait, in order of their deadlines: a timer wheel under the loop's one wake-up, so that 10,000 of them
// need no timer of libuv's each. Never early. Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "coro/timer_wheel.hpp"
#include "platform/event_loop.hpp"

namespace trilane::native {

class LabWaits final : public LoopHandler {
 public:
  /// What waits. It leaves the queue when it is destroyed, or when it becomes due.
  class Entry : private coro::TimerNode {
   public:
    virtual ~Entry() = default;
    /// Called once, outside the queue: it may destroy itself, and others.
    virtual void on_due() = 0;

   private:
    friend class LabWaits;
  };

  /// Becomes the loop's handler. Outlives its entries and the loop's last turn.
  explicit LabWaits(EventLoop& loop);

  /// On the clock of clock.hpp. An entry waits once at a time.
  void add(Entry& entry, std::int64_t deadline_ns);

  std::int64_t on_turn(std::int64_t now_ns) override;

 private:
  EventLoop& loop_;
  coro::TimerWheel wheel_;
};

}  // namespace trilane::native
