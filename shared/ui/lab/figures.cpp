// Centre, below: what the open experiment found, as figures; before the run, the empty axes that the answer is drawn
// on.
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "ui/plots/figure.hpp"
#include "ui/plots/plot.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

constexpr float kStackedCard = 260;
constexpr std::size_t kAtOnce = 3;
constexpr float kLeastWidth = 280;

const LabEntry* asks_for_curve(const Ui& ui) {
  const LabEntry* const entry = ui.session.lab().open();
  if (entry == nullptr || !entry->question || entry->question->kind != PredictionKind::curve) return nullptr;
  const LabRecord* const record = ui.session.lab().peek(entry->id);
  if (!entry->missing.empty() || (record != nullptr && (record->skipped || record->result))) return nullptr;
  return entry;
}

/// The figures of the open experiment's last run; none while it runs again: then the race's own plots are live.
std::span<const trilane::Figure> found(const Ui& ui) {
  const LabEntry* const entry = ui.session.lab().open();
  if (entry == nullptr || ui.session.lab().running == entry->id) return {};
  const LabRecord* const record = ui.session.lab().peek(entry->id);
  if (record == nullptr || !record->result) return {};
  return record->result->entry.figures;
}

/// The figures with the drawn answer over them; empty when no curve was drawn.
std::vector<trilane::Figure> with_prediction(const Ui& ui, std::span<const trilane::Figure> figures) {
  const LabEntry& entry = *ui.session.lab().open();
  const LabRecord* const record = ui.session.lab().peek(entry.id);
  if (!entry.question || entry.question->kind != PredictionKind::curve) return {};
  if (record == nullptr || record->prediction.is_null()) return {};
  std::vector<trilane::Figure> out(figures.begin(), figures.end());
  add_prediction(out, record->prediction, {text(Lang::en, T::lab_curve_series), text(Lang::ru, T::lab_curve_series)});
  return out;
}

/// `leads_on`: a button in the head that leads to further figures; true when it was pressed.
bool figure_card(Ui& ui, const Rect& rect, const trilane::Figure& figure, bool leads_on) {
  static const ChartHints kPlain;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Words& w = ui.words();
  const std::string& experiment = ui.session.lab().open()->id;
  FigureView& view = ui.plots.views[experiment + "/" + figure.id];
  const float button_size = ui.look.touch ? 40.0F : 24.0F;
  const std::string values = figure_subtitle(w, figure);
  const Rect inside =
      card(ui.look, list, rect, in(w, figure.title), values, {}, (leads_on ? 2.0F : 1.0F) * plot_menu_width(ui) - 6);
  ImGui::PushID(figure.id.c_str());
  bool pressed = false;
  if (leads_on) {
    ImGui::SetCursorScreenPos({rect.right() - 2 * button_size - 12, rect.y + (metric::kCardHead - button_size) / 2});
    pressed = button(ui.look, "figures",
                     {.label = "",
                      .icon = Icon::chevron_right,
                      .style = ButtonStyle::quiet,
                      .tip = w(T::lab_next),
                      .size = {button_size, button_size}});
  }
  plot_menu(ui, rect, {}, -1, "trilane-" + experiment + "-" + figure.id, figure, kPlain, view, ui.plots.lab_hidden);
  draw_figure(ui.look, list, {inside.x + 12, inside.y + 6, inside.w - 26, inside.h - 12}, figure, kPlain, view,
              ui.plots.lab_hidden);
  ImGui::PopID();
  return pressed;
}

/// As many as have room; a button leads to the others.
void row_of_cards(Ui& ui, const Rect& rect, std::span<const trilane::Figure> figures) {
  const auto fit = static_cast<std::size_t>(std::max((rect.w + metric::kGap) / (kLeastWidth + metric::kGap), 1.0F));
  const std::size_t shown = std::min({fit, kAtOnce, figures.size()});
  const auto count = static_cast<float>(shown);
  const float each = std::floor((rect.w - metric::kGap * (count - 1)) / count);
  const ImGuiID place = ImGui::GetID("first_figure");
  const std::size_t first = static_cast<std::size_t>(ImGui::GetStateStorage()->GetInt(place)) % figures.size();
  for (std::size_t i = 0; i < shown; ++i) {
    const float x = rect.x + (each + metric::kGap) * static_cast<float>(i);
    const bool last = i + 1 == shown;
    const Rect one{x, rect.y, last ? rect.right() - x : each, rect.h};
    if (figure_card(ui, one, figures[(first + i) % figures.size()], last && shown < figures.size()))
      ImGui::GetStateStorage()->SetInt(place, static_cast<int>((first + shown) % figures.size()));
  }
}

/// Arrow keys move a pen: left and right draw, up and down lift or lower it where it is.
void curve_keys(Ui& ui, const Rect& area) {
  constexpr float kAcross = 1.0F / 24;
  constexpr float kUp = 1.0F / 20;
  ImVec2& pen = ui.lab.pen;
  ImVec2 by{0, 0};
  for (const ImGuiKey key : {ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_UpArrow, ImGuiKey_DownArrow})
    ImGui::SetKeyOwner(key, ImGui::GetItemID());
  if (ImGui::IsKeyPressed(ImGuiKey_LeftArrow)) by.x -= kAcross;
  if (ImGui::IsKeyPressed(ImGuiKey_RightArrow)) by.x += kAcross;
  if (ImGui::IsKeyPressed(ImGuiKey_UpArrow)) by.y += kUp;
  if (ImGui::IsKeyPressed(ImGuiKey_DownArrow)) by.y -= kUp;
  if (by.x != 0 || by.y != 0) {
    const ImVec2 from = pen;
    pen = {std::clamp(pen.x + by.x, 0.0F, 1.0F), std::clamp(pen.y + by.y, 0.0F, 1.0F)};
    if (by.x != 0) ui.lab.curve.stroke(from.x, from.y, true);
    ui.lab.curve.stroke(pen.x, pen.y, by.x == 0);
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 at{area.x + pen.x * area.w, area.bottom() - pen.y * area.h};
  list.AddLine({at.x, area.y}, {at.x, area.bottom()}, fade(ui.colors().accent, 0.35F));
  list.AddCircle(at, 6, ui.colors().accent, 20, 2);
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
  focus_ring(ui.look, 4);
  ImGui::EndDisabled();
  ImGui::PopID();
  if (!fixed && ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (!fixed && ImGui::IsItemFocused()) curve_keys(ui, area);
  if (!fixed && ImGui::IsItemActive() && ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    ui.look.drags = ImGui::GetItemID();
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
  plot.line(points, c.accent, Plot::Dash::dashes);
}

bool has_results(const Ui& ui) { return !found(ui).empty(); }
bool has_figures(const Ui& ui) { return asks_for_curve(ui) != nullptr || has_results(ui); }

float figures_height(const Ui& ui) {
  if (asks_for_curve(ui) != nullptr) return kStackedCard;
  const auto count = static_cast<float>(found(ui).size());
  return std::max(count * (kStackedCard + metric::kGap) - metric::kGap, 0.0F);
}

std::vector<trilane::Figure> open_figures(const Ui& ui) {
  const std::span<const trilane::Figure> all = found(ui);
  if (all.empty()) return {};
  std::vector<trilane::Figure> predicted = with_prediction(ui, all);
  return predicted.empty() ? std::vector<trilane::Figure>(all.begin(), all.end()) : predicted;
}

void figure_cards(Ui& ui, const Rect& rect, bool stacked) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (const LabEntry* const entry = asks_for_curve(ui)) {
    const Rect inside = card(ui.look, list, rect, ui.words()(T::lab_question), in(ui.words(), entry->question->text));
    draw_curve_plot(ui, *entry, inside.inset(6));
    return;
  }
  const std::span<const trilane::Figure> all = found(ui);
  if (all.empty()) return;
  ImGui::PushID(ui.session.lab().open()->id.c_str());
  const std::vector<trilane::Figure> predicted = with_prediction(ui, all);
  const std::span<const trilane::Figure> figures = predicted.empty() ? all : predicted;
  if (stacked) {
    for (std::size_t i = 0; i < figures.size(); ++i) {
      figure_card(ui, {rect.x, rect.y + static_cast<float>(i) * (kStackedCard + metric::kGap), rect.w, kStackedCard},
                  figures[i], false);
    }
  } else {
    row_of_cards(ui, rect, figures);
  }
  ImGui::PopID();
}

}  // namespace trilane::ui
