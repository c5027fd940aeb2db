// Platform seam: one thread's event loop. native/event_loop.cpp drives a libuv loop, web/event_loop.cpp the browser's.
// The coroutine scheduler (coro/scheduler.hpp) is the one handler; it owns the timers and the ready queue and asks the
// platform for a single wake-up.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

namespace trilane {

/// What the loop calls at each turn.
class LoopHandler {
 public:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  virtual ~LoopHandler() = default;
  /// Does what is due at `now_ns` (clock.hpp) and returns the time of the next wake-up; kNever when only I/O or wake()
  /// can bring work; a time not after `now_ns` asks for another turn right after pending I/O. Loop thread only.
  virtual std::int64_t on_turn(std::int64_t now_ns) = 0;
};

class EventLoop {
 public:
  /// A loop that belongs to the calling thread.
  static std::unique_ptr<EventLoop> create();
  virtual ~EventLoop() = default;

  /// Loop thread only, once, before the loop turns. The handler outlives the loop's last turn.
  virtual void set_handler(LoopHandler* handler) = 0;
  /// Any thread: on_turn is called soon. Several calls may become one turn.
  virtual void wake() = 0;
  /// Any thread: `callback` runs on the loop's thread, in order of posting.
  virtual void post(std::function<void()> callback) = 0;
  /// Loop thread only. Native: turns the loop, blocking, until `done()` is true (asked after each turn).
  /// Page: a browser's loop cannot be turned from inside; this is an internal error there.
  virtual void run_until(const std::function<bool()>& done) = 0;
};

}  // namespace trilane
