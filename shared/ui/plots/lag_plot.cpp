// The event loop's lag over the last repeat, and the limit from which a block is named.
#include <imgui.h>

#include <algorithm>

#include "models/model.hpp"
#include "ui/plots/plot.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {

bool flip_button(Ui& ui, const Rect& card, const char* id, const char* tip) {
  const float size = ui.look.touch ? 36.0F : 24.0F;
  ImGui::SetCursorScreenPos({card.right() - size - 8, card.y + (metric::kCardHead - size) / 2});
  return button(
      ui.look, id,
      {.label = "", .icon = Icon::chevron_right, .style = ButtonStyle::quiet, .tip = tip, .size = {size, size}});
}

void lag_card(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Rect inside = card(ui.look, list, rect, w(T::loop_lag), w(T::loop_lag_sub));
  if (flip_button(ui, rect, "lag", w(T::throughput))) ui.show_lag = false;
  if (inside.h < 60) return;
  const RunView* shown = nullptr;
  for (const RunView& run : ui.session.runs()) {
    if (run.result && !run.result->lag_series.max_ms.empty()) shown = &run;
  }
  if (shown == nullptr) {
    empty_state(ui.look, list, inside, "", w(T::loop_lag_empty));
    return;
  }
  const LagSeries& lag = shown->result->lag_series;
  const double end = lag.bin_ms * static_cast<double>(lag.max_ms.size());
  const double top = nice_ceiling(std::max(*std::ranges::max_element(lag.max_ms) * 1.1, 1.0));
  const Plot plot(ui.look, list, {inside.x + 12, inside.y + 10, inside.w - 26, inside.h - 18},
                  {.low = 0,
                   .high = std::max(end, 1e-3),
                   .ticks = {},
                   .label = [&](double v, double step) { return w.axis_ms(v, end * 0.5, step); }},
                  {.low = 0, .high = top, .ticks = {}, .label = [&](double v, double) { return w.number(v, 3); }});
  const ImU32 color = ui.color_of(shown->racer);
  const float each = plot.area().w / static_cast<float>(lag.max_ms.size());
  for (std::size_t i = 0; i < lag.max_ms.size(); ++i) {
    if (lag.max_ms[i] <= 0) continue;
    const float x = plot.area().x + each * static_cast<float>(i);
    list.AddRectFilled({x, plot.y_of(lag.max_ms[i])}, {x + std::max(each - 0.5F, 1.0F), plot.area().bottom()},
                       lag.max_ms[i] > LoopBlocks::kLongMs ? c.lock : color);
  }
  if (top > LoopBlocks::kLongMs) {
    const float y = plot.y_of(LoopBlocks::kLongMs);
    const ImVec2 limit[] = {{plot.area().x, y}, {plot.area().right(), y}};
    plot.line(limit, c.faint, true, 1.2F);
  }
  float px = 0;
  if (!plot.hovered(px)) return;
  const double at = plot.x_at(px);
  const auto bin = std::min(static_cast<std::size_t>(std::max(at / lag.bin_ms, 0.0)), lag.max_ms.size() - 1);
  begin_tip(ui.look);
  tip_line(ui.look, w.duration_ms(at), "");
  tip_line(ui.look, w(T::loop_lag), w.duration_ms(lag.max_ms[bin]), color);
  end_tip();
}

}  // namespace trilane::ui
