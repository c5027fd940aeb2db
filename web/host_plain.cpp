// The builds without threads (front, engine-plain, child): one thread, a memory of one's own, works on every page.
#include <emscripten/heap.h>

#include <cstdlib>
#include <utility>

#include "build_kind.hpp"
#include "platform/clock.hpp"
#include "platform/event_loop.hpp"
#include "platform/host.hpp"

// host.lib.js. Texts are the caller's to free.
extern "C" {
char* trilane_js_plain_reason();
int trilane_js_has_workers();
}

namespace trilane {
namespace web {

const char* const kPlatformName = "web-plain";

std::uint64_t used_memory_bytes() { return emscripten_get_heap_size(); }

std::optional<std::uint64_t> stack_of_thread() { return std::nullopt; }

}  // namespace web

namespace {

Capabilities make_capabilities() {
  char* reason = trilane_js_plain_reason();
  Capabilities all{.threads = false,
                   .processes = trilane_js_has_workers() != 0,
                   .processes_are_workers = true,
                   .waits_are_busy = true,
                   .ticks_while_blocked = false,
                   .kernels_need_warming = true,
                   .max_memory_bytes = emscripten_get_heap_max(),
                   .max_threads = 1,
                   .max_children = 16,
                   .fetches = true,
                   .has_database = trilane_js_has_workers() != 0,
                   .threads_missing_because = reason};
  std::free(reason);
  if (all.threads_missing_because.empty()) all.threads_missing_because = "this build has no threads";
  return all;
}

}  // namespace

const Capabilities& capabilities() {
  static const Capabilities all = make_capabilities();
  return all;
}

bool run_blocking(EventLoop& loop, std::function<void()> work, std::function<void()> done) {
  work();
  loop.post(std::move(done));
  return true;
}

bool run_measuring(EventLoop& loop, std::function<void()> work, std::function<void()> done) {
  return run_blocking(loop, std::move(work), std::move(done));
}

void sleep_ns(std::int64_t duration_ns) {
  // Without shared memory a Worker has nothing to sleep on: it spins, and every result says so (waits_are_busy).
  const std::int64_t end = now_ns() + duration_ns;
  while (now_ns() < end) continue;
}

}  // namespace trilane
