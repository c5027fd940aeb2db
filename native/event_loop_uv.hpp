// The native event loop with its libuv side showing: for the files of native/ that put handles of their own on it.
//
// One turn of the loop: libuv polls for I/O and runs its callbacks, then callbacks from post() run, then the handler's
// on_turn() when it is due. Exactly one on_turn() lies between two polls, so a handler that always has work never keeps
// I/O waiting.
#pragma once

#include <uv.h>

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "platform/event_loop.hpp"

namespace trilane::native {

class UvEventLoop final : public EventLoop {
 public:
  UvEventLoop();
  /// Turns the loop until the pool's work is done and every handle is closed. Handles of others must be closing by
  /// then.
  ~UvEventLoop() override;
  UvEventLoop(const UvEventLoop&) = delete;
  UvEventLoop& operator=(const UvEventLoop&) = delete;

  static UvEventLoop& of(EventLoop& loop) { return static_cast<UvEventLoop&>(loop); }

  void set_handler(LoopHandler* handler) override;
  void wake() override;
  void post(std::function<void()> callback) override;
  void run_until(const std::function<bool()>& done) override;

  uv_loop_t* uv() { return &loop_; }

  /// One turn that does not block: for a thread that waits somewhere else (the window). Loop thread only.
  void turn_without_waiting();
  /// Has such a thread nothing to wait for, because the next turn has work? Otherwise it waits until backend_fd() is
  /// readable. Loop thread only.
  bool has_work();
  /// Readable when I/O, a deadline or a wake-up from another thread is pending. Any thread may poll it.
  int backend_fd() const { return uv_backend_fd(&loop_); }

  /// Memory for one read of a stream: libuv fills it and calls back before it asks again, so all handles share it.
  std::span<char> read_buffer() { return read_buffer_; }

  /// Runs `work` in libuv's thread pool, then `done` here. When the pool's threads cannot be made, `work` runs right
  /// here instead, and false is returned. Loop thread only.
  bool run_in_pool(std::function<void()> work, std::function<void()> done);

 private:
  void on_prepare();
  void on_check();
  void arm();
  bool on_loop_thread() const { return std::this_thread::get_id() == thread_; }
  bool has_posted();

  uv_loop_t loop_{};
  uv_async_t async_{};      // wakes a blocked poll from another thread
  uv_prepare_t prepare_{};  // before the poll: how long may it block?
  uv_check_t check_{};      // after the poll: our turn
  uv_poll_t timer_{};       // on timer_fd_, which ends the poll at next_ns_: libuv's own timers know whole ms only
  uv_idle_t idle_{};        // while active, the poll does not block

  const std::thread::id thread_ = std::this_thread::get_id();
  LoopHandler* handler_ = nullptr;
  std::int64_t next_ns_ = LoopHandler::kNever;
  int timer_fd_ = -1;
  std::int64_t armed_ns_ = LoopHandler::kNever;
  std::atomic<bool> wake_{false};
  bool turning_ = false;

  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;   // guarded by posted_mutex_
  std::vector<std::function<void()>> running_;  // posted_ of this turn; kept for its capacity

  std::array<char, 64 * 1024> read_buffer_;
};

}  // namespace trilane::native
