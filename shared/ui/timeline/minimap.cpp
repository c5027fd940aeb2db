// The whole race in a strip: how busy each run was, over all its lanes, and the window that is looked at. Dragging
// moves the window.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "ui/timeline/input.hpp"
#include "ui/timeline/scene.hpp"

namespace trilane::ui {
namespace {

constexpr float kColumnPx = 2;
constexpr double kRenewS = 0.25;  // while spans come

/// A run's work by column, as a part of all its lanes' time; cells that reach over a column's edge are split by length.
void add_run(const RunView& run, std::size_t index, std::span<const RunView> runs, double end_ns, float top,
             float height, std::size_t columns, std::vector<SpanQuad>& out) {
  std::vector<std::array<double, kShares>> sums(columns);
  std::vector<LodItem> items;
  const double column_ns = end_ns / static_cast<double>(columns);
  for (const RowKey& row : rows_of(run, index)) {
    if (row.kind != RowKind::lane) continue;
    items.clear();
    items_in(*track_of(runs, row), 0, static_cast<std::int64_t>(end_ns), static_cast<std::int64_t>(column_ns / 2),
             items);
    for (const LodItem& item : items) {
      const double begin = std::max(static_cast<double>(item.begin_ns), 0.0);
      const double end = std::min(static_cast<double>(item.end_ns), end_ns);
      if (end <= begin) continue;
      for (auto i = static_cast<std::size_t>(begin / column_ns); i < columns; ++i) {
        const double from = std::max(begin, static_cast<double>(i) * column_ns);
        const double to = std::min(end, static_cast<double>(i + 1) * column_ns);
        if (to <= from) break;
        if (item.merged()) {
          for (std::size_t share = 0; share < kShares; ++share)
            sums[i][share] += static_cast<double>(item.ns[share]) * (to - from) / (end - begin);
        } else {
          sums[i][static_cast<std::size_t>(share_of(item.kind))] += to - from;
        }
      }
    }
  }
  const double all = column_ns * static_cast<double>(std::max<std::size_t>(run.lanes.size(), 1));
  for (std::size_t i = 0; i < columns; ++i) {
    SpanQuad quad{.x0 = static_cast<std::uint16_t>((static_cast<float>(i) * kColumnPx + kQuadMargin) * 8),
                  .x1 = static_cast<std::uint16_t>((static_cast<float>(i + 1) * kColumnPx + kQuadMargin) * 8),
                  .y = static_cast<std::uint16_t>(top * 8),
                  .height = static_cast<std::uint16_t>(height * 8),
                  .model = static_cast<std::uint8_t>(index_of(run.racer)),
                  .flags = SpanQuad::kMergedFlag};
    for (std::size_t share = 0; share < kShares; ++share)
      quad.share[share] = static_cast<std::uint8_t>(std::lround(std::min(sums[i][share] / all, 1.0) * 255));
    if (quad.share != std::array<std::uint8_t, kShares>{}) out.push_back(quad);
  }
}

void refresh(Ui& ui, const Rect& rect, double end_ms) {
  TimelineCache& cache = ui.timeline_cache;
  std::size_t spans = 0;
  for (const RunView& run : ui.session.runs()) spans += run.span_count;
  const bool other = cache.map_race != ui.session.race_number() || cache.map_width != rect.w;
  const bool same = spans == cache.map_spans && std::fabs(cache.map_end_ms - end_ms) < end_ms * 0.001;
  if (!other && (same || ui.now_s - cache.map_s < kRenewS)) return;
  cache.map_race = ui.session.race_number();
  cache.map_width = rect.w;
  cache.map_spans = spans;
  cache.map_end_ms = end_ms;
  cache.map_s = ui.now_s;
  cache.map.clear();
  const auto& runs = ui.session.runs();
  const auto columns = static_cast<std::size_t>(std::max(1.0F, rect.w / kColumnPx));
  const float each = rect.h / static_cast<float>(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i)
    add_run(runs[i], i, runs, end_ms * 1e6, static_cast<float>(i) * each, std::max(each - 1, 1.0F), columns, cache.map);
}

}  // namespace

void draw_minimap(Scene& scene, const Rect& rect) {
  Ui& ui = scene.ui;
  const Palette& c = ui.colors();
  TimelineState& view = ui.timeline;
  const double end_ms = longest_ms(ui.session.runs());
  if (end_ms <= 0 || rect.w < 40) return;
  refresh(ui, rect, end_ms);
  ImGui::SetCursorScreenPos(rect.min());
  ImGui::InvisibleButton("minimap", {rect.w, rect.h});
  focus_ring(ui.look, 3);
  tooltip(ui.look, ui.words()(T::minimap_tip));
  scene.list.AddRectFilled(rect.min(), rect.max(), c.lane, 3);
  if (!ui.map_renderer.prepare()) return;
  scene.list.PushClipRect(rect.min(), rect.max(), true);
  const double shown = std::max(ui.timeline_cache.map_end_ms, 1e-9);
  ui.map_renderer.draw(scene.list, {.colors = &c, .origin = rect.min(), .faded = 0}, ui.timeline_cache.map);
  const auto x_of = [&](double at) { return rect.x + static_cast<float>(at / shown) * rect.w; };
  const float x0 = std::max(x_of(view.begin_ms), rect.x);
  const float x1 = std::min(std::max(x_of(view.end_ms), x0 + 3), rect.right());
  scene.list.AddRectFilled(rect.min(), {x0, rect.bottom()}, fade(c.panel, 0.62F));
  scene.list.AddRectFilled({x1, rect.y}, rect.max(), fade(c.panel, 0.62F));
  if (x1 - x0 < rect.w - 2) scene.list.AddRect({x0, rect.y}, {x1, rect.bottom()}, c.muted, 2, 0, 1.2F);
  scene.list.PopClipRect();
  if (ImGui::IsItemActive()) {
    const double at = static_cast<double>((ImGui::GetIO().MousePos.x - rect.x) / rect.w) * shown;
    const double half = (view.end_ms - view.begin_ms) / 2;
    const double begin = std::clamp(at - half, -half * 0.1, std::max(shown - half, 0.0));
    if (half * 2 < shown) view.show(begin, begin + 2 * half);
  }
}

}  // namespace trilane::ui
