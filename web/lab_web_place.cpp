// Where the lab's web answers: the engine's Worker asks the page, which knows or finds out (lab_web.js).
#include "platform/lab_web_place.hpp"

#include <emscripten.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "platform/event_loop.hpp"

extern "C" {
EMSCRIPTEN_KEEPALIVE void trilane_lab_web_found(void* asked, char* base_url, char* because_en, char* because_ru,
                                                unsigned max_connections);
// lab_web_place.lib.js. The texts that it gives are malloc'd, and ours to free.
void trilane_js_find_lab_web(void* asked);
}

namespace trilane {
namespace {

using Found = std::function<void(LabWebPlace)>;

std::string take(char* text) {
  std::string taken(text);
  std::free(text);
  return taken;
}

}  // namespace

void find_lab_web(EventLoop&, std::function<void(LabWebPlace)> found) {
  trilane_js_find_lab_web(new Found(std::move(found)));
}

}  // namespace trilane

void trilane_lab_web_found(void* asked, char* base_url, char* because_en, char* because_ru, unsigned max_connections) {
  const std::unique_ptr<trilane::Found> found(static_cast<trilane::Found*>(asked));
  trilane::LabWebPlace place{
      trilane::take(base_url), {trilane::take(because_en), trilane::take(because_ru)}, max_connections};
  if (!place.simulated_because.en.empty()) place.base_url = trilane::kSimulatedWeb;
  (*found)(std::move(place));
}
