// The engine Worker's entry, in both builds: an EngineService between the browser's loop and postMessage. Started and
// fed by engine_entry.js.
#include <emscripten.h>
#include <emscripten/eventloop.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "coro/scheduler.hpp"
#include "engine/engine_service.hpp"
#include "platform/event_loop.hpp"
#include "platform/system_info.hpp"

// worker_main.lib.js
extern "C" {
void trilane_js_write(const void* bytes, int size);
void trilane_js_quit(const char* why);
}

namespace trilane {
namespace {

// Bytes for the front end, in the order of the calls of write(). Only the Worker's own thread can post to the page, so
// what other threads write waits for its next turn; and what it writes itself must not overtake them.
class Outbox {
 public:
  explicit Outbox(EventLoop& loop) : loop_(loop), home_(current_thread_id()) {}

  void write(Bytes bytes) {
    {
      const std::lock_guard guard(mutex_);
      waiting_.push_back(std::move(bytes));
    }
    if (current_thread_id() == home_) {
      flush();
    } else {
      loop_.post([this] { flush(); });
    }
  }

 private:
  void flush() {
    {
      const std::lock_guard guard(mutex_);
      sending_.swap(waiting_);
    }
    for (const Bytes& bytes : sending_) trilane_js_write(bytes.data(), static_cast<int>(bytes.size()));
    sending_.clear();
  }

  EventLoop& loop_;
  std::int64_t home_;
  std::vector<Bytes> sending_;
  std::mutex mutex_;
  std::vector<Bytes> waiting_;  // guarded by mutex_
};

struct Engine {
  std::unique_ptr<EventLoop> loop = EventLoop::create();
  coro::Scheduler scheduler{*loop};
  Outbox outbox{*loop};
  EngineService service{scheduler, [this](Bytes bytes) { outbox.write(std::move(bytes)); },
                        [](const std::string& why) { trilane_js_quit(why.c_str()); }};
};

Engine* engine = nullptr;  // lives as long as the Worker

}  // namespace
}  // namespace trilane

extern "C" {

EMSCRIPTEN_KEEPALIVE void trilane_engine_start() {
  TRILANE_CHECK(trilane::engine == nullptr);
  emscripten_runtime_keepalive_push();  // without a main(), the first callback's end would be the program's
  trilane::current_process_id();        // remembered for the pthreads, whose Module does not know it
  trilane::engine = new trilane::Engine;
}

/// Where in this instance's memory the flag is that stops the current job: one byte, set by storing 1. The page does so
/// where the memory is shared (worker_links.js).
EMSCRIPTEN_KEEPALIVE void* trilane_engine_cancel_flag() {
  static_assert(sizeof(trilane::CancelToken) == 1);
  return &trilane::engine->service.cancel_token();
}

EMSCRIPTEN_KEEPALIVE void trilane_engine_bytes(const std::byte* bytes, std::size_t size) {
  trilane::engine->service.on_bytes({bytes, size});
}

}  // extern "C"
