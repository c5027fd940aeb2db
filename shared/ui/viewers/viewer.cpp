#include "ui/viewers/viewer.hpp"

#include <imgui.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ui/json_value.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

enum class Kind : std::uint8_t { none, await_order, deadlock, schedule };

Kind kind_of(const Ui& ui) {
  const LabEntry* const entry = ui.session.lab().open();
  if (entry == nullptr || !entry->missing.empty()) return Kind::none;
  if (entry->id == "await-order") return Kind::await_order;
  if (entry->id == "deadlock") return Kind::deadlock;
  if (entry->id == "you-schedule") return Kind::schedule;
  return Kind::none;
}

json error(const std::string& message, const std::string& field) {
  return {{"error", {{"message", message}, {"field", field}}}};
}

}  // namespace

const json& viewers::details_of(const Ui& ui) {
  static const json nothing;
  const LabEntry* const entry = ui.session.lab().open();
  if (entry == nullptr || ui.session.lab().running == entry->id) return nothing;
  const LabRecord* const record = ui.session.lab().peek(entry->id);
  return record != nullptr && record->result ? record->result->entry.details : nothing;
}

void viewers::badge(const Look& look, ImDrawList& list, ImVec2 center, float size, std::string_view letter, ImU32 fill,
                    ImU32 ink, ImU32 border, bool square) {
  const float half = size / 2;
  const ImVec2 min{center.x - half, center.y - half};
  const ImVec2 max{center.x + half, center.y + half};
  const float round = square ? 4 : half;
  list.AddRectFilled(min, max, fill, round);
  if (border != 0) list.AddRect(min, max, border, round, 0, 1.5F);
  ImFont* font = size < 22 ? look.fonts.small_bold : look.fonts.bold;
  const ImVec2 text = text_size(font, letter);
  draw_text(list, font, {center.x - text.x / 2, center.y - text.y / 2}, ink, letter);
}

bool has_viewer(const Ui& ui) { return kind_of(ui) != Kind::none; }

float viewer_height(const Ui& ui) {
  switch (kind_of(ui)) {
    case Kind::await_order: return 600;
    case Kind::schedule: return 760;
    case Kind::deadlock:
    case Kind::none: break;
  }
  return 620;
}

void viewer_card(Ui& ui, const Rect& rect) {
  ImGui::PushID("viewer");
  switch (kind_of(ui)) {
    case Kind::await_order: viewers::draw_await(ui, rect); break;
    case Kind::deadlock: viewers::draw_deadlock(ui, rect); break;
    case Kind::schedule: viewers::draw_schedule(ui, rect); break;
    case Kind::none: break;
  }
  ImGui::PopID();
}

void viewer_frame(Ui& ui) {
  const Kind kind = kind_of(ui);
  StepPlayer& player = ui.lab.viewer.player;
  player.set_count(kind == Kind::await_order ? viewers::await_count(ui) : 0);
  if (player.advance(ui.now_s)) ui.session.touch();
  const ImGuiIO& io = ImGui::GetIO();
  if (io.WantTextInput || io.KeyCtrl || io.KeySuper || io.KeyAlt) return;
  const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(key, false); };
  if (kind == Kind::await_order) {
    const int at = player.at();
    if (pressed(ImGuiKey_P)) player.toggle(ui.now_s);
    if (ImGui::IsKeyPressed(ImGuiKey_Comma)) player.by(-1);
    if (ImGui::IsKeyPressed(ImGuiKey_Period)) player.by(1);
    if (at != player.at()) ui.session.touch();
  } else if (kind == Kind::schedule) {
    if (pressed(ImGuiKey_1) || pressed(ImGuiKey_Keypad1)) viewers::schedule_action(ui, "A");
    if (pressed(ImGuiKey_2) || pressed(ImGuiKey_Keypad2)) viewers::schedule_action(ui, "B");
    if (pressed(ImGuiKey_Backspace)) viewers::schedule_action(ui, "undo");
  }
}

json viewer_json(const Ui& ui) {
  switch (kind_of(ui)) {
    case Kind::await_order: return viewers::await_json(ui);
    case Kind::deadlock: return viewers::deadlock_json(ui);
    case Kind::schedule: return viewers::schedule_json(ui);
    case Kind::none: break;
  }
  return nullptr;
}

[[gnu::noinline]] json viewer_command(Ui& ui, const json& request) {
  const Kind kind = kind_of(ui);
  if (kind == Kind::none) return error("No experiment with a viewer is open.", "do");
  StepPlayer& player = ui.lab.viewer.player;
  player.set_count(viewers::await_count(ui));
  const double now_s = ui.now_s;
  const std::string action = value_or<std::string>(request, "action", "");
  if (const auto step = request.find("step"); step != request.end()) {
    if (!step->is_number_integer() || kind != Kind::await_order) return error("\"step\" is a whole number.", "step");
    player.seek(step->get<int>(), now_s);
  } else if (kind == Kind::await_order && (action == "back" || action == "next")) {
    player.by(action == "next" ? 1 : -1);
  } else if (kind == Kind::await_order && action == "play") {
    player.toggle(now_s);
  } else if (kind == Kind::deadlock && action == "way") {
    const int ways = viewers::deadlock_ways(ui);
    ui.lab.viewer.way = ways == 0 ? 0 : std::clamp(value_or(request, "way", 0), 0, ways - 1);
  } else if (kind == Kind::schedule) {
    if (!viewers::schedule_action(ui, action))
      return error("This cannot be done now, or is no action: \"" + action + "\".", "action");
  } else {
    return error("The viewer has no action \"" + action + "\".", "action");
  }
  ui.session.touch();
  return viewer_json(ui);
}

}  // namespace trilane::ui
