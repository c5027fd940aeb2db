// What an experiment found, as it is looked at: every predicate with its mark, its sentence, and its value on a scale
// against the thresholds; what to change; numbers; and, apart, what is known and was not tested.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "experiments/entry_words.hpp"
#include "ui/lab/finding.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

constexpr float kIndent = 22;  // of what stands beside a mark

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }
void gap(float height) { ImGui::Dummy({1, height}); }

ImU32 color_of(const Palette& c, Holds holds) {
  switch (holds) {
    case Holds::yes: return c.good;
    case Holds::no: return c.bad;
    case Holds::unclear: break;
  }
  return c.warn;
}

LabMark mark_of(Holds holds) {
  switch (holds) {
    case Holds::yes: return LabMark::confirmed;
    case Holds::no: return LabMark::refuted;
    case Holds::unclear: break;
  }
  return LabMark::undecided;
}

/// The zones, and on them the interval with its median.
void draw_scale(Ui& ui, const PredicateScale& scale, Holds holds, float width) {
  constexpr float kHeight = 5, kRow = 14;
  const Palette& c = ui.colors();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float middle = std::round(at.y + kRow / 2);
  const auto x = [&](float place) { return at.x + place * width; };
  for (const PredicateScale::Zone& zone : scale.zones) {
    const ImU32 color = zone.holds == Holds::unclear ? fade(c.muted, 0.18F) : fade(color_of(c, zone.holds), 0.34F);
    // A pixel between two, so that the thresholds are seen without their colours.
    draw_list().AddRectFilled({x(zone.from), middle - kHeight / 2}, {x(zone.to) - 1, middle + kHeight / 2}, color, 1);
  }
  const float low = x(scale.low), high = std::max(x(scale.high), low + 2);
  draw_list().AddRectFilled({low, middle - 1.5F}, {high, middle + 1.5F}, c.text, 1);
  for (const float end : {low, high})
    draw_list().AddRectFilled({end - 0.5F, middle - 4}, {end + 0.5F, middle + 4}, c.text);
  draw_list().AddCircleFilled({x(scale.median), middle}, 4, c.panel, 16);
  draw_list().AddCircleFilled({x(scale.median), middle}, 3, color_of(c, holds), 16);
  ImGui::Dummy({width, kRow});
}

/// Left and right on one line where there is room, else below each other.
void two_sides(Ui& ui, ImFont* left_font, ImU32 left_color, const std::string& left, ImFont* right_font,
               ImU32 right_color, const std::string& right, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 left_size = text_size(left_font, left), right_size = text_size(right_font, right);
  if (left_size.x + right_size.x + 12 <= width) {
    const float height = std::max(left_size.y, right_size.y);
    draw_text(draw_list(), left_font, {at.x, at.y + (height - left_size.y) / 2}, left_color, left);
    draw_text(draw_list(), right_font, {at.x + width - right_size.x, at.y + (height - right_size.y) / 2}, right_color,
              right);
    ImGui::Dummy({width, height + 1});
    return;
  }
  paragraph(ui.look, left_font, left_color, left, width);
  paragraph(ui.look, right_font, right_color, right, width);
}

void predicate_row(Ui& ui, const Predicate& one, float width) {
  const Palette& c = ui.colors();
  const Fonts& fonts = ui.look.fonts;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_lab_mark(ui, mark_of(one.holds), {at.x + 7, at.y + text_size(fonts.body, "A").y / 2});
  const float inner = width - kIndent;
  ImGui::Indent(kIndent);
  paragraph(ui.look, fonts.body, c.text, in(ui.words(), one.text), inner);
  gap(4);
  if (const auto scale = scale_of(one)) draw_scale(ui, *scale, one.holds, inner);
  two_sides(ui, fonts.small, c.muted, in(ui.words(), one.label), fonts.small_bold, c.text,
            in(ui.words(), lab::value_of(one)), inner);
  paragraph(ui.look, fonts.small, c.faint, in(ui.words(), lab::thresholds_of(one)), inner);
  ImGui::Unindent(kIndent);
  gap(11);
}

void number_rows(Ui& ui, const std::vector<Number>& numbers, Role role, T title, float width) {
  if (std::ranges::find(numbers, role, &Number::role) == numbers.end()) return;
  const Palette& c = ui.colors();
  section_title(ui.look, ui.words()(title));
  for (const Number& one : numbers) {
    if (one.role != role) continue;
    const auto racer = racer_of_hue(one.hue);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float indent = racer ? 13.0F : 0.0F;
    if (racer) draw_list().AddRectFilled({at.x, at.y + 5}, {at.x + 7, at.y + 12}, ui.color_of(*racer), 2);
    if (indent > 0) ImGui::Indent(indent);
    two_sides(ui, ui.look.fonts.small, c.muted, in(ui.words(), one.label), ui.look.fonts.small_bold, c.text,
              in(ui.words(), lab::value_of(one)), width - indent);
    if (indent > 0) ImGui::Unindent(indent);
    gap(3);
  }
  gap(8);
}

/// A line that opens what is below it; true while it is open.
bool fold(Ui& ui, const char* id, const char* title, float width) {
  const Palette& c = ui.colors();
  const float height = ui.look.touch ? 40.0F : 24.0F;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  bool& open = *ImGui::GetStateStorage()->GetBoolRef(ImGui::GetID(id));
  if (ImGui::InvisibleButton(id, {width, height})) open = !open;
  focus_ring(ui.look, 4);
  const bool hot = ImGui::IsItemHovered();
  if (hot) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  const ImU32 ink = hot ? c.text : c.muted;
  draw_icon(draw_list(), open ? Icon::chevron_down : Icon::chevron_right, {at.x + 6, at.y + height / 2}, 9, ink);
  draw_text(draw_list(), ui.look.fonts.small_bold,
            {at.x + 18, at.y + (height - text_size(ui.look.fonts.small_bold, title).y) / 2}, ink, title, width - 18);
  return open;
}

/// How it was measured: the terms of each case, and the plan of looks.
void terms(Ui& ui, const SavedEntry& entry, float width) {
  if (entry.fairness.empty() && !entry.plan) return;
  if (!fold(ui, "terms", ui.words()(T::lab_terms), width)) return;
  const Palette& c = ui.colors();
  const Fonts& fonts = ui.look.fonts;
  const std::vector<BothTexts> head = lab::terms_head();
  gap(2);
  for (const Fairness& one : entry.fairness) {
    const std::vector<BothTexts> row = lab::terms_row(one);
    paragraph(ui.look, fonts.small_bold, c.text, in(ui.words(), row.front()), width);
    std::string line;
    for (std::size_t i = 1; i < row.size(); ++i)
      line += (i == 1 ? "" : " · ") + in(ui.words(), head[i]) + ": " + in(ui.words(), row[i]);
    paragraph(ui.look, fonts.small, c.muted, line, width);
    gap(4);
  }
  if (!entry.fairness.empty()) {
    paragraph(ui.look, fonts.small, c.muted, in(ui.words(), lab::subject_words(entry.subject)), width);
    gap(4);
  }
  if (entry.plan) paragraph(ui.look, fonts.small, c.muted, in(ui.words(), lab::plan_words(*entry.plan)), width);
  gap(6);
}

/// Small, muted and behind a line at its left: a reader must see that it is another kind of sentence.
void background(Ui& ui, const SavedEntry& entry, float width) {
  if (entry.background.en.empty()) return;
  const Palette& c = ui.colors();
  constexpr float kLine = 12;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Indent(kLine);
  paragraph(ui.look, ui.look.fonts.small_bold, c.faint, in(ui.words(), lab::kBackground), width - kLine);
  gap(2);
  paragraph(ui.look, ui.look.fonts.small, c.muted, in(ui.words(), entry.background), width - kLine);
  ImGui::Unindent(kLine);
  draw_list().AddRectFilled({at.x, at.y}, {at.x + 2, ImGui::GetItemRectMax().y}, c.strong_border, 1);
  gap(10);
}

}  // namespace

void finding_view(Ui& ui, const SavedEntry& entry, float width) {
  const Palette& c = ui.colors();
  const Fonts& fonts = ui.look.fonts;
  if (entry.older) {
    paragraph(ui.look, fonts.body, c.text, in(ui.words(), entry.finding), width);
    gap(6);
    paragraph(ui.look, fonts.small, c.warn, in(ui.words(), lab::kOlderEntry), width);
    gap(8);
  }
  if (!entry.advice.en.empty()) {
    paragraph(ui.look, fonts.small_bold, c.warn, ui.words()(T::lab_advice), width);
    paragraph(ui.look, fonts.body, c.text, in(ui.words(), entry.advice), width);
    gap(10);
  }
  for (const Predicate& one : entry.predicates) predicate_row(ui, one, width);
  for (const std::string& note : entry.python_notes) {
    paragraph(ui.look, fonts.small, c.warn, "Python: " + note, width);
    gap(6);
  }
  background(ui, entry, width);
  const std::vector<Number> numbers = entry.other_numbers();
  number_rows(ui, numbers, Role::decisive, T::lab_numbers, width);
  number_rows(ui, numbers, Role::supporting, entry.older ? T::lab_numbers : T::lab_numbers_beside, width);
  number_rows(ui, numbers, Role::setting, T::lab_numbers_setting, width);
  terms(ui, entry, width);
}

}  // namespace trilane::ui
