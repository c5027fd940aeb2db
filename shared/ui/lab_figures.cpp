// Centre, below: the figures of the open experiment; before the run, the empty axes that the answer is drawn on.
#include <imgui.h>

#include <algorithm>

#include "ui/plots/plot.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

constexpr float kStackedCard = 260;
constexpr std::size_t kAtOnce = 3;

const LabEntry* asks_for_curve(const Ui& ui) {
  const LabEntry* const entry = ui.session.lab().open();
  if (entry == nullptr || !entry->question || entry->question->kind != PredictionKind::curve) return nullptr;
  const LabRecord* const record = ui.session.lab().peek(entry->id);
  if (!entry->missing.empty() || (record != nullptr && (record->skipped || record->result))) return nullptr;
  return entry;
}

}  // namespace

void draw_curve_plot(Ui& ui, const LabEntry& entry, const Rect& rect) {
  const PredictionQuestion& question = *entry.question;
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto axis_label = [&w](double value, double) { return w.compact(value); };
  const Axis x{question.x_min, question.x_max, question.x_log, false, {}, axis_label};
  const Axis y{question.y_min, question.y_max, question.y_log, false, {}, axis_label};
  std::string y_name = in(w, question.y_label);
  if (!question.unit.empty()) y_name += ", " + question.unit;
  const std::string& x_name = in(w, question.x_label);
  const float small = text_size(ui.look.fonts.small, "x").y;
  draw_text(list, ui.look.fonts.small, {rect.x + 10, rect.y + 2}, c.muted, y_name, rect.w - 20);
  const Plot plot(ui.look, list, {rect.x, rect.y + small + 4, rect.w, rect.h - 2 * small - 10}, x, y);
  const float x_width = text_size(ui.look.fonts.small, x_name).x;
  draw_text(list, ui.look.fonts.small, {rect.right() - 12 - x_width, rect.bottom() - small - 4}, c.muted, x_name);
  const Rect& area = plot.area();
  if (area.w < 20 || area.h < 20) return;

  const LabRecord* const record = ui.session.lab().peek(entry.id);
  const bool fixed = ui.session.busy() || (record != nullptr && !record->prediction.is_null());
  ImGui::SetCursorScreenPos(area.min());
  ImGui::PushID(entry.id.c_str());
  ImGui::BeginDisabled(fixed);
  ImGui::InvisibleButton("curve", {area.w, area.h});
  ImGui::EndDisabled();
  ImGui::PopID();
  if (!fixed && ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (!fixed && ImGui::IsItemActive()) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    ui.lab.curve.stroke((mouse.x - area.x) / area.w, 1 - (mouse.y - area.y) / area.h, ImGui::IsItemActivated());
  }
  const nlohmann::json curve =
      fixed && record != nullptr && !record->prediction.is_null() ? record->prediction : ui.lab.curve.answer(question);
  if (curve.is_null()) {
    empty_state(ui.look, list, area, w(T::lab_curve_title), w(T::lab_curve_hint));
    return;
  }
  std::vector<ImVec2> points;
  for (const auto& point : curve) {
    points.push_back({std::clamp(plot.x_of(point[0].get<double>()), area.x, area.right()),
                      std::clamp(plot.y_of(point[1].get<double>()), area.y, area.bottom())});
  }
  plot.line(points, c.accent, true);
}

bool has_figures(const Ui& ui) { return asks_for_curve(ui) != nullptr; }

float figures_height(const Ui& ui) { return has_figures(ui) ? kStackedCard : 0; }

void figure_cards(Ui& ui, const Rect& rect, bool) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (const LabEntry* const entry = asks_for_curve(ui)) {
    const Rect inside = card(ui.look, list, rect, ui.words()(T::lab_question), in(ui.words(), entry->question->text));
    draw_curve_plot(ui, *entry, inside.inset(6));
  }
}

}  // namespace trilane::ui
