// The number row: label, slider, field. The longest of the widgets, so it has a file of its own.
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "ui/widgets.hpp"

namespace trilane::ui {
namespace {

/// The position 0..1 of a value on the slider, and back. A logarithmic slider that begins at 0 is linear in log(1 + v).
double to_unit(const NumberSpec& spec, double top, double value) {
  value = std::clamp(value, spec.min, top);
  if (!spec.logarithmic) return (value - spec.min) / std::max(top - spec.min, 1e-12);
  const double shift = spec.min <= 0 ? 1 - spec.min : 0;
  return std::log((value + shift) / (spec.min + shift)) / std::log((top + shift) / (spec.min + shift));
}

double from_unit(const NumberSpec& spec, double top, double unit) {
  double value = 0;
  if (spec.logarithmic) {
    const double shift = spec.min <= 0 ? 1 - spec.min : 0;
    value = (spec.min + shift) * std::pow((top + shift) / (spec.min + shift), unit) - shift;
    // Two significant digits: round numbers are what people mean.
    if (value > 0 && unit < 1) {
      const double step = std::pow(10, std::floor(std::log10(value)) - 1);
      value = std::round(value / step) * step;
    }
  } else {
    value = spec.min + (top - spec.min) * unit;
    if (!spec.integer) value = std::round(value * 100) / 100;
  }
  if (spec.integer) value = std::round(value);
  return std::clamp(value, spec.min, top);
}

/// What a person types: spaces and units are skipped, a comma is a point, k M G T are powers of a thousand.
bool parse_number(const char* text, double& out) {
  std::string clean;
  for (const char* at = text; *at != '\0'; ++at) {
    if (*at == ' ' || static_cast<unsigned char>(*at) >= 0x80) {
      // No-break and narrow spaces group digits; letters of other alphabets are a unit.
      if (clean.empty() || std::strncmp(at, "\u202f", 3) == 0 || *at == ' ') continue;
      if ((static_cast<unsigned char>(*at) & 0xc0) == 0x80) continue;
      continue;
    }
    clean += *at == ',' ? '.' : *at;
  }
  char* end = nullptr;
  out = std::strtod(clean.c_str(), &end);
  if (end == clean.c_str()) return false;
  switch (*end) {
    case 'k':
    case 'K': out *= 1e3; break;
    case 'M': out *= 1e6; break;
    case 'G': out *= 1e9; break;
    case 'T': out *= 1e12; break;
    default: break;
  }
  return true;
}

bool slider(Look& look, const NumberSpec& spec, ImVec2 at, ImVec2 size, double& out) {
  const Palette& c = *look.colors;
  const double top = spec.slider_max > 0 ? std::min(spec.slider_max, spec.max) : spec.max;
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton("slider", size);
  const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
  focus_ring(look, 4);
  if (spec.tip != nullptr && !ImGui::IsItemActive()) tooltip(look, spec.tip);
  constexpr float kKnob = 7;
  const float left = at.x + kKnob;
  const float span = size.x - 2 * kKnob;
  bool changed = false;
  double unit = to_unit(spec, top, spec.value);
  if (ImGui::IsItemActive() && ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    unit = std::clamp(static_cast<double>((ImGui::GetIO().MousePos.x - left) / span), 0.0, 1.0);
    const double value = from_unit(spec, top, unit);
    if (value != spec.value) {
      out = value;
      changed = true;
    }
  } else if (ImGui::IsItemFocused() && !ImGui::GetIO().WantTextInput) {
    // The keyboard: minus and plus move one step, so that the arrows stay for going between controls.
    const int step =
        static_cast<int>(ImGui::IsKeyPressed(ImGuiKey_Equal) || ImGui::IsKeyPressed(ImGuiKey_KeypadAdd)) -
        static_cast<int>(ImGui::IsKeyPressed(ImGuiKey_Minus) || ImGui::IsKeyPressed(ImGuiKey_KeypadSubtract));
    if (step != 0) {
      const double by = spec.logarithmic ? std::max(std::round(spec.value * 0.1), spec.integer ? 1.0 : 0.1)
                        : spec.integer   ? 1.0
                                         : (spec.max - spec.min) / 20;
      out = std::clamp(spec.value + step * by, spec.min, spec.max);
      changed = out != spec.value;
    }
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float y = at.y + size.y / 2;
  const float x = left + span * static_cast<float>(std::clamp(unit, 0.0, 1.0));
  list.AddRectFilled({left, y - 2}, {left + span, y + 2}, c.strong_border, 2);
  list.AddRectFilled({left, y - 2}, {x, y + 2}, c.accent, 2);
  const float knob = look.touch ? kKnob + 3 : kKnob;
  list.AddCircleFilled({x, y}, knob, hot ? c.accent_hover : c.accent, 24);
  list.AddCircleFilled({x, y}, knob - 2.5F, IM_COL32_WHITE, 24);
  return changed;
}

bool field(Look& look, const NumberSpec& spec, ImVec2 at, float width, double& out) {
  const Palette& c = *look.colors;
  // The text as shown goes in on every frame; while it is edited ImGui keeps its own copy.
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%s", spec.shown.c_str());
  const float height = look.control_height();
  const float text_height = text_size(look.fonts.body, "0").y;
  const float text_width = text_size(look.fonts.body, spec.shown).x;
  ImGui::SetCursorScreenPos(at);
  const ImGuiID id = ImGui::GetID("##field");
  const bool editing = ImGui::GetActiveID() == id;
  // Right-aligned while it is only read: the padding at the left takes what is free.
  const float pad = editing ? 8.0F : std::max(width - text_width - 9, 4.0F);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {pad, (height - text_height) / 2});
  ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 1);
  ImGui::PushStyleColor(ImGuiCol_Border, spec.marked ? c.warn : editing ? c.accent : c.border);
  ImGui::SetNextItemWidth(width);
  ImGui::InputText("##field", buffer, sizeof buffer,
                   ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_NoHorizontalScroll);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(2);
  if (spec.tip != nullptr && !ImGui::IsItemActive()) tooltip(look, spec.tip);
  return ImGui::IsItemDeactivatedAfterEdit() && parse_number(buffer, out);
}

}  // namespace

bool number_row(Look& look, const NumberSpec& spec, float width, double& out) {
  const Palette& c = *look.colors;
  const float height = look.control_height();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::PushID(spec.id);
  const float label_width = std::round(width * (look.touch ? 0.31F : 0.385F));
  const float field_width =
      std::max(look.touch ? 104.0F : 78.0F, std::min(text_size(look.fonts.body, spec.shown).x + 20, width * 0.42F));
  const float line = text_size(look.fonts.body, "0").y;
  draw_text(*ImGui::GetWindowDrawList(), look.fonts.body, {at.x, at.y + (height - line) / 2}, c.muted, spec.label,
            spec.slider ? label_width - 6 : width - field_width - 8);
  bool changed = false;
  if (spec.slider) {
    const float slider_width = width - label_width - field_width - 8;
    changed = slider(look, spec, {at.x + label_width, at.y}, {slider_width, height}, out);
  }
  if (field(look, spec, {at.x + width - field_width, at.y}, field_width, out)) changed = true;
  ImGui::PopID();
  ImGui::SetCursorScreenPos({at.x, at.y + height});
  ImGui::Dummy({width, 0});
  return changed;
}

}  // namespace trilane::ui
