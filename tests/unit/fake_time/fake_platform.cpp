#include "fake_platform.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "platform/clock.hpp"
#include "platform/host.hpp"

namespace trilane {

std::int64_t fake::now = 0;

std::int64_t now_ns() { return fake::now; }

bool run_blocking(EventLoop& loop, std::function<void()> work, std::function<void()> done) {
  work();
  loop.post(std::move(done));
  return true;
}

bool run_measuring(EventLoop& loop, std::function<void()> work, std::function<void()> done) {
  return run_blocking(loop, std::move(work), std::move(done));
}

namespace fake {

std::int64_t Loop::turn() {
  while (!posted_.empty()) {
    auto callback = std::move(posted_.front());
    posted_.pop_front();
    callback();
  }
  return handler_->on_turn(now);
}

void Loop::run_until(const std::function<bool()>& done) {
  while (!done()) {
    const std::int64_t next = turn();
    if (done()) return;
    if (next == LoopHandler::kNever && posted_.empty()) {
      ADD_FAILURE() << "the loop would sleep for ever";
      std::abort();
    }
    if (next != LoopHandler::kNever) now = std::max(now, next);
  }
}

}  // namespace fake
}  // namespace trilane
