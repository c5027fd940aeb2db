// SIGINT and SIGTERM as events of the loop, for roles that end in order when asked to (server, window).
#pragma once

#include <uv.h>

#include <csignal>

#include "event_loop_uv.hpp"

namespace trilane::native {

/// Outlives the loop, which holds the handles until its own end.
class EndSignals {
 public:
  EndSignals() = default;
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

  void watch(UvEventLoop& loop) {
    for (uv_signal_t& handle : handles_) {
      uv_signal_init(loop.uv(), &handle);
      handle.data = this;
      uv_signal_start(
          &handle, [](uv_signal_t* caught, int) { static_cast<EndSignals*>(caught->data)->ended_ = true; },
          &handle == &handles_[0] ? SIGINT : SIGTERM);
    }
  }
  /// Before the loop ends.
  void unwatch() {
    for (uv_signal_t& handle : handles_) uv_close(reinterpret_cast<uv_handle_t*>(&handle), nullptr);
  }
  bool ended() const { return ended_; }

 private:
  bool ended_ = false;
  uv_signal_t handles_[2]{};
};

}  // namespace trilane::native
