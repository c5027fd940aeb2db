#include "ui/plots/plot.hpp"

#include <algorithm>
#include <cmath>

namespace trilane::ui {
namespace {

constexpr float kTickText = 5;    // between an axis and its labels
constexpr float kLabelRoom = 18;  // under the x axis
constexpr float kLegendRow = 18;

double scaled(const Axis& axis, double value) {
  if (!axis.logarithmic) return (value - axis.low) / (axis.high - axis.low);
  return std::log(std::max(value, 1e-12) / axis.low) / std::log(axis.high / axis.low);
}

Ticks ticks_of(const Axis& axis, float px, float each) {
  if (!axis.ticks.empty()) return {axis.ticks, 0};
  const int wanted = std::max(2, static_cast<int>(px / each));
  return axis.logarithmic ? log_ticks(axis.low, axis.high, wanted, axis.base2)
                          : linear_ticks(axis.low, axis.high, wanted);
}

}  // namespace

Plot::Plot(Look& look, ImDrawList& list, const Rect& rect, Axis x, Axis y)
    : look_(look), list_(list), x_(std::move(x)), y_(std::move(y)) {
  const Palette& c = *look.colors;
  ImFont* font = look.fonts.small;
  if (!(x_.high > x_.low)) x_.high = x_.low + 1;
  if (!(y_.high > y_.low)) y_.high = y_.low + 1;
  const float line = text_size(font, "0").y;
  const Ticks y_ticks = ticks_of(y_, rect.h - kLabelRoom, 34);
  float gutter = 0;
  std::vector<std::string> names;
  for (const double tick : y_ticks.at) {
    names.push_back(y_.label ? y_.label(tick, y_ticks.step) : std::string());
    gutter = std::max(gutter, text_size(font, names.back()).x);
  }
  area_ = {rect.x + gutter + kTickText, rect.y + line / 2, rect.w - gutter - kTickText, rect.h - kLabelRoom - line / 2};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const float py = std::round(y_of(y_ticks.at[i]));
    list.AddLine({area_.x, py}, {area_.right(), py}, c.grid);
    draw_text(list, font, {area_.x - kTickText - text_size(font, names[i]).x, py - line / 2}, c.muted, names[i]);
  }
  const Ticks x_ticks = ticks_of(x_, area_.w, 64);
  float free_from = -1e9F;
  for (const double tick : x_ticks.at) {
    if (!x_.label) break;
    const float px = x_of(tick);
    const std::string name = x_.label(tick, x_ticks.step);
    const float width = text_size(font, name).x;
    const float left = std::clamp(px - width / 2, area_.x - 4, std::max(area_.right() - width + 4, area_.x - 4));
    list.AddLine({std::round(px), area_.bottom()}, {std::round(px), area_.bottom() + 3}, c.strong_border);
    if (left < free_from) continue;  // rather a label less than two on top of each other
    draw_text(list, font, {left, area_.bottom() + 4}, c.muted, name);
    free_from = left + width + 8;
  }
}

float Plot::x_of(double value) const { return area_.x + static_cast<float>(scaled(x_, value)) * area_.w; }
float Plot::y_of(double value) const { return area_.bottom() - static_cast<float>(scaled(y_, value)) * area_.h; }

double Plot::x_at(float px) const {
  const double unit = static_cast<double>((px - area_.x) / area_.w);
  return x_.logarithmic ? x_.low * std::pow(x_.high / x_.low, unit) : x_.low + unit * (x_.high - x_.low);
}

void Plot::line(std::span<const ImVec2> points, ImU32 color, Dash dash, float width) const {
  if (points.size() < 2) return;
  begin_lines();
  if (dash == Dash::none) {
    list_.AddPolyline(points.data(), static_cast<int>(points.size()), color, ImDrawFlags_None, width);
  } else {
    const float on = dash == Dash::dots ? 2 : kDash;
    const float step = on + (dash == Dash::dots ? 3 : kDashGap);
    float phase = 0;
    for (std::size_t i = 1; i < points.size(); ++i) {
      const ImVec2 a = points[i - 1];
      const ImVec2 d{points[i].x - a.x, points[i].y - a.y};
      const float length = std::sqrt(d.x * d.x + d.y * d.y);
      for (float at = -phase; at < length; at += step) {
        const float t0 = std::max(at, 0.0F) / length;
        const float t1 = std::min(at + on, length) / length;
        if (t1 > t0) list_.AddLine({a.x + d.x * t0, a.y + d.y * t0}, {a.x + d.x * t1, a.y + d.y * t1}, color, width);
      }
      phase = std::fmod(length + phase, step);
    }
  }
  end_inside();
}

void Plot::marker(ImVec2 at, ImU32 color, bool hollow) const {
  list_.AddCircleFilled(at, 4, hollow ? look_.colors->panel : color, 16);
  if (hollow) list_.AddCircle(at, 3.5F, color, 16, 1.6F);
}

void Plot::error_bar(float x, float y_low, float y_high, ImU32 color) const {
  if (std::fabs(y_low - y_high) < 1) return;
  list_.AddLine({x, y_low}, {x, y_high}, color, 1.4F);
  list_.AddLine({x - 3, y_low}, {x + 3, y_low}, color, 1.4F);
  list_.AddLine({x - 3, y_high}, {x + 3, y_high}, color, 1.4F);
}

void Plot::label(ImVec2 at, ImU32 color, const std::string& text) const {
  draw_text(list_, look_.fonts.small, at, color, text);
}

bool Plot::shows(ImVec2 at) const {
  return at.x >= area_.x - 1 && at.x <= area_.right() + 1 && at.y >= area_.y - 1 && at.y <= area_.bottom() + 1;
}

void Plot::begin_lines() const {
  list_.PushClipRect({area_.x - 2, area_.y - 4}, {area_.right() + 2, area_.bottom() + 2}, true);
}
void Plot::begin_inside() const {
  list_.PushClipRect({area_.x - 1, area_.y - 1}, {area_.right() + 1, area_.bottom() + 1}, true);
}
void Plot::end_inside() const { list_.PopClipRect(); }

float legend_height(const Look& look, std::span<const LegendEntry> entries, float width) {
  float x = 0;
  float rows = 1;
  for (const LegendEntry& entry : entries) {
    const float each = text_size(look.fonts.small, entry.label).x + 30;
    if (x + each - 6 > width && x > 0) {
      x = 0;
      ++rows;
    }
    x += each;
  }
  return rows * kLegendRow + 4;
}

void legend(Look& look, ImDrawList& list, const char* id, const Rect& rect, std::span<const LegendEntry> entries,
            std::span<bool> hidden) {
  const Palette& c = *look.colors;
  float x = rect.x;
  float y = rect.y;
  ImGui::PushID(id);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const LegendEntry& entry = entries[i];
    const float width = text_size(look.fonts.small, entry.label).x + 24;
    if (x + width > rect.right() && x > rect.x) {
      x = rect.x;
      y += kLegendRow;
    }
    ImGui::SetCursorScreenPos({x, y});
    ImGui::PushID(static_cast<int>(i));
    if (ImGui::InvisibleButton("entry", {width - 4, kLegendRow})) hidden[i] = !hidden[i];
    ImGui::PopID();
    focus_ring(look, 4);
    const bool hot = ImGui::IsItemHovered();
    if (hot) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    const float middle = y + kLegendRow / 2;
    const ImU32 color = hidden[i] ? c.border : entry.color;
    if (entry.dashed) {
      list.AddLine({x, middle}, {x + 5, middle}, color, 2);
      list.AddLine({x + 8, middle}, {x + 13, middle}, color, 2);
    } else {
      list.AddRectFilled({x, middle - 1.5F}, {x + 13, middle + 1.5F}, color, 1.5F);
    }
    draw_text(list, look.fonts.small, {x + 17, y + 1}, hidden[i] ? c.faint : hot ? c.text : c.muted, entry.label);
    x += width + 6;
  }
  ImGui::PopID();
}

}  // namespace trilane::ui
