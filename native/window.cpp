#include "window.hpp"

#include <SDL.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "coro/scheduler.hpp"
#include "end_signals.hpp"
#include "lab_report.hpp"
#include "loop_watcher.hpp"
#include "platform/clock.hpp"
#include "text_file.hpp"
#include "ui/app.hpp"
#include "ui/import_result.hpp"
#include "window_canvas.hpp"
#include "window_services.hpp"

namespace trilane::native {
namespace {

using nlohmann::json;

constexpr double kLeastFrameS = 1.0 / 120;       // input comes faster than anyone can see
constexpr std::int64_t kAtRestNs = 400'000'000;  // a picture is taken after so long without change
constexpr std::int64_t kScreenshotDeadlineNs = 180'000'000'000;

std::string dump(const json& document) { return document.dump(-1, ' ', false, json::error_handler_t::replace); }

void print_line(const json& document) {
  std::printf("%s\n", dump(document).c_str());
  std::fflush(stdout);
}

double seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

class Window {
 public:
  explicit Window(const WindowOptions& options) : options_(options), scheduler_(loop_) { signals_.watch(loop_); }
  ~Window() {
    app_.reset();  // while there is still a context to free its textures in
    watcher_.reset();
    canvas_.reset();
    signals_.unwatch();
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  int run() {
    auto canvas = WindowCanvas::open(first_place(), options_.scale, takes_picture());
    if (!canvas) {
      std::fprintf(stderr, "trilane: %s\n", canvas.error().message.c_str());
      return 1;
    }
    canvas_ = std::move(*canvas);
    wake_event_ = SDL_RegisterEvents(1);
    watcher_ = std::make_unique<LoopWatcher>(loop_, [type = wake_event_] {
      SDL_Event event{};
      event.type = type;
      SDL_PushEvent(&event);
    });
    app_ = std::make_unique<ui::App>(scheduler_, services());
    app_->attach_canvas(canvas_->scale());
    app_->set_renderer(canvas_->renderer());
    apply_options();
    app_->start();
    // A first visit sees something move.
    if (!takes_picture() && options_.commands.empty() && options_.files.empty() && settings_.load().empty())
      app_->command({{"do", "demo"}});
    // What is to be told of the files, or seen in the picture, comes behind them.
    const bool at_once = takes_picture() || !options_.commands.empty();
    for (const std::string& file : options_.files) at_once ? open_file(file) : open_soon(file);
    for (const std::string& command : options_.commands) {
      json request = json::parse(command, nullptr, false);
      const bool later = request.is_object() && request.value("at_rest", json()) == true;
      if (later) {
        at_rest_.push_back(std::move(request));
      } else {
        print_line(app_->command(request));
      }
    }
    while (!over_) turn();
    settings_.flush();
    place_.flush();
    return code_;
  }

 private:
  bool takes_picture() const { return !options_.screenshot.empty(); }

  WindowCanvas::Place first_place() const {
    WindowCanvas::Place place;
    if (!takes_picture()) {
      const json saved = json::parse(place_.load(), nullptr, false);
      const auto read = [&saved](const char* name, int least, int& to) {
        const auto found = saved.is_object() ? saved.find(name) : saved.end();
        if (found != saved.end() && found->is_number_integer()) to = std::clamp(found->get<int>(), least, 8192);
      };
      read("width", WindowCanvas::kMinWidth, place.width);
      read("height", WindowCanvas::kMinHeight, place.height);
      if (saved.is_object() && saved.contains("maximized")) place.maximized = saved["maximized"] == true;
    }
    if (options_.width > 0) place = {options_.width, options_.height, false};
    return place;
  }

  ui::HostServices services() {
    ui::HostServices all;
    if (!takes_picture()) {
      all.save_settings = [this](const std::string& text) { settings_.save(text); };
      all.load_settings = [this] { return settings_.load(); };
    }
    all.copy_text = [this](const std::string& text) {
      if (SDL_SetClipboardText(text.c_str()) == 0) return true;
      app_->command({{"do", "copied"}, {"error", std::string(SDL_GetError()) + "."}});
      return false;
    };
    all.save_file = [](const std::string& name, const std::string&, const Bytes& data) {
      auto saved = save_download(name, data);
      if (saved) std::fprintf(stderr, "trilane: saved %s\n", saved->c_str());
      return saved;
    };
    all.save_folder = [](const std::string& name, std::span<const NamedFile> files) {
      auto saved = save_download_folder(name, files);
      if (saved) std::fprintf(stderr, "trilane: saved %s\n", saved->c_str());
      return saved;
    };
    all.today = today;
    all.open_url = [this](const std::string& url) { open_in_browser(loop_, url); };
    all.request_frame = [this] { frame_requested_ = true; };
    if (!options_.commands.empty()) {
      all.emit = [](const json& event) {
        const std::string kind = event.value("event", "");
        if (kind != "state" && kind != "progress" && kind != "said") print_line(event);
      };
    }
    all.prefers_dark = options_.theme != "light";
    all.preferred_language = options_.language.empty() ? preferred_language() : options_.language;
    return all;
  }

  void apply_options() {
    json settings = json::object();
    if (!options_.theme.empty()) settings["theme"] = options_.theme;
    if (!options_.language.empty()) settings["lang"] = options_.language;
    if (!settings.empty()) app_->command({{"do", "set"}, {"settings", settings}});
  }

  void turn() {
    const bool all_done = watcher_->turn();
    if (signals_.ended()) {
      over_ = true;
      return;
    }
    if (take_events(all_done ? wait_ms() : 0)) frame_requested_ = true;
    // Not for nobody: what was asked for while the window is hidden is drawn when it is seen.
    const bool due = since_frame_s() >= next_frame_in();
    if (canvas_->visible() && due) draw();
    if (!to_open_.empty() && due) {
      const std::string path = std::move(to_open_.front());
      to_open_.pop_front();
      open_file(path);
    }
    if (settings_.is_due(now_ns())) settings_.flush();
    if (place_.is_due(now_ns())) place_.flush();
    if (takes_picture()) take_picture_at_rest();
  }

  double since_frame_s() const { return seconds(now_ns() - drawn_ns_); }
  double next_frame_in() const {
    return frame_requested_ ? kLeastFrameS : std::max(app_->next_frame_in(), kLeastFrameS);
  }

  /// How long nothing happens unless somebody wakes us, in ms; -1: for ever.
  int wait_ms() {
    double wait = HUGE_VAL;
    const auto at_most = [&wait](double other) { wait = std::min(wait, std::max(other, 0.0)); };
    if (canvas_->visible() || !to_open_.empty()) at_most(next_frame_in() - since_frame_s());
    if (loop_.has_work()) at_most(0);
    if (settings_.is_dirty() || place_.is_dirty() || takes_picture()) at_most(0.1);
    return std::isinf(wait) ? -1 : static_cast<int>(std::ceil(wait * 1e3));
  }

  /// Waits for the first event, takes all that are there. True when one of them can change what is seen.
  bool take_events(int timeout_ms) {
    if (timeout_ms != 0) watcher_->rearm();
    SDL_Event event;
    int there = timeout_ms == 0  ? SDL_PollEvent(&event)
                : timeout_ms < 0 ? SDL_WaitEvent(&event)
                                 : SDL_WaitEventTimeout(&event, timeout_ms);
    bool input = false;
    for (; there != 0; there = SDL_PollEvent(&event)) {
      if (event.type == wake_event_) continue;
      if (event.type == SDL_QUIT) over_ = true;
      if (event.type == SDL_DROPFILE) {
        open_soon(event.drop.file);
        SDL_free(event.drop.file);
      }
      if (event.type == SDL_WINDOWEVENT) on_window_event(event.window.event);
      if (event.type == SDL_MULTIGESTURE && event.mgesture.numFingers == 2) pinch(event.mgesture);
      canvas_->process(event);
      input = true;
    }
    return input;
  }

  static std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  /// Opens it behind the next frame, which says so: a large one takes a while.
  void open_soon(const std::string& path) {
    app_->command({{"do", "import"}, {"name", name_of(path)}, {"reading", true}});
    to_open_.push_back(path);
    frame_requested_ = true;
  }

  /// What is wrong with it is shown in the window, and printed for who started it with the file.
  void open_file(const std::string& path) {
    json request = {{"do", "import"}, {"name", name_of(path)}};
    if (auto text = read_whole_file(path, ui::kMostImportBytes)) {
      request["text"] = std::move(*text);
    } else {
      request["problem"] = text.error().message;
    }
    const json answer = app_->command(request);
    if (answer.contains("error"))
      std::fprintf(stderr, "trilane: %s: %s\n", path.c_str(), answer["error"].value("message", "").c_str());
    frame_requested_ = true;
  }

  void on_window_event(std::uint8_t event) {
    if (event == SDL_WINDOWEVENT_SIZE_CHANGED || event == SDL_WINDOWEVENT_DISPLAY_CHANGED) {
      if (canvas_->update_scale()) app_->set_scale(canvas_->scale());
    }
    const bool moved = event == SDL_WINDOWEVENT_SIZE_CHANGED || event == SDL_WINDOWEVENT_MAXIMIZED ||
                       event == SDL_WINDOWEVENT_RESTORED;
    if (!moved || takes_picture()) return;
    WindowCanvas::Place place = canvas_->place();
    if (place.maximized) {  // keep the size to come back to
      const WindowCanvas::Place before = first_place();
      place = {before.width, before.height, true};
    }
    place_.save(dump({{"width", place.width}, {"height", place.height}, {"maximized", place.maximized}}));
  }

  /// SDL tells places and distances as fractions of the window.
  void pinch(const SDL_MultiGestureEvent& gesture) {
    const SDL_Finger* one = SDL_GetTouchFinger(gesture.touchId, 0);
    const SDL_Finger* other = SDL_GetTouchFinger(gesture.touchId, 1);
    if (one == nullptr || other == nullptr) return;
    const float apart = std::hypot(one->x - other->x, one->y - other->y);
    const float before = apart - gesture.dDist;
    if (apart < 0.01F || before < 0.01F) return;  // on one spot: the ratio means nothing
    const WindowCanvas::Place size = canvas_->place();
    app_->pinch(gesture.x * static_cast<float>(size.width), gesture.y * static_cast<float>(size.height),
                apart / before);
  }

  void draw() {
    frame_requested_ = false;
    drawn_ns_ = now_ns();
    canvas_->frame([this] { app_->frame(); });
  }

  bool at_rest() {
    if (frame_requested_ || !std::isinf(app_->next_frame_in())) return false;
    const json state = app_->command({{"do", "state"}});
    return !state.value("busy", false) && state["engine"].value("state", "") != "starting";
  }

  void take_picture_at_rest() {
    const std::int64_t now = now_ns();
    const bool late = now - begin_ns_ > kScreenshotDeadlineNs;
    if (!late && (now - drawn_ns_ < kAtRestNs || !at_rest())) return;
    if (!late && !at_rest_.empty()) {
      print_line(app_->command(at_rest_.front()));
      at_rest_.pop_front();
      frame_requested_ = true;
      return;
    }
    over_ = true;
    const std::string png = canvas_->frame_as_png([this] { app_->frame(); });
    if (late) std::fputs("trilane: the window did not come to rest; the picture shows it as it is\n", stderr);
    code_ = late ? 1 : 0;
    if (Status written = write_file_atomically(options_.screenshot, png); !written) {
      std::fprintf(stderr, "trilane: %s\n", written.error().message.c_str());
      code_ = 1;
    }
  }

  const WindowOptions& options_;
  EndSignals signals_;  // these two before the loop, and what stands on it after
  RememberedFile settings_{"settings.json"}, place_{"window.json"};
  UvEventLoop loop_;
  coro::Scheduler scheduler_;
  std::unique_ptr<WindowCanvas> canvas_;
  std::unique_ptr<LoopWatcher> watcher_;
  std::unique_ptr<ui::App> app_;
  std::deque<json> at_rest_;         // commands for when nothing is left to do
  std::deque<std::string> to_open_;  // files, by their paths
  std::uint32_t wake_event_ = 0;
  bool over_ = false;
  bool frame_requested_ = true;
  int code_ = 0;
  const std::int64_t begin_ns_ = now_ns();
  std::int64_t drawn_ns_ = 0;
};

}  // namespace

int window_main(const WindowOptions& options) { return Window(options).run(); }

}  // namespace trilane::native
