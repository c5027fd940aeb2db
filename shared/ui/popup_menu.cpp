#include "ui/popup_menu.hpp"

#include <algorithm>

namespace trilane::ui {

int popup_menu(Look& look, const char* id, std::span<const MenuItem> items) {
  constexpr float kMark = 20;
  int pressed = -1;
  ImGui::SetNextWindowPos({ImGui::GetItemRectMax().x, ImGui::GetItemRectMax().y + 6}, ImGuiCond_Appearing, {1, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {6, 6});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 2});
  if (ImGui::BeginPopup(id)) {
    const bool marks = std::ranges::any_of(items, &MenuItem::chosen);
    const float left = marks ? 12 + kMark : 12;
    float width = 0;
    for (const MenuItem& item : items) width = std::max(width, text_size(look.fonts.body, item.label).x + left + 12);
    for (std::size_t i = 0; i < items.size(); ++i) {
      ImDrawList& list = *ImGui::GetWindowDrawList();
      if (items[i].divided && i > 0) {
        const ImVec2 line = ImGui::GetCursorScreenPos();
        list.AddLine({line.x + 4, line.y + 3}, {line.x + width - 4, line.y + 3}, look.colors->border);
        ImGui::Dummy({width, 6});
      }
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float height = look.touch ? 42.0F : 28.0F;
      ImGui::PushID(static_cast<int>(i));
      if (ImGui::InvisibleButton("choice", {width, height})) {
        pressed = static_cast<int>(i);
        ImGui::CloseCurrentPopup();
      }
      focus_ring(look, 4);
      ImGui::PopID();
      if (ImGui::IsItemHovered()) list.AddRectFilled(at, {at.x + width, at.y + height}, look.colors->hover, 5);
      if (items[i].chosen) draw_icon(list, Icon::check, {at.x + 18, at.y + height / 2}, 10, look.colors->accent);
      const float line = text_size(look.fonts.body, items[i].label).y;
      draw_text(list, look.fonts.body, {at.x + left, at.y + (height - line) / 2}, look.colors->text, items[i].label);
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar(2);
  return pressed;
}

}  // namespace trilane::ui
