// The entry of a child Worker (one process of the processes model): a ChildService between postMessage and child.wasm.
// Started and fed by child_entry.js.
#include <emscripten.h>
#include <emscripten/eventloop.h>

#include "experiments/probes/child_questions.hpp"
#include "models/child_service.hpp"

// worker_main.lib.js
extern "C" void trilane_js_write(const void* bytes, int size);

namespace {

trilane::ChildService* service = nullptr;  // lives as long as the Worker

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE void trilane_child_start() {
  emscripten_runtime_keepalive_push();  // without a main(), the first callback's end would be the program's
  service = new trilane::ChildService(
      [](std::span<const std::byte> bytes) { trilane_js_write(bytes.data(), static_cast<int>(bytes.size())); },
      trilane::child::answer_question);
}

/// 0: the child should end.
EMSCRIPTEN_KEEPALIVE int trilane_child_bytes(const std::byte* bytes, std::size_t size) {
  return service->on_bytes({bytes, size}) ? 1 : 0;
}

}  // extern "C"
