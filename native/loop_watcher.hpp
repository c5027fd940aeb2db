// Lets a thread that waits somewhere else (in SDL, for the window system) run a libuv loop beside: a helper thread
// waits for the loop's I/O and calls `wake`. Neither library can wait for the other's events: SDL knows no file
// descriptors, and a window system's connection is not always one. The alternative, looking at the loop every few ms,
// would burn power for ever and add its interval to every message.
#pragma once

#include <functional>
#include <thread>

#include "event_loop_uv.hpp"

namespace trilane::native {

class LoopWatcher {
 public:
  /// `wake` is called on the helper's thread, once for each rearm().
  LoopWatcher(UvEventLoop& loop, std::function<void()> wake);
  ~LoopWatcher();
  LoopWatcher(const LoopWatcher&) = delete;
  LoopWatcher& operator=(const LoopWatcher&) = delete;

  /// Runs all that the loop has to do now, but not much longer than a frame: false when there was more. Loop thread.
  bool turn();
  /// Before waiting: from now on the next I/O calls `wake`. Loop thread.
  void rearm();

 private:
  void watch();

  UvEventLoop& loop_;
  const std::function<void()> wake_;
  const int control_;  // an eventfd: counts up to tell the helper to go on
  std::atomic<bool> stop_{false};
  std::atomic<bool> armed_{false};
  std::thread thread_;
};

}  // namespace trilane::native
