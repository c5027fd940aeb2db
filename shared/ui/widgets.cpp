#include "ui/widgets.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "ui/gl/fill.hpp"

namespace trilane::ui {
namespace {

constexpr float kTouchSlop = 8;  // a finger that moves less has pressed, not scrolled

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }

/// An item with a rectangle of its own; keyboard and pointer press it.
bool press_item(const Look& look, const char* id, ImVec2 size, float rounding, bool enabled = true) {
  ImGui::BeginDisabled(!enabled);
  const bool pressed = ImGui::InvisibleButton(id, size);
  ImGui::EndDisabled();
  focus_ring(look, rounding);
  if (enabled && ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  return pressed && enabled;
}

}  // namespace

float font_px(ImFont* font) { return font->FontSize * ImGui::GetIO().FontGlobalScale; }

void focus_ring(const Look& look, float rounding) {
  const ImGuiContext& g = *ImGui::GetCurrentContext();
  if (!ImGui::IsItemFocused() || g.NavDisableHighlight) return;
  const ImVec2 min = ImGui::GetItemRectMin();
  const ImVec2 max = ImGui::GetItemRectMax();
  draw_list().AddRect({min.x - 2, min.y - 2}, {max.x + 2, max.y + 2}, look.colors->accent, rounding + 2, 0, 2);
}

namespace {

/// Broken between words. ImGui's own wrapping also breaks behind a point or a comma, within "0.0141".
std::string wrapped(ImFont* font, std::string_view text, float width) {
  const float px = font_px(font);
  const auto measure = [&](std::string_view part) {
    return font->CalcTextSizeA(px, FLT_MAX, 0, part.data(), part.data() + part.size()).x;
  };
  std::string out(text);
  std::size_t line = 0, last = std::string::npos;  // where the line begins, and its last space so far
  for (std::size_t i = 0; i <= out.size(); ++i) {
    const bool hard = i == out.size() || out[i] == '\n';
    if (!hard && (out[i] != ' ' || (i + 1 < out.size() && out[i + 1] == '%'))) continue;
    if (last != std::string::npos && measure(std::string_view(out).substr(line, i - line)) > width) {
      out[last] = '\n';
      line = last + 1;
    }
    last = hard ? std::string::npos : i;
    if (hard) line = i + 1;
  }
  return out;
}

}  // namespace

ImVec2 text_size(ImFont* font, std::string_view text, float wrap) {
  const std::string broken = wrap > 0 ? wrapped(font, text, wrap) : std::string();
  if (wrap > 0) text = broken;
  return font->CalcTextSizeA(font_px(font), FLT_MAX, wrap, text.data(), text.data() + text.size());
}

float draw_text(ImDrawList& list, ImFont* font, ImVec2 at, ImU32 color, std::string_view text, float max_width) {
  const float size = font_px(font);
  const float width = text_size(font, text).x;
  if (max_width <= 0 || width <= max_width) {
    list.AddText(font, size, at, color, text.data(), text.data() + text.size());
    return width;
  }
  const float dots = text_size(font, "…").x;
  const char* rest = nullptr;
  const float cut =
      font->CalcTextSizeA(size, std::max(max_width - dots, 1.0F), 0, text.data(), text.data() + text.size(), &rest).x;
  list.AddText(font, size, at, color, text.data(), rest);
  list.AddText(font, size, {at.x + cut, at.y}, color, "…");
  return cut + dots;
}

void paragraph(const Look&, ImFont* font, ImU32 color, std::string_view text, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size = text_size(font, text, width);
  const std::string broken = wrapped(font, text, width);
  draw_list().AddText(font, font_px(font), at, color, broken.data(), broken.data() + broken.size(), width);
  ImGui::Dummy({width, size.y});
}

float button_width(const Look& look, const ButtonSpec& spec) {
  ImFont* font = spec.style == ButtonStyle::primary ? look.fonts.bold : look.fonts.body;
  float width = spec.label[0] != '\0' ? text_size(font, spec.label).x + 26 : 30;
  if (spec.icon != Icon::none && spec.label[0] != '\0') width += 18;
  if (spec.menu) width += 16;
  return std::round(width);
}

bool button(Look& look, const char* id, const ButtonSpec& spec) {
  const Palette& c = *look.colors;
  ImVec2 size = spec.size;
  if (size.x == 0) size.x = button_width(look, spec);
  if (size.y == 0) size.y = look.control_height();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed = press_item(look, id, size, metric::kSmallRound, spec.enabled);
  const bool hot = spec.enabled && ImGui::IsItemHovered();
  const bool down = spec.enabled && ImGui::IsItemActive();
  if (spec.tip != nullptr) tooltip(look, spec.tip);
  ImDrawList& list = draw_list();
  const ImVec2 end{at.x + size.x, at.y + size.y};
  ImU32 ink = c.text;
  if (spec.style == ButtonStyle::primary) {
    list.AddRectFilled(at, end, hot ? c.accent_hover : c.accent, metric::kSmallRound);
    ink = c.on_accent;
  } else if (spec.style == ButtonStyle::ghost) {
    list.AddRectFilled(at, end, hot ? c.hover : c.raised, metric::kSmallRound);
    list.AddRect(at, end, hot ? c.strong_border : c.border, metric::kSmallRound);
  } else if (hot) {
    list.AddRectFilled(at, end, c.hover, metric::kSmallRound);
  }
  if (!spec.enabled) {
    // Primary keeps its shape but loses its voice.
    if (spec.style == ButtonStyle::primary) list.AddRectFilled(at, end, fade(c.panel, 0.55F), metric::kSmallRound);
    ink = fade(ink, 0.4F);
  }
  ImFont* font = spec.style == ButtonStyle::primary ? look.fonts.bold : look.fonts.body;
  const ImVec2 text = text_size(font, spec.label);
  const float icon = spec.icon != Icon::none ? 11.0F : 0.0F;
  const float gap = icon != 0 && spec.label[0] != '\0' ? 8.0F : 0.0F;
  const float tail = spec.menu ? 15.0F : 0.0F;
  float x = at.x + (size.x - icon - gap - text.x - tail) / 2;
  const float middle = at.y + size.y / 2 + (down ? 0.5F : 0);
  if (icon != 0) draw_icon(list, spec.icon, {x + icon / 2, middle}, icon, ink);
  x += icon + gap;
  draw_text(list, font, {x, middle - text.y / 2}, ink, spec.label);
  if (spec.menu) draw_icon(list, Icon::chevron_down, {x + text.x + 10, middle}, 8, ink);
  return pressed;
}

float segmented_width(const Look& look, std::span<const char* const> labels) {
  float width = 4;
  for (const char* label : labels) width += text_size(look.fonts.body, label).x + 22;
  return std::round(width);
}

int segmented(Look& look, const char* id, std::span<const char* const> labels, int current, float width,
              std::span<const char* const> tips) {
  const Palette& c = *look.colors;
  const float natural = segmented_width(look, labels);
  if (width == 0) width = natural;
  const float height = look.control_height();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = draw_list();
  list.AddRectFilled(at, {at.x + width, at.y + height}, c.panel, metric::kSmallRound);
  list.AddRect(at, {at.x + width, at.y + height}, c.border, metric::kSmallRound);
  float x = at.x + 2;
  const float share = (width - natural) / static_cast<float>(labels.size());
  ImGui::PushID(id);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const ImVec2 text = text_size(look.fonts.body, labels[i]);
    const float each = text.x + 22 + share;
    ImGui::SetCursorScreenPos({x, at.y + 2});
    ImGui::PushID(static_cast<int>(i));
    if (press_item(look, "part", {each, height - 4}, 4)) current = static_cast<int>(i);
    const bool hot = ImGui::IsItemHovered();
    if (i < tips.size()) tooltip(look, tips[i]);
    ImGui::PopID();
    const bool on = static_cast<int>(i) == current;
    if (on || hot) list.AddRectFilled({x, at.y + 2}, {x + each, at.y + height - 2}, on ? c.hover : c.raised, 4);
    const float room = std::max(each - 6, 4.0F);
    ImFont* font = text.x > room ? look.fonts.small : look.fonts.body;
    const ImVec2 fitted = text_size(font, labels[i]);
    draw_text(list, font, {x + std::max((each - fitted.x) / 2, 3.0F), at.y + (height - fitted.y) / 2},
              on ? c.text : c.muted, labels[i], room);
    x += each;
  }
  ImGui::PopID();
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, height});
  return current;
}

float chip_width(const Look& look, const char* label) { return std::round(text_size(look.fonts.body, label).x + 34); }

bool chip(Look& look, const char* id, const char* label, ImU32 color, bool on, bool enabled, const char* tip) {
  const Palette& c = *look.colors;
  const ImVec2 size{chip_width(look, label), look.touch ? 40.0F : 28.0F};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed = press_item(look, id, size, size.y / 2, enabled);
  const bool hot = enabled && ImGui::IsItemHovered();
  tooltip(look, tip);
  ImDrawList& list = draw_list();
  const ImVec2 end{at.x + size.x, at.y + size.y};
  const float round = size.y / 2;
  if (on) list.AddRectFilled(at, end, mix(c.panel, color, 0.16F), round);
  if (hot) list.AddRectFilled(at, end, fade(c.hover, 0.6F), round);
  list.AddRect(at, end, on ? mix(c.panel, color, 0.65F) : c.border, round);
  const ImVec2 dot{at.x + 14, at.y + size.y / 2};
  if (on) {
    list.AddCircleFilled(dot, 4.5F, color, 20);
  } else {
    list.AddCircle(dot, 4.0F, enabled ? c.faint : c.border, 20, 1.3F);
  }
  const ImVec2 text = text_size(look.fonts.body, label);
  const ImU32 ink = !enabled ? fade(c.faint, 0.6F) : on ? c.text : c.muted;
  draw_text(list, look.fonts.body, {at.x + 23, at.y + (size.y - text.y) / 2}, ink, label);
  if (!enabled) list.AddLine({at.x + 23, dot.y + 1}, {at.x + 23 + text.x, dot.y + 1}, ink);
  return pressed;
}

bool toggle_row(Look& look, const char* id, const char* label, bool on, float width, const char* tip) {
  const Palette& c = *look.colors;
  const float height = look.touch ? 42.0F : 28.0F;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed = press_item(look, id, {width, height}, 4);
  const bool hot = ImGui::IsItemHovered();
  if (tip != nullptr) tooltip(look, tip);
  ImDrawList& list = draw_list();
  const float w = 30;
  const float h = 16;
  const ImVec2 knob{at.x + width - w, at.y + (height - h) / 2};
  const float line = text_size(look.fonts.body, label).y;
  draw_text(list, look.fonts.body, {at.x, at.y + (height - line) / 2}, hot ? c.text : c.muted, label, width - w - 8);
  list.AddRectFilled(knob, {knob.x + w, knob.y + h}, on ? c.accent : c.strong_border, h / 2);
  list.AddCircleFilled({on ? knob.x + w - h / 2 : knob.x + h / 2, knob.y + h / 2}, h / 2 - 2.5F, IM_COL32_WHITE, 20);
  return pressed;
}

void tooltip(const Look& look, const char* text) {
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_DelayNormal | ImGuiHoveredFlags_NoSharedDelay |
                            ImGuiHoveredFlags_AllowWhenDisabled)) {
    return;
  }
  begin_tip(look);
  const float wrap = std::min(300.0F, text_size(look.fonts.small, text).x + 1);
  paragraph(look, look.fonts.small, look.colors->text, text, wrap);
  end_tip();
}

void begin_tip(const Look& look) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {10, 8});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, metric::kSmallRound);
  ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, 1);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 3});
  ImGui::PushStyleColor(ImGuiCol_PopupBg, look.colors->raised);
  ImGui::BeginTooltip();
}

void tip_line(const Look& look, std::string_view label, std::string_view value, ImU32 color) {
  constexpr float kColumn = 108;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = draw_list();
  float x = at.x;
  if (color != 0) {
    list.AddRectFilled({x, at.y + 4}, {x + 8, at.y + 12}, color, 2);
    x += 14;
  }
  const bool heading = value.empty();
  const float width = draw_text(list, heading ? look.fonts.small_bold : look.fonts.small, {x, at.y},
                                heading ? look.colors->text : look.colors->muted, label);
  const float value_x = std::max(at.x + kColumn, x + width + 12);
  const float value_width = heading ? 0 : draw_text(list, look.fonts.small, {value_x, at.y}, look.colors->text, value);
  ImGui::Dummy({heading ? x + width - at.x : value_x + value_width - at.x, 16});
}

void end_tip() {
  ImGui::EndTooltip();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(4);
}

void fill_area(const Look& look, ImDrawList& list, const Rect& rect, ImU32 color) {
  if (look.fill == nullptr) {
    list.AddRectFilled(rect.min(), rect.max(), color);
    return;
  }
  list.PushClipRect(rect.min(), rect.max(), true);
  list.AddCallback(look.fill, gl::fill_data(color));
  list.PopClipRect();
}

Rect card(const Look& look, ImDrawList& list, const Rect& rect, std::string_view title, std::string_view subtitle,
          std::string_view right, float reserve) {
  const Palette& c = *look.colors;
  constexpr float kEnd = metric::kRound;
  if (rect.h > 4 * kEnd) {
    // Above and below, where the corners are round; then all between.
    list.AddRectFilled(rect.min(), {rect.right(), rect.y + kEnd + 1}, c.panel, kEnd, ImDrawFlags_RoundCornersTop);
    list.AddRectFilled({rect.x, rect.bottom() - kEnd - 1}, rect.max(), c.panel, kEnd, ImDrawFlags_RoundCornersBottom);
    fill_area(look, list, {rect.x, rect.y + kEnd, rect.w, rect.h - 2 * kEnd}, c.panel);
  } else {
    list.AddRectFilled(rect.min(), rect.max(), c.panel, kEnd);
  }
  list.AddRect(rect.min(), rect.max(), c.border, kEnd);
  if (title.empty()) return rect.inset(12);
  const float line = text_size(look.fonts.bold, title).y;
  const float y = rect.y + (metric::kCardHead - line) / 2;
  float x = rect.x + 14;
  x += draw_text(list, look.fonts.bold, {x, y}, c.text, title, rect.w - 28 - reserve) + 10;
  const float small = text_size(look.fonts.small, "x").y;
  const float base = y + line - small - 1;
  float end = rect.right() - 14 - reserve;
  const float right_width = right.empty() ? 0 : text_size(look.fonts.small, right).x;
  const float subtitle_width = text_size(look.fonts.small, subtitle).x;
  if (right_width > 0 && x + subtitle_width + 16 + right_width < end) {
    draw_text(list, look.fonts.small, {end - right_width, base}, c.muted, right);
    end -= right_width + 16;
  }
  if (end - x > 40) draw_text(list, look.fonts.small, {x, base}, c.muted, subtitle, end - x);
  list.AddLine({rect.x + 1, rect.y + metric::kCardHead}, {rect.right() - 1, rect.y + metric::kCardHead}, c.border);
  return {rect.x + 1, rect.y + metric::kCardHead + 1, rect.w - 2, rect.h - metric::kCardHead - 2};
}

void section_title(const Look& look, const char* text) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text(draw_list(), look.fonts.small_bold, at, look.colors->faint, text);
  ImGui::Dummy({10, 20});
}

void empty_state(const Look& look, ImDrawList& list, const Rect& rect, std::string_view title, std::string_view text) {
  const float width = std::min(360.0F, rect.w - 32);
  if (width < 60) return;
  const ImVec2 body = text_size(look.fonts.small, text, width);
  const ImVec2 head = title.empty() ? ImVec2(0, 0) : text_size(look.fonts.bold, title);
  float y = rect.y + (rect.h - body.y - head.y - 6) / 2;
  const float middle = rect.x + rect.w / 2;
  if (!title.empty()) {
    draw_text(list, look.fonts.bold, {middle - head.x / 2, y}, look.colors->text, title);
    y += head.y + 6;
  }
  // Each line in the middle by itself: ImGui wraps, but does not centre.
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    const float scale = ImGui::GetIO().FontGlobalScale;
    const char* line_end = look.fonts.small->CalcWordWrapPositionA(scale, at, end, width);
    if (line_end == at) ++line_end;
    const std::string_view line(at, static_cast<std::size_t>(line_end - at));
    const ImVec2 size = text_size(look.fonts.small, line);
    draw_text(list, look.fonts.small, {middle - size.x / 2, y}, look.colors->muted, line);
    y += size.y + 2;
    at = line_end;
    while (at < end && *at == ' ') ++at;
  }
}

void begin_scroll(Look& look, const char* id, const Rect& rect, ImVec2 padding) {
  ImGui::SetCursorScreenPos(rect.min());
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
  ImGui::BeginChild(id, {rect.w, rect.h}, ImGuiChildFlags_AlwaysUseWindowPadding, ImGuiWindowFlags_NoMove);
  ImGui::PopStyleVar();
  if (!look.touch ||
      !ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem))
    return;
  // A finger that moves up or down scrolls; what it touched at first must not be pressed then.
  if (look.drags != 0 && ImGui::GetActiveID() == look.drags) return;
  const ImVec2 drag = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, kTouchSlop);
  if (ImGui::IsMouseDragging(ImGuiMouseButton_Left, kTouchSlop) && std::fabs(drag.y) > std::fabs(drag.x)) {
    ImGui::ClearActiveID();
    ImGui::SetScrollY(ImGui::GetScrollY() - ImGui::GetIO().MouseDelta.y);
    look.animating = true;
  }
}

void end_scroll() { ImGui::EndChild(); }

}  // namespace trilane::ui
