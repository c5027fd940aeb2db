// The build with threads (engine-threads): pthreads are Workers that share this instance's memory.
//
// The engine's own thread never blocks here: blocking work gets a pthread, so that messages, timers and the creation of
// further pthreads (which needs this thread's event loop) go on.
#include <emscripten/eventloop.h>
#include <emscripten/heap.h>
#include <emscripten/proxying.h>
#include <pthread.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "build_kind.hpp"
#include "platform/clock.hpp"
#include "platform/event_loop.hpp"
#include "platform/host.hpp"

namespace trilane {
namespace web {

const char* const kPlatformName = "web-threads";

// The memory has one fixed size; what malloc has taken of it is the figure that means something.
std::uint64_t used_memory_bytes() { return reinterpret_cast<std::uintptr_t>(sbrk(0)); }

std::optional<std::uint64_t> stack_of_thread() {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return std::nullopt;
  std::size_t bytes = 0;
  const bool known = pthread_attr_getstacksize(&attributes, &bytes) == 0;
  pthread_attr_destroy(&attributes);
  return known ? std::optional<std::uint64_t>(bytes) : std::nullopt;
}

}  // namespace web

const Capabilities& capabilities() {
  static const Capabilities all{.threads = true,
                                .processes = true,
                                .processes_are_workers = true,
                                .waits_are_busy = false,
                                .ticks_while_blocked = true,
                                .kernels_need_warming = true,
                                .max_memory_bytes = emscripten_get_heap_max(),
                                .max_threads = 16,
                                .max_children = 16,
                                .fetches = true,
                                .has_database = true,
                                .threads_missing_because = {}};
  return all;
}

bool run_blocking(EventLoop& loop, std::function<void()> work, std::function<void()> done) {
  std::thread([&loop, work = std::move(work), done = std::move(done)]() mutable {
    work();
    loop.post(std::move(done));
  }).detach();
  return true;
}

namespace {

/// Runs what it is given, in order, on one pthread that never ends. Between two works it is in its browser loop, not in
/// a lock: only there does it hear that the service worker has taken the page over, and its requests with it.
class MeasuringThread {
 public:
  MeasuringThread() {
    started_ = pthread_create(
                   &thread_, nullptr,
                   [](void*) -> void* {
                     emscripten_runtime_keepalive_push();
                     return nullptr;
                   },
                   nullptr) == 0;
  }
  /// False where there is no such thread.
  bool run(std::function<void()> work) {
    if (!started_) return false;
    auto kept = std::make_unique<std::function<void()>>(std::move(work));
    const bool sent = emscripten_proxy_async(
        emscripten_proxy_get_system_queue(), thread_,
        [](void* sent_work) {
          const std::unique_ptr<std::function<void()>> work(static_cast<std::function<void()>*>(sent_work));
          (*work)();
        },
        kept.get());
    if (sent) (void)kept.release();
    return sent;
  }

 private:
  pthread_t thread_{};
  bool started_ = false;
};

}  // namespace

bool run_measuring(EventLoop& loop, std::function<void()> work, std::function<void()> done) {
  static auto& thread = *new MeasuringThread;
  return thread.run([&loop, work = std::move(work), done = std::move(done)]() mutable {
    work();
    work = nullptr;
    loop.post(std::move(done));
  });
}

void sleep_ns(std::int64_t duration_ns) {
  // An atomic wait for a word that nobody ever notifies is a sleep with nanoseconds; the loop is for a wait that ends
  // early because clock and timer round differently.
  thread_local int never = 0;
  const std::int64_t end = now_ns() + duration_ns;
  for (std::int64_t left = duration_ns; left > 0; left = end - now_ns()) {
    __builtin_wasm_memory_atomic_wait32(&never, 0, left);
  }
}

}  // namespace trilane
