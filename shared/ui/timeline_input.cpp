#include "ui/timeline_input.hpp"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "platform/clock.hpp"

namespace trilane::ui {
namespace {

constexpr double kMinWindowMs = 1e-4;  // 100 ns: a few clock steps

double longest_ms(std::span<const RunView> runs) {
  double longest = 0;
  const std::int64_t now = now_ns();
  for (const RunView& run : runs) longest = std::max(longest, run.reached_ms(now));
  return longest;
}

void zoom(TimelineState& view, double at_ms, double factor, double longest) {
  double begin = at_ms - (at_ms - view.begin_ms) * factor;
  double end = at_ms + (view.end_ms - at_ms) * factor;
  if (end - begin < kMinWindowMs || end - begin > std::max(longest, 1.0) * 20) return;
  // Nothing happens before the start: a little of it is enough.
  const double lead = (end - begin) * 0.05;
  if (begin < -lead) {
    end += -lead - begin;
    begin = -lead;
  }
  view.begin_ms = begin;
  view.end_ms = end;
  view.follow = false;
}

void pan(TimelineState& view, double by_ms, double longest) {
  const double width = view.end_ms - view.begin_ms;
  const double begin = std::clamp(view.begin_ms + by_ms, -width * 0.05, std::max(longest, width) - width * 0.1);
  view.begin_ms = begin;
  view.end_ms = begin + width;
  view.follow = false;
}

}  // namespace

bool follow(TimelineState& view, std::span<const RunView> runs, bool racing, float dt) {
  if (!view.follow) return false;
  const double longest = longest_ms(runs);
  if (longest <= 0) return false;
  const double target = longest * (racing ? 1.12 : 1.035);
  const double ease = 1 - std::exp(-static_cast<double>(dt) * 9);
  view.begin_ms += (0 - view.begin_ms) * ease;
  view.end_ms += (target - view.end_ms) * ease;
  if (std::fabs(view.end_ms - target) < target * 0.001 && std::fabs(view.begin_ms) < target * 0.001) {
    view.begin_ms = 0;
    view.end_ms = target;
    return false;
  }
  return true;
}

void navigate(Ui& ui, const Rect& plot, const Rect& body, float content_height) {
  const double longest = longest_ms(ui.session.runs());
  TimelineState& view = ui.timeline;
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetCursorScreenPos(plot.min());
  ImGui::InvisibleButton("timeline", {std::max(plot.w, 1.0F), std::max(plot.h, 1.0F)});
  focus_ring(ui.look, 4);
  ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
  const bool hovered = ImGui::IsItemHovered();
  const bool focused = ImGui::IsItemFocused();
  const float x = io.MousePos.x - body.x;
  const double per_px = (view.end_ms - view.begin_ms) / static_cast<double>(body.w);
  if (hovered && io.MouseWheel != 0) {
    if (io.KeyShift) {
      view.scroll_y -= io.MouseWheel * 40;
    } else {
      zoom(view, view.begin_ms + static_cast<double>(x) * per_px, std::pow(0.85, static_cast<double>(io.MouseWheel)),
           longest);
    }
  }
  if (hovered && io.MouseWheelH != 0) pan(view, static_cast<double>(-io.MouseWheelH) * 40 * per_px, longest);
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3)) {
    if (io.MouseDelta.x != 0) pan(view, static_cast<double>(-io.MouseDelta.x) * per_px, longest);
    view.scroll_y -= io.MouseDelta.y;
    if (!ui.look.touch) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  }
  if (view.pinch_factor != 1) {
    zoom(view, view.begin_ms + static_cast<double>(view.pinch_x - body.x) * per_px,
         1.0 / static_cast<double>(view.pinch_factor), longest);
    view.pinch_factor = 1;
  }
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) view.follow = true;
  if ((hovered || focused) && !io.WantTextInput && !io.KeyCtrl) {
    const double step = static_cast<double>(io.DeltaTime) * 2.5;
    const double centre = hovered ? view.begin_ms + static_cast<double>(x) * per_px : (view.begin_ms + view.end_ms) / 2;
    const double width = view.end_ms - view.begin_ms;
    const auto held = [&](ImGuiKey key) {
      if (!ImGui::IsKeyDown(key)) return false;
      ui.look.animating = true;
      return true;
    };
    if (held(ImGuiKey_W)) zoom(view, centre, 1 - step * 0.6, longest);
    if (held(ImGuiKey_S)) zoom(view, centre, 1 + step * 0.6, longest);
    if (held(ImGuiKey_A)) pan(view, -width * step * 0.4, longest);
    if (held(ImGuiKey_D)) pan(view, width * step * 0.4, longest);
  }
  const float overflow = std::max(0.0F, content_height - body.h);
  view.scroll_y = std::clamp(view.scroll_y, 0.0F, overflow);
}

}  // namespace trilane::ui
