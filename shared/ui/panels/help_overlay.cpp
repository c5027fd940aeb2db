// The help: keys and gestures. A sheet over everything; Esc, the button or a click beside it closes it.
#include <imgui.h>

#include <algorithm>

#include "ui/export.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

/// Keys are separated by '|'; each gets a cap.
void cap_row(Ui& ui, ImDrawList& list, ImVec2 at, const std::string& keys, T what, float column) {
  const Palette& c = ui.colors();
  ImFont* font = ui.look.fonts.small_bold;
  float x = at.x;
  for (std::size_t begin = 0; begin < keys.size();) {
    const std::size_t end = std::min(keys.find('|', begin), keys.size());
    const std::string key = keys.substr(begin, end - begin);
    const ImVec2 size = text_size(font, key);
    const float width = std::max(size.x + 14, 24.0F);
    list.AddRectFilled({x, at.y}, {x + width, at.y + 23}, c.hover, 5);
    list.AddRect({x, at.y}, {x + width, at.y + 23}, c.strong_border, 5);
    draw_text(list, font, {x + (width - size.x) / 2, at.y + (23 - size.y) / 2}, c.text, key);
    x += width + 5;
    begin = end + 1;
  }
  draw_text(list, ui.look.fonts.body, {at.x + column, at.y + 2}, c.muted, ui.words()(what));
}

}  // namespace

[[gnu::noinline]] void help_overlay(Ui& ui, const Rect& screen) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  const std::string wheel = w(T::key_wheel);
  const std::string drag = w(T::key_drag);
  const std::string fit = std::string("F|0|") + w(T::key_doubleclick);
  const std::string arrows = w(T::key_arrows);
  const std::string range = w(T::key_shift_drag);
  const std::string plots = wheel + "|" + drag + "|+|-";
  const std::string task = std::string("/|") + w(T::key_click);
  const std::pair<std::string, T> rows[] = {{"R|Ctrl+Enter", T::help_run},
                                            {"Esc", T::help_stop},
                                            {"[|]", T::help_lab},
                                            {"1|2|3|4|5", T::help_models},
                                            {fit, T::help_fit},
                                            {"W|A|S|D", T::help_pan},
                                            {wheel, T::help_wheel},
                                            {drag, T::help_drag},
                                            {range, T::help_range},
                                            {task, T::help_task},
                                            {plots, T::help_plots},
                                            {"Ctrl+Z", T::help_undo},
                                            {"L", T::help_language},
                                            {"T", T::help_theme},
                                            {arrows, T::help_tab},
                                            {"P", T::help_pin},
                                            {"O", T::help_open},
                                            {"?", T::help_help}};
  const float width = std::min(560.0F, screen.w - 24);
  const float column = width < 480 ? 170.0F : 205.0F;
  const float share = ui.layout == Layout::narrow ? 50.0F : 0.0F;
  const float height = std::min(72.0F + static_cast<float>(std::size(rows)) * 32.0F + 56.0F + share, screen.h - 16);
  ImGui::SetNextWindowPos({screen.x, screen.y});
  ImGui::SetNextWindowSize({screen.w, screen.h});
  ImGui::SetNextWindowFocus();
  ImGui::PushStyleColor(ImGuiCol_WindowBg, fade(c.page, 0.72F));
  ImGui::Begin("help", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
  ImGui::PopStyleColor();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Rect sheet{screen.x + (screen.w - width) / 2, screen.y + (screen.h - height) / 2, width, height};
  list.AddRectFilled({sheet.x - 1, sheet.y + 3}, {sheet.right() + 1, sheet.bottom() + 5}, c.shadow, 12);
  list.AddRectFilled(sheet.min(), sheet.max(), c.panel, 10);
  list.AddRect(sheet.min(), sheet.max(), c.strong_border, 10);
  draw_text(list, ui.look.fonts.title, {sheet.x + 24, sheet.y + 22}, c.text, w(T::help_title));
  float y = sheet.y + 66;
  for (const auto& [keys, what] : rows) {
    if (y + 30 > sheet.bottom() - 52 - share) break;
    cap_row(ui, list, {sheet.x + 24, y}, keys, what, column);
    y += 32;
  }
  if (share > 0) {
    // Narrow screens have these here, because the top bar has no room.
    ImGui::SetCursorScreenPos({sheet.x + 24, sheet.bottom() - 100});
    if (button(ui.look, "share", {.label = w(T::share_link), .icon = Icon::share}))
      ui.copy(ui.services.page_url + share_query(ui.session, ui.timeline));
  }
  const ButtonSpec close{.label = w(T::help_close)};
  ImGui::SetCursorScreenPos({sheet.right() - button_width(ui.look, close) - 24, sheet.bottom() - 50});
  if (button(ui.look, "close", close)) ui.help_open = false;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool inside = mouse.x >= sheet.x && mouse.x <= sheet.right() && mouse.y >= sheet.y && mouse.y <= sheet.bottom();
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !inside && !ImGui::IsWindowAppearing()) ui.help_open = false;
  ImGui::End();
}

}  // namespace trilane::ui
