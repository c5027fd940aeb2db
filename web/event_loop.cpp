// The browser's event loop as a seam. The browser turns it; this file only asks for turns:
//  * at once: a message to ourselves, because a timer of 0 ms is held back to 4 ms once timers set timers;
//  * later: setTimeout, whose callback again only sends the message: a timer set from a message handler counts as the
//    first of its chain, so the 4 ms never apply;
//  * from another thread (the build with threads): Emscripten's proxying queue, to this loop's thread, then as above.
#include "platform/event_loop.hpp"

#include <emscripten.h>
#include <emscripten/proxying.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "platform/clock.hpp"

extern "C" {
EMSCRIPTEN_KEEPALIVE void trilane_loop_turn(void* loop);
// event_loop.lib.js
void trilane_js_loop_create(void* loop);
void trilane_js_loop_destroy(void* loop);
void trilane_js_loop_soon(void* loop);
void trilane_js_loop_later(void* loop, double delay_ms, int moved);
void trilane_js_loop_no_timer(void* loop);
}

namespace trilane {
namespace {

// One message from the browser serves turns for this long: the hop costs some 10 us, a turn of a coroutine 10 ns.
constexpr std::int64_t kTurnsForNs = 1'000'000;
constexpr std::int64_t kTimerStepNs = 1'000'000;
constexpr double kLongestTimerMs = 2'000'000'000;  // setTimeout holds a signed 32-bit number

class BrowserLoop final : public EventLoop {
 public:
  BrowserLoop() : thread_(pthread_self()), queue_(em_proxying_queue_create()) { trilane_js_loop_create(this); }
  ~BrowserLoop() override {
    trilane_js_loop_destroy(this);
    em_proxying_queue_destroy(queue_);
  }
  BrowserLoop(const BrowserLoop&) = delete;
  BrowserLoop& operator=(const BrowserLoop&) = delete;

  void set_handler(LoopHandler* handler) override {
    handler_ = handler;
    wake();
  }

  void wake() override {
    // Acquire-release: what the caller wrote before it woke us is seen by the turn that clears the flag.
    if (turn_asked_.exchange(true, std::memory_order_acq_rel)) return;
    if (pthread_equal(pthread_self(), thread_) != 0) {
      trilane_js_loop_soon(this);
    } else {
      emscripten_proxy_async(queue_, thread_, [](void* loop) { trilane_js_loop_soon(loop); }, this);
    }
  }

  void post(std::function<void()> callback) override {
    {
      const std::lock_guard guard(mutex_);
      posted_.push_back(std::move(callback));
    }
    wake();
  }

  void run_until(const std::function<bool()>&) override {
    TRILANE_CHECK(!"a browser's event loop cannot be turned from inside");
  }

  void turn() {
    // Before the work is looked at: whoever adds some from now on asks for another turn.
    turn_asked_.exchange(false, std::memory_order_acq_rel);
    const std::int64_t begin = now_ns();
    std::int64_t now = begin;
    std::int64_t next = LoopHandler::kNever;
    do {
      run_posted();
      if (handler_ == nullptr) return;
      next = handler_->on_turn(now);
      now = now_ns();
    } while (next <= now && now - begin < kTurnsForNs);
    if (next <= now) {
      wake();
    } else {
      arm_timer(next, now);
    }
  }

 private:
  void run_posted() {
    {
      const std::lock_guard guard(mutex_);
      running_.swap(posted_);
    }
    for (auto& callback : running_) callback();
    running_.clear();
  }

  void arm_timer(std::int64_t next, std::int64_t now) {
    const bool moved = next != armed_for_ns_;
    armed_for_ns_ = next;
    if (next == LoopHandler::kNever) {
      if (moved) trilane_js_loop_no_timer(this);
      return;
    }
    // A browser's timers count whole milliseconds and cut fractions off. The last part of one is spent sending messages
    // to ourselves, so that a deadline is met as exactly as one of those arrives.
    if (next - now < kTimerStepNs) return wake();
    const double delay_ms = static_cast<double>((next - now) / kTimerStepNs);
    trilane_js_loop_later(this, std::min(delay_ms, kLongestTimerMs), moved ? 1 : 0);
  }

  pthread_t thread_;
  em_proxying_queue* queue_;
  LoopHandler* handler_ = nullptr;
  std::atomic<bool> turn_asked_{false};
  std::int64_t armed_for_ns_ = LoopHandler::kNever;
  std::vector<std::function<void()>> running_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  // guarded by mutex_
};

}  // namespace

std::unique_ptr<EventLoop> EventLoop::create() { return std::make_unique<BrowserLoop>(); }

}  // namespace trilane

void trilane_loop_turn(void* loop) { static_cast<trilane::BrowserLoop*>(loop)->turn(); }
