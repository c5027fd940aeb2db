// The ticker of both builds: the browser's setInterval on the engine's own thread. Blocking work runs elsewhere where
// threads exist (host_threads.cpp); where they do not, nothing ticks while it runs (Capabilities::ticks_while_blocked).
#include "platform/host.hpp"

#include <emscripten.h>

#include <utility>

extern "C" {
EMSCRIPTEN_KEEPALIVE void trilane_tick(void* ticker);
// host.lib.js
int trilane_js_set_interval(void* ticker, int interval_ms);
void trilane_js_clear_interval(int id);
}

namespace trilane {
namespace {

class IntervalTicker final : public Ticker {
 public:
  IntervalTicker(int interval_ms, std::function<void()> tick)
      : tick_(std::move(tick)), id_(trilane_js_set_interval(this, interval_ms)) {}
  ~IntervalTicker() override { stop(); }
  IntervalTicker(const IntervalTicker&) = delete;
  IntervalTicker& operator=(const IntervalTicker&) = delete;

  Report stop() override {
    if (id_ != 0) trilane_js_clear_interval(std::exchange(id_, 0));
    return {};
  }
  void tick() { tick_(); }

 private:
  std::function<void()> tick_;
  int id_;
};

}  // namespace

std::unique_ptr<Ticker> start_ticker(int interval_ms, std::function<void()> tick) {
  return std::make_unique<IntervalTicker>(interval_ms, std::move(tick));
}

}  // namespace trilane

void trilane_tick(void* ticker) { static_cast<trilane::IntervalTicker*>(ticker)->tick(); }
