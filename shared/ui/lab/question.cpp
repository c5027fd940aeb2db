// The question before the run: choose, put in order, type a number, or draw on the plot; afterwards the answer beside
// the truth. Nobody has to answer.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "ui/plate.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }
void gap(float height) { ImGui::Dummy({1, height}); }

/// A model's hue for options that are named like one.
std::optional<ImU32> hue(const Ui& ui, std::string_view id) {
  if (id == "gil") return ui.color_of(Racer::threads_gil);
  const auto at = std::ranges::find(kRacerKeys, id);
  if (at == std::end(kRacerKeys)) return std::nullopt;
  return ui.color_of(static_cast<Racer>(at - std::begin(kRacerKeys)));
}

void choices(Ui& ui, const PredictionQuestion& question, float width) {
  const Palette& c = ui.colors();
  for (const PredictionOption& one : question.options) {
    const std::string& text = in(ui.words(), one.text);
    const float wrap = width - 34;
    const float height = std::max(ui.look.touch ? 42.0F : 28.0F, text_size(ui.look.fonts.body, text, wrap).y + 10);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(one.id.c_str());
    if (ImGui::InvisibleButton("option", {width, height})) ui.lab.draft = one.id;
    focus_ring(ui.look, 5);
    const bool hot = ImGui::IsItemHovered();
    if (hot) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    ImGui::PopID();
    const bool on = ui.lab.draft == json(one.id);
    ImDrawList& list = draw_list();
    if (on || hot) list.AddRectFilled(at, {at.x + width, at.y + height - 2}, on ? c.hover : fade(c.hover, 0.5F), 5);
    const ImVec2 dot{at.x + 14, at.y + (height - 2) / 2};
    list.AddCircle(dot, 6, on ? c.accent : c.strong_border, 20, 1.5F);
    if (on) list.AddCircleFilled(dot, 3.2F, c.accent, 16);
    const float line = text_size(ui.look.fonts.body, text, wrap).y;
    ImGui::SetCursorScreenPos({at.x + 30, at.y + (height - 2 - line) / 2});
    paragraph(ui.look, ui.look.fonts.body, on ? c.text : c.muted, text, wrap);
    ImGui::SetCursorScreenPos({at.x, at.y + height});
  }
}

void grip(ImDrawList& list, ImVec2 at, ImU32 color) {
  for (int i = 0; i < 6; ++i)
    list.AddCircleFilled({at.x + static_cast<float>(i % 2) * 5, at.y + static_cast<float>(i / 2 - 1) * 5}, 1.3F, color,
                         8);
}

void ranking(Ui& ui, const PredictionQuestion& question, float width) {
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  if (!check_answer(question, ui.lab.draft)) ui.lab.draft = first_rank(question);
  paragraph(ui.look, ui.look.fonts.small, c.muted, w(T::lab_rank_hint), width);
  gap(6);
  const float arrows = 52;
  // All rows are as high as the one whose text takes most lines: a dragged row's place is its height's multiple.
  float lines = 0;
  for (const PredictionOption& one : question.options) {
    const float left = hue(ui, one.id) ? 57.0F : 42.0F;
    lines = std::max(lines, text_size(ui.look.fonts.body, in(w, one.text), width - arrows - left - 6).y);
  }
  const float height = std::max(ui.look.touch ? 44.0F : 31.0F, lines + 13);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const json order = ui.lab.draft;
  ImDrawList& list = draw_list();
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::string id = order[i].get<std::string>();
    const auto option = std::ranges::find(question.options, id, &PredictionOption::id);
    if (option == question.options.end()) continue;
    const ImVec2 at{origin.x, origin.y + height * static_cast<float>(i)};
    ImGui::PushID(id.c_str());
    ImGui::SetCursorScreenPos(at);
    ImGui::InvisibleButton("row", {width - arrows, height - 3});
    focus_ring(ui.look, 5);
    if (ImGui::IsItemActive()) {
      ui.look.drags = ImGui::GetItemID();
      const float y = ImGui::GetIO().MousePos.y - origin.y;
      const auto place = static_cast<std::ptrdiff_t>(std::floor(y / height));
      if (ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3) && place != static_cast<std::ptrdiff_t>(i))
        ui.lab.draft = moved(order, i, place);
    }
    const bool held = ImGui::IsItemActive();
    if (ImGui::IsItemHovered() || held) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS);
    list.AddRectFilled(at, {at.x + width - arrows, at.y + height - 3}, held ? c.hover : c.panel, 5);
    list.AddRect(at, {at.x + width - arrows, at.y + height - 3}, held ? c.accent : c.border, 5);
    const float middle = at.y + (height - 3) / 2;
    grip(list, {at.x + 9, middle}, c.faint);
    const float line = text_size(ui.look.fonts.body, "1").y;
    draw_text(list, ui.look.fonts.bold, {at.x + 24, middle - line / 2}, c.muted, std::to_string(i + 1));
    float x = at.x + 42;
    if (const auto color = hue(ui, id)) {
      list.AddRectFilled({x, middle - 4}, {x + 8, middle + 4}, *color, 2);
      x += 15;
    }
    const float wrap = at.x + width - arrows - x - 6;
    const std::string& text = in(w, option->text);
    ImGui::SetCursorScreenPos({x, middle - text_size(ui.look.fonts.body, text, wrap).y / 2});
    paragraph(ui.look, ui.look.fonts.body, c.text, text, wrap);
    ImGui::SetCursorScreenPos({at.x + width - arrows + 2, at.y});
    const bool first = i == 0;
    const bool last = i + 1 == order.size();
    if (button(ui.look, "up",
               {.icon = Icon::chevron_up,
                .style = ButtonStyle::quiet,
                .enabled = !first,
                .tip = w(T::lab_up),
                .size = {24, height - 3}}))
      ui.lab.draft = moved(order, i, static_cast<std::ptrdiff_t>(i) - 1);
    ImGui::SetCursorScreenPos({at.x + width - arrows + 28, at.y});
    if (button(ui.look, "down",
               {.icon = Icon::chevron_down,
                .style = ButtonStyle::quiet,
                .enabled = !last,
                .tip = w(T::lab_down),
                .size = {24, height - 3}}))
      ui.lab.draft = moved(order, i, static_cast<std::ptrdiff_t>(i) + 1);
    ImGui::PopID();
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + height * static_cast<float>(order.size())});
}

void number(Ui& ui, const PredictionQuestion& question, float width) {
  const Words& w = ui.words();
  // Until it is moved there is no answer; the slider stands at the range's (geometric) middle.
  const bool log = question.min > 0 && question.max / question.min > 50;
  const double middle = log ? std::sqrt(question.min * question.max) : (question.min + question.max) / 2;
  const double value = ui.lab.draft.is_number() ? ui.lab.draft.get<double>() : middle;
  const std::string tip =
      w(T::lab_number_tip, {with_unit(w, question.min, question.unit), with_unit(w, question.max, question.unit)});
  double out = 0;
  if (number_row(ui.look,
                 {.id = "prediction",
                  .label = w(T::lab_guess),
                  .tip = tip.c_str(),
                  .value = value,
                  .min = question.min,
                  .max = question.max,
                  .integer = false,
                  .logarithmic = log,
                  .shown = ui.lab.draft.is_number() ? with_unit(w, value, question.unit) : "?"},
                 width, out))
    ui.lab.draft = std::clamp(out, question.min, question.max);
}

void asking(Ui& ui, const LabEntry& entry, float width) {
  const PredictionQuestion& question = *entry.question;
  const Words& w = ui.words();
  switch (question.kind) {
    case PredictionKind::choice: choices(ui, question, width); break;
    case PredictionKind::rank: ranking(ui, question, width); break;
    case PredictionKind::number: number(ui, question, width); break;
    case PredictionKind::curve:
      paragraph(ui.look, ui.look.fonts.body, ui.colors().muted, w(T::lab_curve_hint), width);
      if (ui.layout == Layout::narrow) {
        gap(8);
        const ImVec2 at = ImGui::GetCursorScreenPos();
        draw_curve_plot(ui, entry, {at.x, at.y, width, 210});
        ImGui::SetCursorScreenPos({at.x, at.y + 210});
      }
      break;
  }
  gap(10);
  const bool answered = question.kind == PredictionKind::curve ? !ui.lab.curve.answer(question).is_null()
                                                               : check_answer(question, ui.lab.draft).has_value();
  const bool able = !ui.session.busy() && ui.session.engine_state() != EngineState::broken;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ButtonSpec go{.label = w(T::lab_predict_run),
                      .icon = Icon::play,
                      .style = answered ? ButtonStyle::primary : ButtonStyle::ghost,
                      .enabled = answered && able,
                      .tip = w(T::lab_run_tip)};
  if (button(ui.look, "predict", go)) run_experiment(ui);
  ImGui::SetCursorScreenPos({at.x + button_width(ui.look, go) + 8, at.y});
  if (button(ui.look, "skip",
             {.label = w(T::lab_skip), .style = ButtonStyle::quiet, .enabled = able, .tip = w(T::lab_skip_tip)})) {
    ui.session.skip_prediction();
    run_experiment(ui);
  }
  if (question.kind == PredictionKind::curve && !ui.lab.curve.empty()) {
    const ButtonSpec clear{.label = w(T::lab_curve_clear), .style = ButtonStyle::quiet};
    ImGui::SetCursorScreenPos({at.x + width - button_width(ui.look, clear), at.y});
    if (button(ui.look, "clear", clear)) ui.lab.curve.clear();
  }
  ImGui::SetCursorScreenPos({at.x, at.y + ui.look.control_height()});
}

void answered(Ui& ui, const LabEntry& entry, const LabRecord& record, float width) {
  const PredictionQuestion& question = *entry.question;
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  if (record.prediction.is_null()) {
    paragraph(ui.look, ui.look.fonts.small, c.muted, w(T::lab_skipped), width);
  } else {
    if (const std::string answer = answer_text(w, question, record.prediction); !answer.empty()) {
      paragraph(ui.look, ui.look.fonts.bold, c.text, answer, width);
      gap(4);
    }
    if (!record.result) {
      paragraph(ui.look, ui.look.fonts.small, c.muted, w(T::lab_waiting_truth), width);
    } else {
      const auto points = score(question, record.prediction, record.result->entry.truth);
      bool first = true;
      for (const std::string& line : compare_lines(w, question, record.prediction, record.result->entry.truth)) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        float indent = 0;
        if (first && points) {
          draw_icon(draw_list(), points->right ? Icon::check : Icon::cross, {at.x + 6, at.y + 9}, 11,
                    points->right ? c.good : c.warn);
          indent = 20;
        }
        ImGui::SetCursorScreenPos({at.x + indent, at.y});
        paragraph(ui.look, ui.look.fonts.body, first && points && points->right ? c.good : c.text, line,
                  width - indent);
        ImGui::SetCursorScreenPos({at.x, ImGui::GetItemRectMax().y});
        gap(3);
        first = false;
      }
    }
  }
  if (ui.session.busy()) return;
  gap(4);
  if (button(ui.look, "anew",
             {.label = w(T::lab_predict_anew),
              .icon = Icon::undo,
              .style = ButtonStyle::quiet,
              .tip = w(T::lab_predict_anew_tip),
              .size = {0, 26}}))
    ui.session.predict(json());
}

}  // namespace

void prediction_card(Ui& ui, const LabEntry& entry, LabRecord& record, float width) {
  Plate plate(ui.look, width, false);
  const float inner = plate.inner();
  section_title(ui.look, ui.words()(T::lab_question));
  paragraph(ui.look, ui.look.fonts.bold, ui.colors().text, in(ui.words(), entry.question->text), inner);
  gap(8);
  if (record.skipped || !record.prediction.is_null() ||
      (ui.session.lab().running == entry.id && ui.session.asked().is_null())) {
    answered(ui, entry, record, inner);
  } else {
    asking(ui, entry, inner);
  }
  plate.end();
  gap(12);
}

}  // namespace trilane::ui
