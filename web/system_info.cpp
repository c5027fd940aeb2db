// What a page may know of the machine: what the browser calls itself, how many cores it admits to, and how large this
// instance's memory is. There is no CPU time, no context switch count, no resident size and no choice
// of a core: those stay empty.
#include "platform/system_info.hpp"

#include <emscripten/heap.h>

#include <atomic>
#include <cstdlib>

#include "build_kind.hpp"
#include "platform/clock.hpp"

// system_info.lib.js. Texts are the caller's to free.
extern "C" {
char* trilane_js_os_name();
char* trilane_js_browser_name();
int trilane_js_cores();
int trilane_js_process_id();
}

namespace trilane {
namespace {

std::string take(char* text) {
  std::string result(text);
  std::free(text);
  return result;
}

HostInfo make_host_info() {
  HostInfo info;
  info.platform = web::kPlatformName;
  info.os = take(trilane_js_os_name());
  info.cpu = take(trilane_js_browser_name());
  info.cores = static_cast<unsigned>(trilane_js_cores());
  info.clock_resolution_ns = clock_resolution_ns();
  info.version = TRILANE_VERSION;
  return info;
}

}  // namespace

const HostInfo& host_info() {
  static const HostInfo info = make_host_info();
  return info;
}

Usage read_cpu_usage() { return {}; }

Usage read_usage() {
  Usage usage;
  // A wasm memory never shrinks, so what it is now is also its peak.
  usage.current_rss_bytes = web::used_memory_bytes();
  usage.peak_rss_bytes = usage.current_rss_bytes;
  return usage;
}

std::optional<std::uint64_t> process_memory(std::int64_t process_id) {
  if (process_id != current_process_id()) return std::nullopt;
  return web::used_memory_bytes();
}

std::optional<ProcessorTimes> read_processor_times() { return std::nullopt; }

std::int64_t suspended_ns() { return 0; }

bool reset_peak_memory() { return false; }

std::optional<std::uint64_t> thread_stack_bytes() { return web::stack_of_thread(); }

std::unique_ptr<OneCore> stay_on_one_core() { return nullptr; }
std::vector<unsigned> usable_cores() { return {}; }

Status limit_to_core(unsigned, std::int64_t) { return fail("a page cannot choose the core that its code runs on"); }

std::int64_t current_thread_id() {
  // Relaxed: only the numbers have to differ.
  static std::atomic<std::int64_t> last{0};
  thread_local const std::int64_t id = last.fetch_add(1, std::memory_order_relaxed) + 1;
  return id;
}

std::int64_t current_process_id() {
  // Asked once, by whoever comes first: a pthread has another Module object, without the number.
  static const std::int64_t id = trilane_js_process_id();
  return id;
}

}  // namespace trilane
