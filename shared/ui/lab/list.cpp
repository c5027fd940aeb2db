// Left: the experiments in the sheet's order, each with its state, and the open one's settings under them.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }

constexpr std::pair<std::string_view, T> kSections[] = {{"synchronous", T::lab_section_synchronous},
                                                        {"processes", T::lab_section_processes},
                                                        {"threads", T::lab_section_threads},
                                                        {"asynchrony", T::lab_section_asynchrony},
                                                        {"choosing", T::lab_section_choosing}};

std::string mark_text(const Ui& ui, const LabEntry& entry, LabMark mark) {
  const Words& w = ui.words();
  switch (mark) {
    case LabMark::not_run: return w(T::lab_state_not_run);
    case LabMark::running: return w(T::lab_state_running);
    case LabMark::confirmed: return w(T::lab_state_confirmed);
    case LabMark::refuted: return w(T::lab_state_refuted);
    case LabMark::undecided: return w(T::lab_state_undecided);
    case LabMark::missing: break;
  }
  return missing_text(ui, entry);
}

void row(Ui& ui, const LabEntry& entry, float width) {
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  const float height = ui.look.touch ? 44.0F : 27.0F;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool open = ui.session.lab().open() == &entry;
  const LabMark mark = ui.session.lab().mark(entry);
  ImGui::PushID(entry.id.c_str());
  if (ImGui::InvisibleButton("entry", {width, height}) && !open) open_experiment(ui, entry.id);
  if (open && ui.lab.scroll_to_open) {
    ImGui::SetScrollHereY(0.4F);
    ui.lab.scroll_to_open = false;
  }
  const std::string tip = in(w, entry.claim) + "\n" + mark_text(ui, entry, mark);
  tooltip(ui.look, tip.c_str());
  focus_ring(ui.look, 4);
  const bool hot = ImGui::IsItemHovered();
  if (hot) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  ImGui::PopID();
  ImDrawList& list = draw_list();
  const ImVec2 end{at.x + width, at.y + height - 1};
  if (open || hot) list.AddRectFilled(at, end, open ? c.raised : fade(c.raised, 0.6F), metric::kSmallRound);
  if (open) list.AddRectFilled({at.x, at.y + 4}, {at.x + 3, end.y - 4}, c.accent, 2);
  ImFont* font = open ? ui.look.fonts.bold : ui.look.fonts.body;
  const ImU32 ink = mark == LabMark::missing ? c.faint : open || hot ? c.text : mix(c.text, c.muted, 0.25F);
  const std::string& title = in(w, entry.title);
  const float line = text_size(font, title).y;
  draw_text(list, font, {at.x + 12, at.y + (height - line) / 2}, ink, title, width - 44);
  draw_lab_mark(ui, mark, {at.x + width - 16, at.y + height / 2 - 0.5F});
}

void progress_row(Ui& ui, float width) {
  const Palette& c = ui.colors();
  const LabBook& lab = ui.session.lab();
  const std::size_t done = lab.finished();
  const std::size_t all = lab.entries().size();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string text = ui.words()(T::lab_progress, {std::to_string(done), std::to_string(all)});
  const float drawn = draw_text(draw_list(), ui.look.fonts.small, at, c.muted, text);
  const float left = at.x + drawn + 12;
  const float right = at.x + width - 6;
  draw_list().AddRectFilled({left, at.y + 6}, {right, at.y + 10}, c.raised, 2);
  if (done > 0) {
    const float part = static_cast<float>(done) / static_cast<float>(std::max<std::size_t>(all, 1));
    draw_list().AddRectFilled({left, at.y + 6}, {left + (right - left) * part, at.y + 10}, c.good, 2);
  }
  ImGui::Dummy({width, 22});
}

}  // namespace

void draw_lab_mark(Ui& ui, LabMark mark, ImVec2 center) {
  const Palette& c = ui.colors();
  ImDrawList& list = draw_list();
  switch (mark) {
    case LabMark::not_run: list.AddCircle(center, 4.5F, c.faint, 16, 1.3F); break;
    case LabMark::running: {
      const auto turn = static_cast<float>(std::fmod(ui.now_s, 1.2) / 1.2 * 6.2832);
      list.PathArcTo(center, 5, turn, turn + 4.4F, 18);
      list.PathStroke(c.accent, ImDrawFlags_None, 2);
      break;
    }
    case LabMark::confirmed: draw_icon(list, Icon::check, center, 12, c.good); break;
    case LabMark::refuted: draw_icon(list, Icon::cross, center, 11, c.bad); break;
    case LabMark::undecided:
      list.AddCircle(center, 4.5F, c.warn, 16, 1.3F);
      list.PathArcTo(center, 4.5F, 1.5708F, 4.7124F, 12);
      list.PathFillConvex(c.warn);
      break;
    case LabMark::missing: draw_icon(list, Icon::minus, center, 9, c.faint); break;
  }
}

void lab_list(Ui& ui, float width) {
  const Words& w = ui.words();
  const LabBook& lab = ui.session.lab();
  if (!lab.known()) {
    paragraph(ui.look, ui.look.fonts.small, ui.colors().muted, w(T::lab_loading), width);
    return;
  }
  if (lab.entries().empty()) {
    paragraph(ui.look, ui.look.fonts.small, ui.colors().muted, w(T::lab_empty), width);
    return;
  }
  if (!lab.unknown().empty()) {
    paragraph(ui.look, ui.look.fonts.small, ui.colors().warn, w(T::lab_unknown, {lab.unknown()}), width);
    ImGui::Dummy({0, 8});
  }
  progress_row(ui, width);
  std::string_view section;
  for (const LabEntry& entry : lab.entries()) {
    if (entry.section != section) {
      section = entry.section;
      const auto known = std::ranges::find(kSections, section, &std::pair<std::string_view, T>::first);
      ImGui::Dummy({0, 6});
      section_title(ui.look, known != std::end(kSections) ? w(known->second) : entry.section.c_str());
    }
    row(ui, entry, width);
  }
}

void lab_settings(Ui& ui, float width) {
  const Words& w = ui.words();
  const ImVec2 head = ImGui::GetCursorScreenPos();
  section_title(ui.look, w(T::lab_options));
  const ImVec2 after = ImGui::GetCursorScreenPos();
  const bool changed = ui.session.lab_changed();
  const ButtonSpec reset{.label = w(T::lab_reset),
                         .icon = Icon::undo,
                         .style = ButtonStyle::quiet,
                         .enabled = changed && !ui.session.busy() && !ui.locked,
                         .tip = w(T::lab_reset_tip),
                         .size = {0, 24}};
  ImGui::SetCursorScreenPos({head.x + width - button_width(ui.look, reset) + 6, head.y - 4});
  if (button(ui.look, "lab_reset", reset)) ui.session.reset_lab();
  ImGui::SetCursorScreenPos(after);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 3});
  ImGui::BeginDisabled(ui.locked);
  settings_numbers(ui, width);
  ImGui::EndDisabled();
  ImGui::PopStyleVar();
}

void left_panel(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  const float bar = ui.look.touch ? 62.0F : 52.0F;
  fill_area(ui.look, draw_list(), rect, ui.colors().panel);
  const char* names[] = {w(T::lab_experiments), w(T::lab_free)};
  const char* tips[] = {w(T::lab_experiments_tip), w(T::lab_free_tip)};
  ImGui::SetCursorScreenPos({rect.x + 14, rect.y + 12});
  const int now = ui.show_lab ? 0 : 1;
  const int chosen = segmented(ui.look, "left", names, now, rect.w - 28, tips);
  if (chosen != now && !ui.locked) {
    ui.show_lab = chosen == 0;
    open_experiment(ui, ui.show_lab ? ui.session.lab().last() : "");
  }
  const Rect rest{rect.x, rect.y + bar, rect.w, rect.h - bar};
  if (!ui.show_lab) {
    settings_panel(ui, rest);
    return;
  }
  // The list scrolls; the settings of what is open stay below it.
  const bool open = ui.session.lab().open() != nullptr;
  const float below = open ? std::clamp(rest.h * 0.3F, 110.0F, 250.0F) : 0;
  begin_scroll(ui.look, "experiments", {rest.x, rest.y, rest.w, rest.h - below}, {14, 4});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  lab_list(ui, ImGui::GetContentRegionAvail().x);
  ImGui::PopStyleVar();
  end_scroll();
  if (!open) return;
  const float y = rest.bottom() - below;
  draw_list().AddLine({rest.x, y}, {rest.right(), y}, ui.colors().border);
  begin_scroll(ui.look, "lab_options", {rest.x, y + 1, rest.w, below - 1}, {14, 10});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  lab_settings(ui, ImGui::GetContentRegionAvail().x);
  ImGui::PopStyleVar();
  end_scroll();
}

}  // namespace trilane::ui
