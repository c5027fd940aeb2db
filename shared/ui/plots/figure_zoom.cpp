// Zoom and pan of a figure: the wheel zooms about the pointer, dragging selects what is zoomed to, Shift-dragging
// moves, a double click shows all again; + - 0 and , . do the same for the plot that has the keyboard's focus. Two
// fingers zoom; one moves what is zoomed sideways, and scrolls the page when it goes up or down.
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "ui/plots/figure.hpp"

namespace trilane::ui::figure_parts {
namespace {

constexpr float kLeastDrag = 6;  // a shorter one was a click
constexpr float kHighDrag = 24;  // from here on a selection is of both axes
constexpr double kWheelStep = 0.8;
constexpr double kKeyStep = 0.7;

/// A zoomed axis that shows all is not zoomed.
void keep(std::optional<FigureRange>& to, const FigureRange& range, const FigureRange& full) {
  if (is_whole(range, full)) {
    to.reset();
  } else {
    to = range;
  }
}

void select_by_drag(const Frame& frame, const Plot& plot, const Ranges& ranges) {
  FigureView& view = frame.view;
  const Rect& area = plot.area();
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (ImGui::IsItemActivated()) {
    view.drag_x = mouse.x;
    view.drag_y = mouse.y;
  }
  if (!view.drag_x || !view.drag_y) return;
  const float x = std::clamp(mouse.x, area.x, area.right());
  const float y = std::clamp(mouse.y, area.y, area.bottom());
  const bool wide = std::fabs(x - *view.drag_x) > kLeastDrag;
  const bool high = std::fabs(y - *view.drag_y) > kHighDrag;
  if (ImGui::IsItemActive()) {
    if (!wide) return;
    const float top = high ? std::min(y, *view.drag_y) : area.y;
    const float bottom = high ? std::max(y, *view.drag_y) : area.bottom();
    const ImU32 color = frame.look.colors->accent;
    frame.list.AddRectFilled({std::min(x, *view.drag_x), top}, {std::max(x, *view.drag_x), bottom}, fade(color, 0.14F));
    frame.list.AddRect({std::min(x, *view.drag_x), top}, {std::max(x, *view.drag_x), bottom}, fade(color, 0.7F));
    return;
  }
  if (wide) {
    const auto unit_x = [&](float px) { return static_cast<double>((px - area.x) / area.w); };
    const auto unit_y = [&](float py) { return static_cast<double>((area.bottom() - py) / area.h); };
    view.x = part_of(ranges.x, unit_x(*view.drag_x), unit_x(x));
    if (high) view.y = part_of(ranges.y, unit_y(*view.drag_y), unit_y(y));
  }
  view.drag_x.reset();
  view.drag_y.reset();
}

void by_keys(const Frame& frame, const Ranges& ranges) {
  const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(key); };
  double factor = 1;
  if (pressed(ImGuiKey_Equal) || pressed(ImGuiKey_KeypadAdd)) factor = kKeyStep;
  if (pressed(ImGuiKey_Minus) || pressed(ImGuiKey_KeypadSubtract)) factor = 1 / kKeyStep;
  if (factor != 1) keep(frame.view.x, zoomed(ranges.x, ranges.full_x, 0.5, factor), ranges.full_x);
  for (const auto& [key, by] : {std::pair{ImGuiKey_Comma, -0.2}, {ImGuiKey_Period, 0.2}}) {
    if (pressed(key)) keep(frame.view.x, panned(ranges.x, ranges.full_x, by), ranges.full_x);
  }
  if (pressed(ImGuiKey_0)) frame.view.reset();
}

/// A plot that shows all takes no finger: it would be in the page's way.
void by_finger(const Frame& frame, const Rect& area, const Ranges& ranges) {
  FigureView& view = frame.view;
  if (!view.zoomed()) return;
  ImGui::SetCursorScreenPos(area.min());
  ImGui::InvisibleButton("plot", {area.w, area.h});
  const float moved = ImGui::IsItemActive() ? ImGui::GetIO().MouseDelta.x : 0;
  if (moved != 0) keep(view.x, panned(ranges.x, ranges.full_x, -static_cast<double>(moved / area.w)), ranges.full_x);
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) view.reset();
}

}  // namespace

Ranges ranges_of(const Frame& frame) {
  Ranges out;
  out.full_x = figure_x_range(frame.figure, frame.hidden);
  out.full_y = figure_y_range(frame.figure, frame.hidden);
  const ChartHints& hints = frame.hints;
  if (hints.x_low && !out.full_x.logarithmic) out.full_x.low = *hints.x_low;
  if (hints.x_high && *hints.x_high > out.full_x.low) out.full_x.high = *hints.x_high;
  if (hints.y_low && !out.full_y.logarithmic) out.full_y.low = *hints.y_low;
  if (hints.y_high && *hints.y_high > out.full_y.low) out.full_y.high = *hints.y_high;
  // What was zoomed to may not be there any more: the data changed.
  const auto part = [](std::optional<FigureRange>& wanted, const FigureRange& full) {
    if (wanted && (wanted->logarithmic != full.logarithmic || wanted->low < full.low - std::fabs(full.low) * 1e-9 ||
                   wanted->high > full.high + std::fabs(full.high) * 1e-9 || !(wanted->high > wanted->low)))
      wanted.reset();
    return wanted.value_or(full);
  };
  out.x = part(frame.view.x, out.full_x);
  out.y = part(frame.view.y, out.full_y);
  return out;
}

void navigate(const Frame& frame, const Plot& plot, const Ranges& ranges) {
  const Rect& area = plot.area();
  if (area.w < 20 || area.h < 20) return;
  if (const auto& pinch = frame.look.pinch; pinch && area.contains(pinch->at)) {
    const double at = static_cast<double>((pinch->at.x - area.x) / area.w);
    keep(frame.view.x, zoomed(ranges.x, ranges.full_x, at, 1 / static_cast<double>(pinch->factor)), ranges.full_x);
    frame.view.drag_x.reset();
    return;
  }
  if (frame.look.touch) return by_finger(frame, area, ranges);
  ImGui::SetCursorScreenPos(area.min());
  ImGui::InvisibleButton("plot", {area.w, area.h});
  focus_ring(frame.look, 2);
  const ImGuiIO& io = ImGui::GetIO();
  FigureView& view = frame.view;
  if (ImGui::IsItemHovered()) {
    ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
    const double at = static_cast<double>((io.MousePos.x - area.x) / area.w);
    if (io.MouseWheel != 0 && io.KeyShift) {
      keep(view.x, panned(ranges.x, ranges.full_x, -0.1 * static_cast<double>(io.MouseWheel)), ranges.full_x);
    } else if (io.MouseWheel != 0) {
      const double factor = std::pow(kWheelStep, static_cast<double>(io.MouseWheel));
      keep(view.x, zoomed(ranges.x, ranges.full_x, at, factor), ranges.full_x);
    }
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) view.reset();
  }
  if (ImGui::IsItemFocused() && !io.WantTextInput && !io.KeyCtrl) by_keys(frame, ranges);
  if (ImGui::IsItemActive() && io.KeyShift) {
    keep(view.x, panned(ranges.x, ranges.full_x, -static_cast<double>(io.MouseDelta.x / area.w)), ranges.full_x);
    if (view.y)
      keep(view.y, panned(ranges.y, ranges.full_y, static_cast<double>(io.MouseDelta.y / area.h)), ranges.full_y);
    view.drag_x.reset();
    return;
  }
  select_by_drag(frame, plot, ranges);
}

}  // namespace trilane::ui::figure_parts
