// Right: the open experiment from its claim to its verdict.
#include <imgui.h>

#include <algorithm>

#include "experiments/run/runner.hpp"
#include "ui/plate.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }
void gap(float height) { ImGui::Dummy({1, height}); }

struct VerdictLook {
  T text;
  ImU32 color;
};
VerdictLook look_of(const Palette& c, trilane::Verdict verdict) {
  switch (verdict) {
    case trilane::Verdict::confirmed: return {T::lab_confirmed, c.good};
    case trilane::Verdict::refuted: return {T::lab_refuted, c.bad};
    case trilane::Verdict::undecided: break;
  }
  return {T::lab_undecided, c.warn};
}

void measuring(Ui& ui, float width) {
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  const LabBook& lab = ui.session.lab();
  const std::string& step = in(w, lab.step);
  paragraph(ui.look, ui.look.fonts.body, c.text,
            step.empty()                   ? w(T::why_running)
            : ui.session.asked().is_null() ? w(T::lab_running, {step})
                                           : w(T::view_held),
            width);
  gap(10);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const auto done = static_cast<float>(std::clamp(lab.fraction, 0.0, 1.0));
  draw_list().AddRectFilled(at, {at.x + width, at.y + 6}, c.hover, 3);
  draw_list().AddRectFilled(at, {at.x + std::max(6.0F, width * done), at.y + 6}, c.accent, 3);
  ImGui::Dummy({width, 6});
  if (ui.session.asked().is_null()) ui.look.animating = ui.look.animating || !ui.software_gl;
}

/// What is known of the experiment so far; gives the colour that says it.
ImU32 verdict_content(Ui& ui, const LabEntry& entry, const LabRecord& record, float inner) {
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  section_title(ui.look, w(T::lab_verdict));
  if (ui.session.lab().running == entry.id) {
    measuring(ui, inner);
    return c.accent;
  }
  if (!entry.missing.empty()) {
    paragraph(ui.look, ui.look.fonts.body, c.warn, missing_text(ui, entry), inner);
    if (full_page_helps(ui, entry) && ui.services.open_url) {
      gap(10);
      const ButtonSpec full{.label = w(T::open_full),
                            .icon = Icon::leave,
                            .style = ButtonStyle::primary,
                            .tip = w(T::open_full_threads_tip)};
      if (button(ui.look, "full_page", full)) ui.services.open_url(full_page_url(ui));
      gap(4);
    }
    return c.warn;
  }
  if (!record.error.empty()) {
    const bool stopped = record.error == kCancelled;
    paragraph(ui.look, ui.look.fonts.body, stopped ? c.muted : c.bad,
              stopped ? w(T::lab_stopped) : w(T::lab_failed, {record.error}), inner);
    if (!record.verdict) return stopped ? c.strong_border : c.bad;
    gap(8);
  }
  if (!record.verdict) {
    paragraph(ui.look, ui.look.fonts.body, c.muted, w(T::lab_before), inner);
    return c.strong_border;
  }
  const VerdictLook verdict = look_of(c, *record.verdict);
  paragraph(ui.look, ui.look.fonts.title, verdict.color, w(verdict.text), inner);
  gap(6);
  if (!record.result) {
    paragraph(ui.look, ui.look.fonts.small, c.muted, w(T::lab_remembered), inner);
    return verdict.color;
  }
  if (!record.result->options.empty()) {
    paragraph(ui.look, ui.look.fonts.small, c.muted, w(T::lab_changed), inner);
    gap(4);
  }
  if (ui.layout == Layout::narrow && has_viewer(ui)) {
    if (button(ui.look, "watch", {.label = w(T::lab_watch), .icon = Icon::chevron_right})) ui.tab = Tab::race;
    gap(8);
  }
  finding_view(ui, record.result->entry, inner);
  return verdict.color;
}

void verdict_plate(Ui& ui, const LabEntry& entry, const LabRecord& record, float width) {
  Plate plate(ui.look, width, true);
  plate.end(verdict_content(ui, entry, record, plate.inner()));
  gap(12);
}

void neighbours(Ui& ui, float width) {
  const Words& w = ui.words();
  const LabBook& lab = ui.session.lab();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const LabEntry* const before = lab.neighbour(-1);
  const LabEntry* const behind = lab.neighbour(1);
  if (before != nullptr) {
    const std::string tip = w(T::lab_previous_tip, {in(w, before->title)});
    if (button(ui.look, "previous", {.label = w(T::lab_previous), .tip = tip.c_str()})) open_experiment(ui, before->id);
  }
  if (behind != nullptr) {
    const std::string tip = w(T::lab_next_tip, {in(w, behind->title)});
    const ButtonSpec next{.label = w(T::lab_next), .icon = Icon::chevron_right, .tip = tip.c_str()};
    ImGui::SetCursorScreenPos({at.x + width - button_width(ui.look, next), at.y});
    if (button(ui.look, "next", next)) open_experiment(ui, behind->id);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + ui.look.control_height()});
  gap(8);
}

}  // namespace

void lab_content(Ui& ui, float width) {
  const LabEntry* const entry = ui.session.lab().open();
  if (entry == nullptr) return;
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  LabRecord& record = ui.session.lab().record(entry->id);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  paragraph(ui.look, ui.look.fonts.small, c.muted, w(origin_text(*entry)), width);
  gap(6);
  paragraph(ui.look, ui.look.fonts.title, c.text, claim_text(w, *entry), width);
  gap(8);
  paragraph(ui.look, ui.look.fonts.body, c.muted, in(w, entry->about), width);
  if (const std::string sheet = sheet_text(w, *entry); !sheet.empty()) {
    gap(6);
    paragraph(ui.look, ui.look.fonts.small, c.muted, sheet, width);
  }
  gap(14);
  if (entry->question && entry->missing.empty()) prediction_card(ui, *entry, record, width);
  verdict_plate(ui, *entry, record, width);
  neighbours(ui, width);
  ImGui::PopStyleVar();
}

}  // namespace trilane::ui
