// Keys that work everywhere in the window, and whether anybody touched anything.
#include <imgui.h>

#include "ui/app_impl.hpp"

namespace trilane::ui {

void keys(Ui& ui) {
  const ImGuiIO& io = ImGui::GetIO();
  const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(key, false); };
  if (pressed(ImGuiKey_Escape)) {
    if (ui.help_open) {
      ui.help_open = false;
    } else if (ui.timeline.dismiss()) {
      ui.redraw = true;
    } else if (!io.WantTextInput) {
      ui.stop();
    }
  }
  const bool command = io.KeyCtrl || io.KeySuper;
  if (command && (pressed(ImGuiKey_Enter) || pressed(ImGuiKey_KeypadEnter))) ui.run();
  if (io.WantTextInput || io.KeyAlt) return;
  if (command) {
    if (ImGui::IsKeyPressed(ImGuiKey_Z) && !ui.locked) ui.session.undo();
    return;
  }
  if (pressed(ImGuiKey_R)) ui.run();
  if (pressed(ImGuiKey_P)) ui.pin();
  if (pressed(ImGuiKey_O)) ui.open_file();
  for (const auto& [key, by] : {std::pair{ImGuiKey_LeftBracket, -1}, {ImGuiKey_RightBracket, 1}}) {
    const LabEntry* const to = pressed(key) ? ui.session.lab().neighbour(by) : nullptr;
    if (to != nullptr) open_experiment(ui, std::string(to->id));
  }
  if (pressed(ImGuiKey_F) || pressed(ImGuiKey_0)) ui.timeline.fit();
  if (pressed(ImGuiKey_Slash) && !io.KeyShift) ui.timeline.search_open = ui.timeline.search_begins = true;
  if (pressed(ImGuiKey_L)) ui.set_language(ui.session.view().lang == Lang::en ? Lang::ru : Lang::en);
  if (pressed(ImGuiKey_T)) ui.set_dark(!ui.session.view().dark);
  if (pressed(ImGuiKey_Slash) && io.KeyShift) ui.help_open = !ui.help_open;
  for (int i = 0; i < kRacers && !ui.locked && ui.session.lab().open() == nullptr; ++i) {
    const auto racer = static_cast<Racer>(i);
    if (pressed(static_cast<ImGuiKey>(ImGuiKey_1 + i)) && !ui.session.missing(racer)) ui.session.toggle(racer);
  }
}

bool had_input() {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.MouseDelta.x != 0 || io.MouseDelta.y != 0 || io.MouseWheel != 0 || io.MouseWheelH != 0) return true;
  if (io.InputQueueCharacters.Size != 0) return true;
  for (int i = 0; i < 3; ++i) {
    if (io.MouseDown[i] || io.MouseReleased[i]) return true;
  }
  for (int key = ImGuiKey_NamedKey_BEGIN; key < ImGuiKey_NamedKey_END; ++key) {
    if (ImGui::IsKeyDown(static_cast<ImGuiKey>(key)) || ImGui::IsKeyReleased(static_cast<ImGuiKey>(key))) return true;
  }
  return false;
}

}  // namespace trilane::ui
