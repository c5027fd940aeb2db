// What a page may know of the machine: what the browser calls itself, how many cores it admits to, and how large this
// instance's memory is. There is no CPU time, no context switch count and no resident size: those stay empty.
#include "platform/system_info.hpp"

#include <emscripten.h>
#include <emscripten/heap.h>

#include <atomic>
#include <cstdlib>

#include "build_kind.hpp"
#include "platform/clock.hpp"

EM_JS_DEPS(trilane_system_info, "$stringToNewUTF8")

// "Linux" and "Chromium 137", or as much of them as the browser tells. Workers have `navigator` too.
EM_JS(char*, trilane_js_os_name, (), {
  const told = navigator.userAgentData && navigator.userAgentData.platform;
  const known = / Windows | Android | iPhone | iPad | Mac OS X | CrOS | Linux /.exec(navigator.userAgent || "");
  return stringToNewUTF8(told || (known ? known[0].replace("Mac OS X", "macOS") : "unknown"));
})

EM_JS(char*, trilane_js_browser_name, (), {
  const agent = navigator.userAgent || "";
  // Chromium's own brand list also holds a made-up brand, by design.
  const brands = (navigator.userAgentData && navigator.userAgentData.brands) || [];
  const brand = brands.find((entry) => !/not.?a.?brand|chromium/i.test(entry.brand)) ||
                brands.find((entry) => entry.brand === "Chromium");
  if (brand) return stringToNewUTF8(brand.brand + " " + brand.version);
  const patterns = [
    [ "Firefox", / Firefox.([0 - 9] +) / ], [ "Chrome", / Chrome.([0 - 9] +) / ],
    [ "Safari", / Version.([0 - 9.] +).*Safari / ]
  ];
  for (const[name, pattern] of patterns) {
    const match = pattern.exec(agent);
    if (match) return stringToNewUTF8(name + " " + match[1]);
  }
  return stringToNewUTF8("unknown browser");
})

EM_JS(int, trilane_js_cores, (), { return navigator.hardwareConcurrency || 1; })
EM_JS(int, trilane_js_process_id, (), { return Module["processId"] || 0; })

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

Usage read_usage() {
  Usage usage;
  // A wasm memory never shrinks, so what it is now is also its peak.
  usage.current_rss_bytes = web::used_memory_bytes();
  usage.peak_rss_bytes = usage.current_rss_bytes;
  return usage;
}

bool reset_peak_memory() { return false; }

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
