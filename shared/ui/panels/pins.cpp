// Pins and their comparison with the current results: a section of the card at the right.
#include <imgui.h>

#include <algorithm>
#include <cstring>

#include "experiments/entry_words.hpp"
#include "ui/json_value.hpp"
#include "ui/lab/predict.hpp"
#include "ui/plots/figure.hpp"
#include "ui/plots/split.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

/// Colours of pins: none is a model's, and each is readable on either theme as a tint and under its letter.
constexpr ImU32 kMarks[kPinMarks] = {IM_COL32(156, 106, 222, 255), IM_COL32(214, 84, 144, 255),
                                     IM_COL32(20, 148, 148, 255),  IM_COL32(150, 112, 60, 255),
                                     IM_COL32(92, 110, 200, 255),  IM_COL32(170, 80, 80, 255),
                                     IM_COL32(96, 130, 40, 255),   IM_COL32(110, 110, 126, 255)};

constexpr T kMeasureNames[kMeasures] = {
    T::makespan, T::throughput_against, T::latency, T::latency, T::cpu_time, T::memory, T::startup};

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }

void gap(float height) { ImGui::Dummy({1, height}); }

std::string measure_name(const Words& w, Measure measure) {
  const std::string name = w(kMeasureNames[static_cast<int>(measure)]);
  if (measure == Measure::latency_p50) return name + ", p50";
  return measure == Measure::latency_p99 ? name + ", p99" : name;
}

std::string shown(const Words& w, Measure measure, const std::optional<double>& value) {
  if (!value) return w(T::not_available);
  if (measure == Measure::throughput) return w.per_second(*value);
  return measure == Measure::memory ? w.bytes(*value) : w.duration_ms(*value);
}

/// A letter on the pin's colour; pressing takes the next colour.
bool mark_button(Ui& ui, const Pin& pin, float size) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed = ImGui::InvisibleButton("mark", {size, size});
  focus_ring(ui.look, 5);
  tooltip(ui.look, ui.words()(T::pin_mark_tip));
  draw_list().AddRectFilled(at, {at.x + size, at.y + size}, ui.pin_color(pin.mark), 5);
  const char letter[2] = {pin.letter(), 0};
  const ImVec2 text = text_size(ui.look.fonts.small_bold, letter);
  draw_text(draw_list(), ui.look.fonts.small_bold, {at.x + (size - text.x) / 2, at.y + (size - text.y) / 2},
            IM_COL32(255, 255, 255, 255), letter);
  return pressed;
}

void begin_rename(Ui& ui, const Pin& pin) {
  ui.renamed = pin.id;
  ui.rename_begins = true;
  std::strncpy(ui.new_name, pin.name.c_str(), sizeof ui.new_name - 1);
}

void rename_field(Ui& ui, const Pin& pin, float width) {
  ImGui::SetNextItemWidth(width);
  const bool begins = std::exchange(ui.rename_begins, false);
  if (begins) ImGui::SetKeyboardFocusHere();
  const bool entered = ImGui::InputText("##name", ui.new_name, sizeof ui.new_name,
                                        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  if (!entered && (begins || !ImGui::IsItemDeactivated())) return;
  ui.renamed = 0;
  // Esc and a click elsewhere leave the old name; Enter takes the new one.
  if (entered) (void)ui.session.change_pin(pin.id, std::string(ui.new_name), {}, {});
}

std::string facts_of(const Words& w, const Pin& pin) {
  std::string out;
  const auto add = [&out](const std::string& fact) {
    if (!fact.empty()) out += (out.empty() ? "" : " · ") + fact;
  };
  if (pin.imported) add(w(T::pin_elsewhere));
  if (pin.host.is_object()) {
    add(value_or<std::string>(pin.host, "cpu", ""));
    if (const auto cores = value_or(pin.host, "cores", 0.0); cores >= 1)
      add(w.counted(static_cast<std::uint64_t>(cores), T::pin_cores));
    add(value_or<std::string>(pin.host, "platform", ""));
    const std::string version = value_or<std::string>(pin.host, "version", "");
    add(version.empty() ? version : "Trilane " + version);
  } else if (pin.imported) {
    add(w(T::pin_no_host));
  }
  return out;
}

/// What a lab document found, an experiment a line that opens.
void findings(Ui& ui, const Pin& pin, float width) {
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  static const ChartHints kPlain;
  for (std::size_t i = 0; i < pin.entries.size(); ++i) {
    const SavedEntry& entry = pin.entries[i].entry;
    ImGui::PushID(static_cast<int>(i));
    const float height = ui.look.touch ? 40.0F : 24.0F;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    bool& open = *ImGui::GetStateStorage()->GetBoolRef(ImGui::GetID("open"), pin.entries.size() == 1);
    if (ImGui::InvisibleButton("finding", {width, height})) open = !open;
    focus_ring(ui.look, 4);
    if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    draw_icon(draw_list(), open ? Icon::chevron_down : Icon::chevron_right, {at.x + 5, at.y + height / 2}, 8, c.muted);
    const LabMark mark = entry.verdict == trilane::Verdict::confirmed ? LabMark::confirmed
                         : entry.verdict == trilane::Verdict::refuted ? LabMark::refuted
                                                                      : LabMark::undecided;
    draw_lab_mark(ui, mark, {at.x + 22, at.y + height / 2});
    const std::string& title = entry.title.en.empty() ? entry.id : in(w, entry.title);
    const float line = text_size(ui.look.fonts.bold, title).y;
    draw_text(draw_list(), ui.look.fonts.bold, {at.x + 34, at.y + (height - line) / 2}, c.text, title, width - 34);
    if (open) {
      gap(4);
      const std::string verdict = in(w, lab::verdict_words(entry.verdict));
      const std::string& claim = in(w, entry.claim);
      paragraph(ui.look, ui.look.fonts.small, c.muted, claim.empty() ? verdict : claim + " — " + verdict, width);
      gap(8);
      finding_view(ui, entry, width);
      for (const trilane::Figure& figure : entry.figures) {
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        const Rect rect{corner.x, corner.y, width, 210};
        FigureView& view = ui.plots.views["pin " + std::to_string(pin.id) + "/" + entry.id + "/" + figure.id];
        const Rect inside = card(ui.look, draw_list(), rect, in(w, figure.title), figure_subtitle(w, figure), {}, 0);
        draw_figure(ui.look, draw_list(), {inside.x + 12, inside.y + 6, inside.w - 26, inside.h - 12}, figure, kPlain,
                    view, ui.plots.lab_hidden);
        ImGui::SetCursorScreenPos({corner.x, rect.bottom() + 8});
        ImGui::Dummy({width, 0});
      }
    }
    ImGui::PopID();
  }
}

/// What happens to the list, after it was drawn.
struct Wish {
  int remove = 0;
  int toggle = 0;
  int recolour = 0;
  int run = 0;
};

void pin_row(Ui& ui, const Pin& pin, float width, Wish& wish) {
  const Words& w = ui.words();
  const float size = ui.look.touch ? 36.0F : 24.0F;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::PushID(pin.id);
  if (mark_button(ui, pin, size)) wish.recolour = pin.id;
  const float left = at.x + size + 8;
  float right = at.x + width;
  const auto tool = [&](const char* id, Icon icon, T tip) {
    right -= size + 2;
    ImGui::SetCursorScreenPos({right, at.y});
    return button(ui.look, id,
                  {.label = "", .icon = icon, .style = ButtonStyle::quiet, .tip = w(tip), .size = {size, size}});
  };
  if (tool("remove", Icon::cross, T::pin_remove)) wish.remove = pin.id;
  if (tool("rename", Icon::pen, T::pin_rename)) begin_rename(ui, pin);
  if (tool("shown", pin.shown ? Icon::eye : Icon::eye_off, pin.shown ? T::pin_hide : T::pin_show)) wish.toggle = pin.id;
  ImGui::SetCursorScreenPos({left, at.y});
  const float room = right - left - 6;
  if (ui.renamed == pin.id) {
    rename_field(ui, pin, room);
  } else {
    const bool open = ui.compared == pin.id;
    if (ImGui::InvisibleButton("name", {room, size})) ui.compared = open ? 0 : pin.id;
    focus_ring(ui.look, 4);
    tooltip(ui.look, w(T::pin_select_tip));
    if (ImGui::IsItemHovered())
      draw_list().AddRectFilled({left - 4, at.y}, {left + room, at.y + size}, ui.colors().hover, 4);
    ImFont* font = open ? ui.look.fonts.bold : ui.look.fonts.body;
    const float line = text_size(font, "A").y;
    draw_icon(draw_list(), open ? Icon::chevron_down : Icon::chevron_right, {left + 5, at.y + size / 2}, 8,
              ui.colors().muted);
    draw_text(draw_list(), font, {left + 15, at.y + (size - line) / 2},
              pin.shown ? ui.colors().text : ui.colors().muted, pin.name, room - 17);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + size + 4});
  const std::string facts = facts_of(w, pin);
  if (!facts.empty() && (pin.imported || ui.compared == pin.id)) {
    ImGui::SetCursorScreenPos({left, at.y + size + 3});
    paragraph(ui.look, ui.look.fonts.small, ui.colors().muted, facts, width - (left - at.x));
    ImGui::SetCursorScreenPos({at.x, ImGui::GetItemRectMax().y + 4});
  }
  if (pin.imported && !ui.locked && ui.session.settings_of(pin)) {
    ImGui::SetCursorScreenPos({left, ImGui::GetCursorScreenPos().y});
    if (button(ui.look, "here",
               {.label = w(T::pin_run_here),
                .icon = Icon::play,
                .enabled = !ui.session.busy() || ui.session.in_demo(),
                .tip = w(T::pin_run_here_tip)}))
      wish.run = pin.id;
    ImGui::SetCursorScreenPos({at.x, ImGui::GetItemRectMax().y + 4});
  }
  ImGui::PopID();
  gap(4);
}

/// Less time is good, and more throughput; what the others mean depends.
ImU32 outcome_color(const Palette& c, const MeasureComparison& one) {
  const bool throughput = one.measure == Measure::throughput;
  if (one.outcome != Outcome::less && one.outcome != Outcome::more) return c.muted;
  if (one.measure != Measure::makespan && !throughput) return c.text;
  return (one.outcome == Outcome::more) == throughput ? c.good : c.bad;
}

void measure_row(Ui& ui, const MeasureComparison& one, float width) {
  if (!one.pinned && !one.current) return;
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  ImFont* font = ui.look.fonts.small;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string values = shown(w, one.measure, one.pinned) + " → " + shown(w, one.measure, one.current);
  const float values_width = text_size(font, values).x;
  draw_text(draw_list(), font, at, c.muted, measure_name(w, one.measure), width - values_width - 8);
  draw_text(draw_list(), font, {at.x + width - values_width, at.y}, c.text, values);
  std::string judged;
  if (one.ratio) {
    judged = w.times(*one.ratio);
    if (one.ratio_low && one.ratio_high)
      judged = w(T::compare_interval, {judged, w.times(*one.ratio_low), w.times(*one.ratio_high)});
  }
  float y = at.y + 16;
  const auto line = [&](const std::string& text) {
    if (text.empty()) return;
    const float room = text_size(font, text).x;
    draw_text(draw_list(), font, {at.x + std::max(width - room, 0.0F), y}, outcome_color(c, one), text, width);
    y += 16;
  };
  line(judged);
  if (one.outcome == Outcome::same) line(w(T::compare_same));
  ImGui::Dummy({width, y - at.y + 3});
  if (one.outcome == Outcome::unspread) tooltip(ui.look, w(T::compare_unspread));
}

void comparison(Ui& ui, const Pin& pin, float width) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  const auto all = ui.session.compare_with(pin);
  const ImVec2 top = ImGui::GetCursorScreenPos();
  constexpr float kIndent = 12;
  const float inner = width - kIndent;
  ImGui::Indent(kIndent);
  if (all.empty()) {
    const auto runs = ui.session.runs_of(pin);
    const bool bare = std::ranges::all_of(runs, [](const RunView* run) { return !run->result; }) && pin.sweep.empty();
    if (!bare) paragraph(ui.look, ui.look.fonts.small, c.muted, w(T::compare_none), inner);
  } else {
    paragraph(ui.look, ui.look.fonts.small, c.muted, w(T::compare_current, {pin.name}), inner);
    gap(8);
  }
  const auto own = ui.session.own_runs();
  for (const RunComparison& one : all) {
    const RunView& run = own[one.current];
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_text(draw_list(), ui.look.fonts.small_bold, at, ui.color_of(run.racer), ui.name_of(run), inner);
    ImGui::Dummy({inner, 19});
    if (!one.other_options.empty()) {
      std::string names;
      for (const std::string& name : one.other_options) names += (names.empty() ? "" : ", ") + name;
      paragraph(ui.look, ui.look.fonts.small, c.warn, w(T::compare_other, {names}), inner);
      gap(2);
    }
    if (one.answers_differ) {
      paragraph(ui.look, ui.look.fonts.small, c.bad, w(T::compare_answers), inner);
      gap(2);
    }
    for (const MeasureComparison& measure : one.measures) measure_row(ui, measure, inner);
    gap(6);
  }
  ImGui::Unindent(kIndent);
  const float bottom = ImGui::GetCursorScreenPos().y;
  if (bottom > top.y + 8)
    draw_list().AddRectFilled({top.x + 1, top.y}, {top.x + 3.5F, bottom - 6}, ui.pin_color(pin.mark), 1.5F);
}

void buttons(Ui& ui, float width) {
  const Words& w = ui.words();
  const ButtonSpec pin{
      .label = w(T::pin_this), .icon = Icon::pin, .enabled = ui.session.can_pin(), .tip = w(T::pin_tip)};
  const ButtonSpec open{.label = w(T::open_file), .icon = Icon::open, .tip = w(T::open_file_tip)};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float pin_width = button_width(ui.look, pin);
  const float open_width = button_width(ui.look, open);
  const float control = ui.look.control_height();
  if (button(ui.look, "pin", pin)) ui.pin();
  const bool row = pin_width + 8 + open_width <= width;
  ImGui::SetCursorScreenPos(row ? ImVec2{at.x + pin_width + 8, at.y} : ImVec2{at.x, at.y + control + 6});
  ButtonSpec fitted = open;
  fitted.size.x = std::min(open_width, width);
  if (button(ui.look, "open", fitted)) ui.open_file();
  ImGui::SetCursorScreenPos({at.x, at.y + (row ? control : 2 * control + 6)});
}

}  // namespace

ImU32 Ui::pin_color(int mark) const { return kMarks[std::clamp(mark, 0, kPinMarks - 1)]; }

std::string Ui::name_of(const RunView& run, const Span& span) const {
  if (span.kind == SpanKind::compute && span.arg != 0 && span.arg <= run.span_names.size())
    return run.span_names[span.arg - 1];
  return words()(span_text(span.kind));
}

void pins_section(Ui& ui, float width) {
  const Words& w = ui.words();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  ImGui::PushID("pins");
  gap(6);
  section_title(ui.look, w(T::pins_title));
  const auto pins = ui.session.pins();
  if (pins.empty()) {
    paragraph(ui.look, ui.look.fonts.small, ui.colors().muted, w(T::pins_empty), width);
    gap(8);
  }
  Wish wish;
  for (const Pin& pin : pins) {
    pin_row(ui, pin, width, wish);
    if (ui.compared == pin.id) {
      ImGui::PushID(pin.id);
      findings(ui, pin, width);
      ImGui::PopID();
      comparison(ui, pin, width);
      gap(6);
    }
  }
  gap(2);
  buttons(ui, width);
  gap(16);
  ImGui::PopID();
  ImGui::PopStyleVar();
  // The list may move now.
  if (const Pin* const pin = ui.session.find_pin(wish.recolour)) {
    int next = pin->mark;
    do {
      next = (next + 1) % kPinMarks;
    } while (next != pin->mark && std::ranges::any_of(pins, [next](const Pin& one) { return one.mark == next; }));
    (void)ui.session.change_pin(pin->id, {}, {}, next);
  }
  if (const Pin* const pin = ui.session.find_pin(wish.toggle))
    (void)ui.session.change_pin(pin->id, {}, !pin->shown, {});
  if (wish.remove != 0) (void)ui.session.unpin(wish.remove);
  if (wish.run != 0) {
    if (const Status begun = ui.run_pin(wish.run); !begun) ui.say(begun.error().message);
  }
}

}  // namespace trilane::ui
