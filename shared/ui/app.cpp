// The App: frames, and when the next one is wanted.
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <utility>

#include "platform/clock.hpp"
#include "ui/app_impl.hpp"
#include "ui/gl/fill.hpp"

namespace trilane::ui {
namespace {

constexpr double kBusyFrame = 1.0 / 40;  // while measuring: smooth, and cheap beside the measured work
// Where the processor draws, a frame takes it 20 to 100 ms, from the cores whose work is being measured. An
// experiment's verdict needs them for itself: it pauses now and then to be drawn; a run that is longer is drawn now and
// then too.
constexpr double kSoftwareBusyFrame = 1;
constexpr double kSoftwareLabFrame = 3;
constexpr double kSoftwarePauseMs = 180;
constexpr double kAnimationFrame = 1.0 / 60;
constexpr double kToastSeconds = 2.5;
constexpr double kTipFrame = 0.1;  // tooltips come after a short rest of the pointer

Layout layout_for(float width) {
  return width >= metric::kWide ? Layout::wide : width >= metric::kNarrow ? Layout::medium : Layout::narrow;
}

void rebuild_fonts(Ui& ui) {
  ui.look.fonts = load_fonts(ui.scale);
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
  ui.redraw = true;
}

}  // namespace

Ui::Ui(coro::Scheduler& the_scheduler, HostServices host_services)
    : scheduler(the_scheduler),
      services(std::move(host_services)),
      session(the_scheduler, {.changed =
                                  [this] {
                                    redraw = true;
                                    if (services.request_frame) services.request_frame();
                                  },
                              .emit = services.emit,
                              .save = services.save_settings}) {
  ViewSettings view;
  view.dark = services.prefers_dark;
  view.lang = services.preferred_language.starts_with("ru") ? Lang::ru : Lang::en;
  std::string saved;
  if (services.load_settings) saved = services.load_settings();
  session.start_with(view, saved);
}

void Ui::begin_race() {
  if (race_shown != session.race_number()) {
    race_shown = session.race_number();
    timeline = {};
    if (!next_view.is_null()) static_cast<void>(apply_view(next_view, timeline));
  }
  // An experiment that is opened is no race yet: the link's view is for what it will run.
  if (!session.own_runs().empty()) next_view = nullptr;
}

void Ui::forget_gpu() {
  picture.forget();
  span_renderer.forget();
  map_renderer.forget();
  plot_lines.forget();
}

void Ui::say(std::string text) {
  toast = std::move(text);
  toast_until = static_cast<double>(now_ns()) / 1e9 + kToastSeconds;
  if (services.emit) services.emit({{"event", "said"}, {"text", toast}});
}

void Ui::run() {
  if (session.lab().open() != nullptr) return run_experiment(*this);
  if (const auto jobs = session.race(); !jobs && !session.busy()) say(words()(T::no_models));
}

void Ui::sweep() {
  if (const auto jobs = session.sweep(); !jobs && !session.busy()) {
    say(words()(T::no_models));
  } else if (layout == Layout::narrow) {
    tab = Tab::plots;
  }
}

void Ui::set_language(Lang lang) {
  ViewSettings view = session.view();
  view.lang = lang;
  session.set_view(view);
}

void Ui::set_dark(bool dark) {
  ViewSettings view = session.view();
  view.dark = dark;
  session.set_view(view);
}

void Ui::copy(const std::string& text) {
  if (services.copy_text && !services.copy_text(text)) return;
  if (!services.copy_text) ImGui::SetClipboardText(text.c_str());
  say(words()(T::copied));
}

void Ui::save(const std::string& name, const std::string& mime, const std::string& data) {
  if (!services.save_file) return;
  const auto bytes = as_byte_span(data);
  const auto saved = services.save_file(name, mime, Bytes(bytes.begin(), bytes.end()));
  if (saved) {
    say(words()(T::exported, {saved->empty() ? name : *saved}));
  } else {
    say(words()(T::not_exported, {saved.error().message}));
  }
}

App::App(coro::Scheduler& scheduler, HostServices services)
    : impl_(std::make_unique<Impl>(scheduler, std::move(services))) {}
App::~App() = default;

void App::start() { impl_->ui.session.start(); }

void App::attach_canvas(float scale) {
  impl_->ui.canvas = true;
  impl_->ui.scale = scale;
  ImGuiIO& io = ImGui::GetIO();
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  io.IniFilename = nullptr;
  rebuild_fonts(impl_->ui);
}

void App::set_renderer(const std::string& name) {
  std::string lower = name;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kSoftware[] = {"llvmpipe", "softpipe", "swiftshader", "software", "basic render"};
  impl_->ui.software_gl =
      std::ranges::any_of(kSoftware, [&](std::string_view one) { return lower.find(one) != std::string::npos; });
  impl_->ui.session.set_lab_pause_ms(impl_->ui.software_gl ? kSoftwarePauseMs : 0);
}

void App::canvas_lost() { impl_->ui.forget_gpu(); }

void App::canvas_restored() {
  // The host has made ImGui's backend anew, which uploads the atlas by itself; the rest is made when it is drawn.
  impl_->ui.forget_gpu();
  impl_->ui.redraw = true;
}

void App::set_scale(float scale) {
  Ui& ui = impl_->ui;
  if (std::fabs(scale - ui.scale) < 0.01F) return;
  ui.scale = scale;
  if (ui.canvas) rebuild_fonts(ui);
}

void App::pinch(float x, float y, float factor) {
  auto& pinch = impl_->ui.look.pinch;
  pinch = Pinch{{x, y}, factor * (pinch ? pinch->factor : 1)};
  impl_->ui.redraw = true;
}

bool App::wants_escape() const {
  const Ui& ui = impl_->ui;
  if (ui.help_open || ui.timeline.dismissible() || ui.session.busy()) return true;
  if (ImGui::GetCurrentContext() == nullptr) return false;
  return ImGui::GetIO().WantTextInput ||
         ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
}

bool App::dark() const { return impl_->ui.session.view().dark; }

double App::next_frame_in() const {
  const Ui& ui = impl_->ui;
  // Held threads are no work that drawing could disturb.
  const bool busy = ui.session.busy() && ui.session.asked().is_null();
  if (ui.settle > 0) return busy ? kBusyFrame : 0;  // answers to input are never slow
  if (busy && ui.software_gl) {
    if (!ui.session.in_lab()) return kSoftwareBusyFrame;
    return ui.session.lab_pausing() ? 0 : kSoftwareLabFrame;
  }
  if (ui.redraw) return busy ? kBusyFrame : 0;
  if (ui.look.animating) return kAnimationFrame;
  if (busy) return kBusyFrame;
  if (ui.reporting) return kTipFrame;
  const double now = static_cast<double>(now_ns()) / 1e9;
  if (const double step = ui.lab.viewer.player.due_s(); std::isfinite(step)) return std::max(step - now, 0.0);
  if (!ui.toast.empty() && ui.toast_until > now) return ui.toast_until - now;
  if (ui.canvas && !ui.still && ImGui::GetIO().WantTextInput) return 0.4;  // the text cursor blinks
  if (ui.canvas && ImGui::GetCurrentContext() != nullptr && ImGui::IsAnyItemHovered() && now - ui.last_input_s < 1)
    return kTipFrame;
  return std::numeric_limits<double>::infinity();
}

void App::frame() {
  Ui& ui = impl_->ui;
  ui.now_s = static_cast<double>(now_ns()) / 1e9;
  if (had_input()) {
    ui.settle = 3;
    ui.last_input_s = ui.now_s;
  } else if (ui.settle > 0) {
    --ui.settle;
  }
  ui.redraw = false;
  ui.session.lab_drawn();
  ui.look.animating = false;
  ImGui::GetIO().ConfigInputTextCursorBlink = !ui.still;
  ui.look.words = Words(ui.session.view().lang);
  ui.look.colors = &palette(ui.session.view().dark);
  ui.look.plot_lines = &ui.plot_lines;
  ui.look.fill = gl::fill_clip_rect;
  apply_style(ui.session.view().dark);
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ui.layout = layout_for(size.x);
  follow_open_experiment(ui);
  ui.look.touch = ui.layout == Layout::narrow;
  viewer_frame(ui);
  keys(ui);
  ui.begin_race();

  const Rect screen{0, 0, size.x, size.y};
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(size);
  // The host has cleared the screen with the page's colour: filling it once more would cost as much as all panels do.
  ImGui::Begin("trilane", nullptr,
               ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoScrollWithMouse);
  if (size.x >= 120 && size.y >= 160) {
    const float top = ui.look.touch ? 56.0F : metric::kTopBar;
    const Rect body{0, top, size.x, size.y - top - metric::kStatusBar};
    lay_out(ui, body);
    top_bar(ui, {0, 0, size.x, top});
    status_bar(ui, {0, size.y - metric::kStatusBar, size.x, metric::kStatusBar});
  }
  ImGui::End();
  if (ui.help_open) help_overlay(ui, screen);
  toast(ui, screen);
  ui.look.pinch.reset();
}

}  // namespace trilane::ui
