// The page's front end: owns the App, and is called by main.js, canvas.js and api.js through the functions at the end.
// Works without a canvas: the DOM mirror and the JS API use the App's JSON door only.
#include <emscripten.h>
#include <emscripten/eventloop.h>

#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "coro/scheduler.hpp"
#include "front_canvas.hpp"
#include "models/run_config.hpp"
#include "platform/event_loop.hpp"
#include "ui/app.hpp"
#include "workloads/workload.hpp"

// front.lib.js. The texts that are returned are the caller's to free.
extern "C" {
void trilane_js_emit(const char* json);
void trilane_js_request_frame();
void trilane_js_save_settings(const char* json);
char* trilane_js_load_settings();
void trilane_js_open_url(const char* url);
void trilane_js_copy(const char* text);
void trilane_js_copy_picture(const void* png, int size);
char* trilane_js_today();
void trilane_js_save_file(const char* name, const char* mime, const void* data, int size);
}

namespace trilane::web {
namespace {

using nlohmann::json;

std::string dump(const json& document) { return document.dump(-1, ' ', false, json::error_handler_t::replace); }

ui::HostServices services(const json& options) {
  ui::HostServices all;
  all.save_settings = [](const std::string& text) { trilane_js_save_settings(text.c_str()); };
  all.load_settings = [] {
    char* text = trilane_js_load_settings();
    std::string result(text);
    std::free(text);
    return result;
  };
  // The browser answers later, by {"do":"copied"}.
  all.copy_text = [](const std::string& text) {
    trilane_js_copy(text.c_str());
    return false;
  };
  all.save_file = [](const std::string& name, const std::string& mime, const Bytes& data) {
    trilane_js_save_file(name.c_str(), mime.c_str(), data.data(), static_cast<int>(data.size()));
    return Result<std::string>("");  // the browser asks for the place, and tells by itself when that fails
  };
  if (options.value("copies_pictures", false)) {
    all.copy_picture = [](const Bytes& png) {
      trilane_js_copy_picture(png.data(), static_cast<int>(png.size()));
      return false;
    };
  }
  all.today = [] {
    char* text = trilane_js_today();
    std::string result(text);
    std::free(text);
    return result;
  };
  all.open_url = [](const std::string& url) { trilane_js_open_url(url.c_str()); };
  all.request_frame = [] { trilane_js_request_frame(); };
  all.emit = [](const json& event) { trilane_js_emit(dump(event).c_str()); };
  all.isolation_reason = options.value("isolation_reason", "");
  all.page_url = options.value("page_url", "");
  all.is_page = true;
  all.prefers_dark = options.value("prefers_dark", true);
  all.preferred_language = options.value("language", "en");
  return all;
}

struct Front {
  explicit Front(const json& options) : app(scheduler, services(options)) {}

  std::unique_ptr<EventLoop> loop = EventLoop::create();
  coro::Scheduler scheduler{*loop};
  ui::App app;
  std::unique_ptr<Canvas> canvas;
};

Front* front = nullptr;  // lives as long as the page

/// What the DOM mirror makes its inputs from: names and limits, each from the one table that has them.
json catalog() {
  json all = {{"workloads", json::array()}, {"models", json::array()}, {"fields", json::array()}};
  for (const WorkloadInfo* info : workload_catalog()) {
    all["workloads"].push_back({{"name", info->name},
                                {"size_unit", info->size_unit},
                                {"max_size", info->max_size},
                                {"fetches", info->fetches}});
  }
  all["models"] = kModelNames;
  for (const ConfigField& field : config_fields()) {
    all["fields"].push_back({{"name", field.name}, {"min", field.min}, {"max", field.max}, {"integer", field.integer}});
  }
  all["counter_modes"] = kCounterModeNames;
  return all;
}

char* new_text(const std::string& text) { return strdup(text.c_str()); }

}  // namespace
}  // namespace trilane::web

// Texts that are returned are the caller's to free.
extern "C" {

/// `options`: {"isolation_reason", "page_url", "prefers_dark", "language", "copies_pictures"}.
EMSCRIPTEN_KEEPALIVE void trilane_front_create(const char* options) {
  TRILANE_CHECK(trilane::web::front == nullptr);
  emscripten_runtime_keepalive_push();  // without a main(), the first callback's end would be the program's
  trilane::web::front = new trilane::web::Front(nlohmann::json::parse(options, nullptr, false));
}

/// Starts the engine.
EMSCRIPTEN_KEEPALIVE void trilane_front_start() { trilane::web::front->app.start(); }

/// App::command() as text.
EMSCRIPTEN_KEEPALIVE char* trilane_front_command(const char* request) {
  using trilane::web::dump;
  const auto parsed = nlohmann::json::parse(request, nullptr, false);
  if (parsed.is_discarded()) {
    return trilane::web::new_text(R"({"error":{"message":"the request is not JSON","field":""}})");
  }
  return trilane::web::new_text(dump(trilane::web::front->app.command(parsed)));
}

EMSCRIPTEN_KEEPALIVE char* trilane_front_catalog() {
  return trilane::web::new_text(trilane::web::dump(trilane::web::catalog()));
}

/// Takes the element #canvas. Returns why there is none to draw on, or an empty text.
EMSCRIPTEN_KEEPALIVE char* trilane_front_attach(int width, int height, int pixel_width, int pixel_height) {
  auto& front = *trilane::web::front;
  auto canvas = trilane::web::Canvas::open();
  if (!canvas) return trilane::web::new_text(canvas.error().message);
  front.canvas = std::move(*canvas);
  front.canvas->resize(width, height, pixel_width, pixel_height);
  front.app.attach_canvas(static_cast<float>(pixel_width) / static_cast<float>(width));
  return trilane::web::new_text("");
}

EMSCRIPTEN_KEEPALIVE void trilane_front_resize(int width, int height, int pixel_width, int pixel_height) {
  auto& front = *trilane::web::front;
  front.canvas->resize(width, height, pixel_width, pixel_height);
  front.app.set_scale(static_cast<float>(pixel_width) / static_cast<float>(width));
}

/// Draws one frame. Returns the seconds until the next is wanted: 0 now, infinity when something has to happen first.
EMSCRIPTEN_KEEPALIVE double trilane_front_frame() {
  auto& front = *trilane::web::front;
  const trilane::web::Pinch pinch = front.canvas->begin_frame();
  if (pinch.factor != 1) front.app.pinch(pinch.x, pinch.y, pinch.factor);
  front.app.frame();
  front.canvas->end_frame();
  return front.app.next_frame_in();
}

/// The same, asked between frames: counted from the last one.
EMSCRIPTEN_KEEPALIVE double trilane_front_next_frame() { return trilane::web::front->app.next_frame_in(); }

/// Does Esc mean something inside the canvas now? Otherwise it leaves the canvas.
EMSCRIPTEN_KEEPALIVE int trilane_front_wants_escape() { return trilane::web::front->app.wants_escape() ? 1 : 0; }

EMSCRIPTEN_KEEPALIVE int trilane_front_dark() { return trilane::web::front->app.dark() ? 1 : 0; }

EMSCRIPTEN_KEEPALIVE void trilane_front_canvas_lost() {
  auto& front = *trilane::web::front;
  front.app.canvas_lost();
  front.canvas->lost();
}

EMSCRIPTEN_KEEPALIVE void trilane_front_canvas_restored() {
  auto& front = *trilane::web::front;
  front.canvas->restored();
  front.app.canvas_restored();
}

}  // extern "C"
