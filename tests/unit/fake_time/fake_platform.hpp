// A platform whose time stands still until a test moves it: the scheduler under test links it instead of native/.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "platform/event_loop.hpp"

namespace trilane::fake {

/// What now_ns() returns.
extern std::int64_t now;

/// Turns when told to. One thread.
class Loop final : public EventLoop {
 public:
  void set_handler(LoopHandler* handler) override { handler_ = handler; }
  void wake() override { ++wakes; }
  void post(std::function<void()> callback) override { posted_.push_back(std::move(callback)); }
  /// Moves time from wake-up to wake-up until `done`; fails the test when nothing could ever wake it.
  void run_until(const std::function<bool()>& done) override;

  /// One turn at the present time; what on_turn() answered.
  std::int64_t turn();
  /// Moves time and turns once.
  std::int64_t turn_at(std::int64_t ns) {
    now = ns;
    return turn();
  }

  int wakes = 0;

 private:
  LoopHandler* handler_ = nullptr;
  std::deque<std::function<void()>> posted_;
};

}  // namespace trilane::fake
