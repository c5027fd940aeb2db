// The card at the right: what is raced, what came out, why; in words made from the measured numbers (explain.hpp).
#include <imgui.h>

#include <algorithm>

#include "ui/plate.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }

ImU32 tone_color(const Palette& c, Verdict::Tone tone, ImU32 plain) {
  switch (tone) {
    case Verdict::Tone::good: return c.good;
    case Verdict::Tone::warn: return c.warn;
    case Verdict::Tone::bad: return c.bad;
    case Verdict::Tone::plain: break;
  }
  return plain;
}

void gap(float height) { ImGui::Dummy({1, height}); }

void lines(Ui& ui, std::span<const Verdict::Line> all, float width, ImU32 plain) {
  for (const Verdict::Line& line : all) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImU32 color = tone_color(ui.colors(), line.tone, plain);
    float indent = 0;
    if (line.tone != Verdict::Tone::plain) {
      const Icon icon = line.tone == Verdict::Tone::good  ? Icon::check
                        : line.tone == Verdict::Tone::bad ? Icon::cross
                                                          : Icon::warning;
      draw_icon(draw_list(), icon, {at.x + 6, at.y + 9}, 11, color);
      indent = 20;
    }
    ImGui::SetCursorScreenPos({at.x + indent, at.y});
    paragraph(ui.look, ui.look.fonts.body,
              line.tone == Verdict::Tone::plain ? plain : mix(color, ui.colors().text, 0.35F), line.text,
              width - indent);
    ImGui::SetCursorScreenPos({at.x, ImGui::GetItemRectMax().y});
    gap(7);
  }
}

void section(Ui& ui, T title, std::span<const Verdict::Line> all, float width) {
  if (all.empty()) return;
  gap(10);
  section_title(ui.look, ui.words()(title));
  lines(ui, all, width, ui.colors().muted);
}

void result_card(Ui& ui, const Verdict& verdict, float width) {
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  ImDrawList& list = draw_list();
  Plate plate(ui.look, width, true);
  const float inner = plate.inner();
  section_title(ui.look, w(T::why_result));
  ImU32 accent = c.accent;
  if (verdict.headline.empty()) {
    paragraph(ui.look, ui.look.fonts.body, c.muted, w(ui.session.busy() ? T::why_running : T::why_before), inner);
  } else {
    accent = c.warn;
    double best = 0;
    for (const Verdict::Bar& bar : verdict.bars) best = std::max(best, bar.speedup);
    if (verdict.winner) accent = ui.color_of(*verdict.winner);
    paragraph(ui.look, ui.look.fonts.bold, accent, verdict.headline, inner);
    gap(8);
    float name_width = 0;
    for (const Verdict::Bar& bar : verdict.bars)
      name_width = std::max(name_width, text_size(ui.look.fonts.body, ui.name_of(bar.racer)).x);
    for (const Verdict::Bar& bar : verdict.bars) {
      const ImVec2 row = ImGui::GetCursorScreenPos();
      draw_text(list, ui.look.fonts.body, row, c.text, ui.name_of(bar.racer));
      const std::string figure = w.times(bar.speedup);
      const float figure_width = text_size(ui.look.fonts.body, figure).x;
      draw_text(list, ui.look.fonts.body, {row.x + inner - figure_width, row.y}, bar.same ? c.muted : c.text, figure);
      const float left = row.x + name_width + 14;
      const float room = inner - name_width - 14 - 54;
      const float length = std::max(4.0F, room * static_cast<float>(bar.speedup / best));
      const ImU32 color = ui.color_of(bar.racer);
      list.AddRectFilled({left, row.y + 7}, {left + length, row.y + 13}, bar.same ? fade(color, 0.55F) : color, 3);
      ImGui::Dummy({inner, 25});
    }
    gap(4);
    lines(ui, verdict.results, inner, c.text);
  }
  plate.end(accent);
  gap(6);
}

}  // namespace

void why_content(Ui& ui, float width) {
  // What somebody else measured is what one came for; what one pinned oneself comes after the claim.
  const auto pins = ui.session.pins();
  const bool lab = ui.session.lab().open() != nullptr;
  const bool above = lab ? std::ranges::any_of(pins, &Pin::imported) : !pins.empty();
  if (above) pins_section(ui, width);
  if (lab) {
    lab_content(ui, width);
    if (!above) pins_section(ui, width);
    return;
  }
  const Palette& c = ui.colors();
  const Verdict verdict =
      explain(ui.words(), ui.session.settings(), ui.session.own_runs(), ui.session.host(), ui.session.busy());
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  if (ui.session.in_demo() || ui.session.after_demo()) {
    // The first visit: what this is, and what to do now.
    const T hint = ui.layout == Layout::narrow ? T::lab_first_time_narrow : T::lab_first_time;
    paragraph(ui.look, ui.look.fonts.bold, c.accent, ui.words()(hint), width);
    gap(14);
  }
  paragraph(ui.look, ui.look.fonts.small, c.muted, ui.words()(T::why_what), width);
  gap(6);
  paragraph(ui.look, ui.look.fonts.title, c.text, verdict.question, width);
  gap(8);
  paragraph(ui.look, ui.look.fonts.body, c.muted, verdict.setup, width);
  gap(14);
  result_card(ui, verdict, width);
  if (!ui.session.sweep_view().error.empty()) {
    lines(ui,
          std::vector<Verdict::Line>{
              {ui.words()(T::sweep) + std::string(": ") + ui.session.sweep_view().error, Verdict::Tone::bad}},
          width, c.muted);
  }
  section(ui, T::why_why, verdict.why, width);
  section(ui, T::why_model_of, verdict.models, width);
  section(ui, T::why_notes, verdict.notes, width);
  ImGui::PopStyleVar();
  if (!above) pins_section(ui, width);
}

void why_panel(Ui& ui, const Rect& rect) {
  fill_area(ui.look, draw_list(), rect, ui.colors().panel);
  begin_scroll(ui.look, "why", rect, {18, 16});
  why_content(ui, ImGui::GetContentRegionAvail().x);
  end_scroll();
}

}  // namespace trilane::ui
