#include "ui/timeline/input.hpp"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "platform/clock.hpp"

namespace trilane::ui {
namespace {

constexpr double kMinWindowMs = 1e-4;  // 100 ns: a few clock steps

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

double longest_ms(std::span<const RunView> runs) {
  double longest = 0;
  const std::int64_t now = now_ns();
  for (const RunView& run : runs) longest = std::max(longest, run.reached_ms(now));
  return longest;
}

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

namespace {

/// Arrow keys belong to the timeline while it has the focus, and not to the movement between controls.
void own_arrows() {
  const ImGuiID id = ImGui::GetItemID();
  for (const ImGuiKey key : {ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_UpArrow, ImGuiKey_DownArrow})
    ImGui::SetKeyOwner(key, id);
}

void keys(Ui& ui, double centre_ms, bool focused, double longest) {
  TimelineState& view = ui.timeline;
  const double step = static_cast<double>(ImGui::GetIO().DeltaTime) * 2.5;
  const double width = view.end_ms - view.begin_ms;
  const auto held = [&](ImGuiKey letter, ImGuiKey arrow) {
    if (!ImGui::IsKeyDown(letter) && !(focused && ImGui::IsKeyDown(arrow))) return false;
    ui.look.animating = true;
    return true;
  };
  if (held(ImGuiKey_W, ImGuiKey_UpArrow)) zoom(view, centre_ms, 1 - step * 0.6, longest);
  if (held(ImGuiKey_S, ImGuiKey_DownArrow)) zoom(view, centre_ms, 1 + step * 0.6, longest);
  if (held(ImGuiKey_A, ImGuiKey_LeftArrow)) pan(view, -width * step * 0.4, longest);
  if (held(ImGuiKey_D, ImGuiKey_RightArrow)) pan(view, width * step * 0.4, longest);
}

/// Shift+drag, or a drag after the range's button: selects. True while it does.
bool drag_range(Ui& ui, double at_ms) {
  TimelineState& view = ui.timeline;
  if (ImGui::IsItemActivated() && (ImGui::GetIO().KeyShift || view.selects_range))
    view.anchor_ms = std::max(at_ms, 0.0);
  if (!view.anchor_ms) return false;
  const double to = std::max(at_ms, 0.0);
  const bool moved = ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3);
  if (ImGui::IsItemActive() && moved && std::fabs(to - *view.anchor_ms) > kMinWindowMs)
    view.select_range(*view.anchor_ms, to);
  if (!ImGui::IsItemActive()) {
    view.anchor_ms.reset();
    view.selects_range = false;
  }
  return true;
}

}  // namespace

bool navigate(Ui& ui, const Rect& plot, const Rect& body, float content_height) {
  const double longest = longest_ms(ui.session.runs());
  TimelineState& view = ui.timeline;
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetCursorScreenPos(plot.min());
  ImGui::InvisibleButton("timeline", {std::max(plot.w, 1.0F), std::max(plot.h, 1.0F)});
  focus_ring(ui.look, 4);
  ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
  const bool hovered = ImGui::IsItemHovered();
  const bool focused = ImGui::IsItemFocused();
  if (focused) own_arrows();
  const float x = io.MousePos.x - body.x;
  const double per_px = (view.end_ms - view.begin_ms) / static_cast<double>(body.w);
  const double at_ms = view.begin_ms + static_cast<double>(x) * per_px;
  if (hovered && io.MouseWheel != 0) {
    if (io.KeyShift) {
      view.scroll_y -= io.MouseWheel * 40;
    } else {
      zoom(view, at_ms, std::pow(0.85, static_cast<double>(io.MouseWheel)), longest);
    }
  }
  if (hovered && io.MouseWheelH != 0) pan(view, static_cast<double>(-io.MouseWheelH) * 40 * per_px, longest);
  const bool selecting = drag_range(ui, at_ms);
  const bool dragged = ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3);
  if (dragged && !selecting) {
    if (io.MouseDelta.x != 0) pan(view, static_cast<double>(-io.MouseDelta.x) * per_px, longest);
    view.scroll_y -= io.MouseDelta.y;
    if (!ui.look.touch) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  }
  if (const auto pinch = ui.look.pinch; pinch && plot.contains(pinch->at)) {
    zoom(view, view.begin_ms + static_cast<double>(pinch->at.x - body.x) * per_px,
         1.0 / static_cast<double>(pinch->factor), longest);
  }
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) view.fit();
  if ((hovered || focused) && !io.WantTextInput && !io.KeyCtrl)
    keys(ui, hovered ? at_ms : (view.begin_ms + view.end_ms) / 2, focused, longest);
  const float overflow = std::max(0.0F, content_height - body.h);
  view.scroll_y = std::clamp(view.scroll_y, 0.0F, overflow);
  const ImVec2 moved = io.MouseClickedPos[ImGuiMouseButton_Left];
  const bool still = std::fabs(io.MousePos.x - moved.x) < 3 && std::fabs(io.MousePos.y - moved.y) < 3;
  return ImGui::IsItemDeactivated() && hovered && still && !selecting && ImGui::IsMouseReleased(ImGuiMouseButton_Left);
}

}  // namespace trilane::ui
