// The line that says what was just done, over everything for a moment.
#include <imgui.h>

#include "ui/app_impl.hpp"

namespace trilane::ui {

void toast(Ui& ui, const Rect& screen) {
  if (ui.toast.empty() || ui.now_s > ui.toast_until) return;
  const Palette& c = ui.colors();
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  const float most = screen.w - 60;
  const ImVec2 size = text_size(ui.look.fonts.body, ui.toast, most);
  const Rect plate{screen.x + (screen.w - size.x) / 2 - 16, screen.bottom() - 96 - size.y, size.x + 32, size.y + 20};
  list.AddRectFilled({plate.x, plate.y + 2}, {plate.right(), plate.bottom() + 3}, c.shadow, 9);
  list.AddRectFilled(plate.min(), plate.max(), c.hover, 8);
  list.AddRect(plate.min(), plate.max(), c.strong_border, 8);
  list.AddText(ui.look.fonts.body, ui.look.fonts.body->FontSize * ImGui::GetIO().FontGlobalScale,
               {plate.x + 16, plate.y + 10}, c.text, ui.toast.c_str(), nullptr, most);
}

}  // namespace trilane::ui
