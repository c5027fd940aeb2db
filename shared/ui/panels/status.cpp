// The status bar: mode and why, cores, clock, dropped spans, the engine's state; what the GIL is here.
#include <imgui.h>

#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

std::string mode_text(const Ui& ui) {
  const Words& w = ui.words();
  if (!ui.services.is_page) return w(T::status_native);
  std::string text = w(ui.session.host().threads ? T::status_isolated : T::status_not_isolated);
  const auto reason = find_text(ui.services.isolation_reason);
  if (reason) return text + " — " + w(*reason);
  if (!ui.services.isolation_reason.empty()) return text + " — " + ui.services.isolation_reason;
  return text;
}

std::string engine_text(const Ui& ui, ImU32& color) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  color = c.muted;
  switch (ui.session.engine_state()) {
    case EngineState::starting:
      color = c.warn;
      return ui.session.last_loss().empty() ? std::string(w(T::status_starting))
                                            : w(T::status_restarted, {ui.session.last_loss()});
    case EngineState::running: return w(T::status_running);
    case EngineState::stopping: return w(T::status_stopping);
    case EngineState::broken: color = c.bad; return w(T::status_broken, {ui.session.engine_reason()});
    case EngineState::ready: break;
  }
  if (ui.session.last_loss().empty()) return w(T::status_ready);
  color = c.warn;
  return w(T::status_restarted, {ui.session.last_loss()});
}

}  // namespace

void status_bar(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  const Host& host = ui.session.host();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  fill_area(ui.look, list, rect, c.panel);
  list.AddLine({rect.x, rect.y + 0.5F}, {rect.right(), rect.y + 0.5F}, c.border);
  ImFont* font = ui.look.fonts.small;
  const float y = rect.y + (rect.h - text_size(font, "0").y) / 2;
  float x = rect.x + 14;
  const float end = rect.right() - 14;
  const auto item = [&](const std::string& text, ImU32 color, const char* tip, float most) {
    if (end - x < 40) return;
    const float width = draw_text(list, font, {x, y}, color, text, std::min(most, end - x));
    if (tip != nullptr) {
      ImGui::SetCursorScreenPos({x, rect.y});
      ImGui::PushID(text.c_str());
      ImGui::InvisibleButton("tip", {std::max(width, 1.0F), rect.h});
      tooltip(ui.look, tip);
      ImGui::PopID();
    }
    x += width + 20;
  };
  const bool trouble = ui.session.engine_state() == EngineState::broken;
  const ImU32 dot = trouble ? c.bad : !host.known ? c.warn : ui.services.is_page && !host.threads ? c.warn : c.good;
  list.AddCircleFilled({x + 4, rect.y + rect.h / 2}, 4, dot, 16);
  x += 15;
  const std::string mode = mode_text(ui);
  item(mode, c.text, mode.c_str(), ui.layout == Layout::narrow ? rect.w * 0.55F : rect.w * 0.42F);
  if (host.known) {
    const std::string machine = host.cpu + (host.os.empty() ? "" : " · " + host.os);
    item(w.counted(host.cores, T::cores), c.muted, machine.c_str(), 200);
    if (ui.layout != Layout::narrow) {
      item(w(T::status_clock, {w.duration_ms(host.clock_resolution_ns / 1e6)}), c.muted, w(T::status_clock_tip), 200);
    }
  }
  if (const auto dropped = ui.session.dropped_spans(); dropped != 0 || ui.layout == Layout::wide) {
    item(w(T::status_dropped, {w.counted(dropped, T::spans)}), dropped != 0 ? c.warn : c.muted,
         w(T::status_dropped_tip), 240);
  }
  ImU32 engine_color = 0;
  const std::string engine = engine_text(ui, engine_color);
  if (ui.layout != Layout::narrow || engine_color != c.muted) item(engine, engine_color, engine.c_str(), rect.w * 0.3F);
  if (trouble) {
    ImGui::SetCursorScreenPos({x - 8, rect.y + 2});
    const ButtonSpec retry{.label = w(T::status_retry), .style = ButtonStyle::quiet, .size = {0, rect.h - 4}};
    if (button(ui.look, "retry", retry)) ui.session.restart_engine();
    return;
  }
  const std::string gil = w(T::status_gil, {w.duration_ms(ui.session.settings().switch_interval_ms)});
  const float width = text_size(font, gil).x;
  // An experiment that sets no interval has no thread that holds the GIL, or says so itself.
  const bool about_gil =
      ui.session.in_lab() ? ui.session.offers("switch_interval_ms") : ui.session.settings().races(Racer::threads_gil);
  if (about_gil && x + width < end) {
    draw_text(list, font, {end - width, y}, c.faint, gil);
  }
}

}  // namespace trilane::ui
