#include "ui/popup_menu.hpp"

#include <algorithm>
#include <limits>

namespace trilane::ui {

int popup_menu(Look& look, const char* id, std::span<const MenuItem> items) {
  constexpr float kMark = 20, kPadding = 6, kBetween = 2, kDivider = 6;
  constexpr float kMargin = 8;  // to the window's edges
  int pressed = -1;
  const float row = look.touch ? 42.0F : 28.0F;
  float height = 2 * kPadding;
  for (const MenuItem& item : items) height += row + kBetween + (item.divided ? kDivider + kBetween : 0);
  // Under the item where there is room, otherwise as far up as it takes; a low window's menu scrolls.
  const float most = ImGui::GetIO().DisplaySize.y - 2 * kMargin;
  const float below = ImGui::GetItemRectMax().y + 6;
  const float top = std::max(std::min(below, kMargin + most - height), kMargin);
  ImGui::SetNextWindowPos({ImGui::GetItemRectMax().x, top}, ImGuiCond_Appearing, {1, 0});
  ImGui::SetNextWindowSizeConstraints({0, 0}, {std::numeric_limits<float>::max(), most});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {kPadding, kPadding});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, kBetween});
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
        ImGui::Dummy({width, kDivider});
      }
      const ImVec2 at = ImGui::GetCursorScreenPos();
      ImGui::PushID(static_cast<int>(i));
      if (ImGui::InvisibleButton("choice", {width, row})) {
        pressed = static_cast<int>(i);
        ImGui::CloseCurrentPopup();
      }
      focus_ring(look, 4);
      ImGui::PopID();
      if (ImGui::IsItemHovered()) list.AddRectFilled(at, {at.x + width, at.y + row}, look.colors->hover, 5);
      if (items[i].chosen) draw_icon(list, Icon::check, {at.x + 18, at.y + row / 2}, 10, look.colors->accent);
      const float line = text_size(look.fonts.body, items[i].label).y;
      draw_text(list, look.fonts.body, {at.x + left, at.y + (row - line) / 2}, look.colors->text, items[i].label);
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar(2);
  return pressed;
}

}  // namespace trilane::ui
