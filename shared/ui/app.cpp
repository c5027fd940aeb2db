// The App: frames, layout at three widths, keys, and when the next frame is wanted.
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <utility>

#include "platform/clock.hpp"
#include "ui/app_impl.hpp"

namespace trilane::ui {
namespace {

constexpr double kBusyFrame = 1.0 / 40;  // while measuring: smooth, and cheap beside the measured work
// Where the processor draws, a frame takes it 20 to 100 ms, from the cores whose work is being measured.
constexpr double kSoftwareBusyFrame = 1.0 / 2;
constexpr double kAnimationFrame = 1.0 / 60;
constexpr double kToastSeconds = 2.5;
constexpr double kTipFrame = 0.1;  // tooltips come after a short rest of the pointer

Layout layout_for(float width) {
  return width >= metric::kWide ? Layout::wide : width >= metric::kNarrow ? Layout::medium : Layout::narrow;
}

void plot_cards(Ui& ui, const Rect& rect) {
  const float gap = metric::kGap;
  const float each = std::floor((rect.w - 2 * gap) / 3);
  plot_card(ui, {rect.x, rect.y, each, rect.h}, PlotGroup::time);
  plot_card(ui, {rect.x + each + gap, rect.y, each, rect.h}, PlotGroup::summary);
  plot_card(ui, {rect.x + 2 * (each + gap), rect.y, rect.w - 2 * (each + gap), rect.h}, PlotGroup::sweep);
}

/// The race, with the picture or the counter beside it when there is one.
void race_area(Ui& ui, const Rect& rect) {
  if (has_viewer(ui)) return viewer_card(ui, rect);
  const bool side = has_picture(ui) || has_counter(ui);
  if (!side || rect.w < 520) {
    race_panel(ui, rect);
    return;
  }
  const float width = std::clamp(rect.w * 0.3F, 210.0F, 300.0F);
  race_panel(ui, {rect.x, rect.y, rect.w - width - metric::kGap, rect.h});
  const Rect beside{rect.right() - width, rect.y, width, rect.h};
  if (has_counter(ui)) {
    counter_card(ui, beside);
  } else {
    picture_card(ui, beside);
  }
}

void lower_cards(Ui& ui, const Rect& rect) {
  if (has_figures(ui)) {
    figure_cards(ui, rect, false);
  } else {
    plot_cards(ui, rect);
  }
}

/// An experiment that has run nothing, or nothing as a race.
bool race_alone(const Ui& ui) { return ui.session.in_lab() && !has_figures(ui) && ui.session.own_runs().empty(); }

void centre(Ui& ui, const Rect& rect) {
  const Rect inside = rect.inset(metric::kGap);
  const bool wide = ui.layout == Layout::wide;
  // What has steps to show and no figures has all of it; an experiment has no plots but its own.
  const bool bare = !has_figures(ui) && (has_viewer(ui) || race_alone(ui));
  if (wide && bare) return race_area(ui, inside);
  const float plots = std::clamp(std::round(inside.h * (wide ? 0.31F : 0.38F)), 150.0F, 290.0F);
  race_area(ui, {inside.x, inside.y, inside.w, inside.h - plots - metric::kGap});
  const Rect below{inside.x, inside.bottom() - plots, inside.w, plots};
  if (wide) {
    lower_cards(ui, below);
    return;
  }
  // Medium: plots, or the explanation in their place.
  const float head = bare ? 0.0F : 36.0F;
  if (!bare) {
    const char* tabs[] = {ui.words()(T::tab_plots), ui.words()(T::tab_why)};
    ImGui::SetCursorScreenPos({below.x, below.y});
    ui.show_why = segmented(ui.look, "below", tabs, ui.show_why ? 1 : 0) == 1;
  }
  const Rect rest{below.x, below.y + head, below.w, below.h - head};
  if (ui.show_why || bare) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    card(ui.look, list, rest, "", "");
    begin_scroll(ui.look, "why", rest.inset(1), {16, 12});
    why_content(ui, ImGui::GetContentRegionAvail().x);
    end_scroll();
  } else {
    lower_cards(ui, rest);
  }
}

void columns(Ui& ui, const Rect& rect) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImU32 border = ui.colors().border;
  const float left = ui.layout == Layout::wide ? metric::kLeft : metric::kLeft - 16;
  const float right = ui.layout == Layout::wide ? metric::kRight : 0;
  left_panel(ui, {rect.x, rect.y, left, rect.h});
  list.AddLine({rect.x + left + 0.5F, rect.y}, {rect.x + left + 0.5F, rect.bottom()}, border);
  if (right > 0) {
    why_panel(ui, {rect.right() - right, rect.y, right, rect.h});
    list.AddLine({rect.right() - right - 0.5F, rect.y}, {rect.right() - right - 0.5F, rect.bottom()}, border);
  }
  centre(ui, {rect.x + left, rect.y, rect.w - left - right, rect.h});
}

void tab_bar(Ui& ui, const Rect& rect) {
  const Palette& c = ui.colors();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(rect.min(), rect.max(), c.panel);
  list.AddLine(rect.min(), {rect.right(), rect.y}, c.border);
  constexpr T kNames[] = {T::tab_lab, T::tab_race, T::tab_plots, T::tab_why, T::tab_setup};
  constexpr int kTabs = static_cast<int>(std::size(kNames));
  const float each = rect.w / kTabs;
  for (int i = 0; i < kTabs; ++i) {
    const float x = rect.x + each * static_cast<float>(i);
    ImGui::SetCursorScreenPos({x, rect.y});
    ImGui::PushID(i);
    if (ImGui::InvisibleButton("tab", {each, rect.h})) ui.tab = static_cast<Tab>(i);
    focus_ring(ui.look, 2);
    ImGui::PopID();
    const bool on = static_cast<int>(ui.tab) == i;
    if (on) list.AddRectFilled({x + 12, rect.y}, {x + each - 12, rect.y + 3}, c.accent, 1.5F);
    const bool steps = static_cast<Tab>(i) == Tab::race && has_viewer(ui);
    const char* name = ui.words()(steps ? T::tab_viewer : kNames[i]);
    ImFont* font = on ? ui.look.fonts.bold : ui.look.fonts.body;
    const ImVec2 size = text_size(font, name);
    draw_text(list, font, {x + (each - size.x) / 2, rect.y + (rect.h - size.y) / 2}, on ? c.text : c.muted, name);
  }
}

/// Cards one under another in a page that scrolls; drawn at the cursor with the given height.
template <class Draw>
void stacked(float width, float height, Draw draw) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw(Rect{at.x, at.y, width, height});
  ImGui::SetCursorScreenPos({at.x, at.y + height});
  ImGui::Dummy({width, metric::kGap});
}

void tabs(Ui& ui, const Rect& rect) {
  constexpr float kTabs = 48;
  const Rect page{rect.x, rect.y, rect.w, rect.h - kTabs};
  if (ui.tab == Tab::setup) {
    settings_panel(ui, page);
  } else {
    constexpr const char* kIds[] = {"lab_page", "race_page", "plots_page", "why_page"};
    begin_scroll(ui.look, kIds[static_cast<int>(ui.tab)], page, {10, 10});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const float width = ImGui::GetContentRegionAvail().x;
    if (ui.tab == Tab::lab) {
      ImGui::Indent(4);
      lab_list(ui, width - 8);
      ImGui::Unindent(4);
    } else if (ui.tab == Tab::race && has_viewer(ui)) {
      stacked(width, std::max(viewer_height(ui), page.h - 20), [&](const Rect& r) { viewer_card(ui, r); });
    } else if (ui.tab == Tab::race) {
      const bool more = has_picture(ui) || has_counter(ui);
      const float room = page.h - 20;
      const float below = race_alone(ui) ? 0 : 210 + metric::kGap;
      stacked(width, more ? std::max(room * 0.62F, 300.0F) : std::max(room - below, 320.0F),
              [&](const Rect& r) { race_panel(ui, r); });
      if (has_picture(ui)) stacked(width, 330, [&](const Rect& r) { picture_card(ui, r); });
      if (has_counter(ui))
        stacked(width, 60 + 54 * static_cast<float>(ui.session.own_runs().size()),
                [&](const Rect& r) { counter_card(ui, r); });
      if (!race_alone(ui)) stacked(width, 200, [&](const Rect& r) { plot_card(ui, r, PlotGroup::time); });
    } else if (ui.tab == Tab::plots) {
      if (has_figures(ui)) stacked(width, figures_height(ui), [&](const Rect& r) { figure_cards(ui, r, true); });
      for (const PlotGroup group : {PlotGroup::time, PlotGroup::summary, PlotGroup::sweep})
        stacked(width, 250, [&](const Rect& r) { plot_card(ui, r, group); });
    } else {
      ImGui::Indent(6);
      why_content(ui, width - 12);
      ImGui::Unindent(6);
    }
    ImGui::PopStyleVar();
    end_scroll();
  }
  tab_bar(ui, {rect.x, rect.bottom() - kTabs, rect.w, kTabs});
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

bool App::dark() const { return impl_->ui.session.view().dark; }

double App::next_frame_in() const {
  const Ui& ui = impl_->ui;
  // Held threads are no work that drawing could disturb.
  const bool busy = ui.session.busy() && ui.session.asked().is_null();
  if (ui.settle > 0) return busy ? kBusyFrame : 0;  // answers to input are never slow
  if (busy && ui.software_gl) return kSoftwareBusyFrame;
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
  ui.look.animating = false;
  ImGui::GetIO().ConfigInputTextCursorBlink = !ui.still;
  ui.look.words = Words(ui.session.view().lang);
  ui.look.colors = &palette(ui.session.view().dark);
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
  ImGui::Begin("trilane", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse);
  if (size.x >= 120 && size.y >= 160) {
    const float top = ui.look.touch ? 56.0F : metric::kTopBar;
    const Rect body{0, top, size.x, size.y - top - metric::kStatusBar};
    if (ui.layout == Layout::narrow) {
      tabs(ui, body);
    } else {
      columns(ui, body);
    }
    top_bar(ui, {0, 0, size.x, top});
    status_bar(ui, {0, size.y - metric::kStatusBar, size.x, metric::kStatusBar});
  }
  ImGui::End();
  if (ui.help_open) help_overlay(ui, screen);
  toast(ui, screen);
  ui.look.pinch.reset();
}

}  // namespace trilane::ui
