// What lies over the race's lanes: the axis, labels in spans, arrows, the selected range, the pointer's line and
// read-out, and the legend under them.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "ui/plots/split.hpp"
#include "ui/plots/ticks.hpp"
#include "ui/timeline/scene.hpp"

namespace trilane::ui {
namespace {

constexpr float kLeastLabelPx = 22;
constexpr float kLeastLabelHeight = 13;
constexpr std::size_t kMostLabels = 1500;
constexpr std::size_t kMostArrows = 160;  // more are a thicket that tells nothing
constexpr float kLeastArrowPx = 5;

double ms(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

void hatch(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 color) {
  list.PushClipRect(min, max, true);
  const float height = max.y - min.y;
  for (float x = min.x - height; x < max.x; x += 6) list.AddLine({x, max.y}, {x + height, min.y}, color, 1.2F);
  list.PopClipRect();
}

/// A curve with a head at its end.
void arrow(ImDrawList& list, ImVec2 from, ImVec2 to, ImU32 color, float width) {
  const float bend = std::max(8.0F, std::fabs(to.x - from.x) * 0.5F);
  list.AddBezierCubic(from, {from.x + bend, from.y}, {to.x - bend, to.y}, {to.x - 3, to.y}, color, width);
  list.AddTriangleFilled({to.x, to.y}, {to.x - 6, to.y - 3}, {to.x - 6, to.y + 3}, color);
}

/// Spans of the row that are seen and at least `least_px` wide, each with its place.
template <class Use>
void wide_spans(const Scene& scene, const RowPlace& row, float least_px, Use use) {
  const double least_ns = static_cast<double>(least_px) / scene.window.px_per_ns();
  std::vector<LodItem> items;
  items_in(*row.track, static_cast<std::int64_t>(scene.window.begin_ns), static_cast<std::int64_t>(scene.window.end_ns),
           static_cast<std::int64_t>(least_ns / 2), items);
  for (const LodItem& item : items) {
    if (item.merged() || static_cast<double>(item.end_ns - item.begin_ns) < least_ns) continue;
    use(row.track->spans()[item.span]);
  }
}

ImU32 label_color(const Ui& ui, SpanKind kind) {
  const bool bright = kind == SpanKind::compute || kind == SpanKind::parse;
  return bright ? ui.colors().page : ui.colors().text;
}

}  // namespace

std::string lane_name(const Ui& ui, const RunView& run, const RowKey& key) {
  const Words& w = ui.words();
  if (key.kind == RowKind::lane && key.index < run.lane_names.size()) return run.lane_names[key.index];
  if (run.racer == Racer::sync) return w(T::lane_main);
  if (run.racer == Racer::async)
    return w(key.kind != RowKind::lane || key.index == 0 ? T::lane_loop : T::lane_database);
  return w(run.racer == Racer::processes ? T::lane_process : T::lane_thread, {std::to_string(key.index + 1)});
}

std::string lane_name(const Ui& ui, const RowPlace& row) { return lane_name(ui, *row.run, row.key); }

Hit hit_at(const Scene& scene, ImVec2 at) {
  Hit hit;
  const Rect& body = scene.body;
  if (at.x < body.x || at.x > body.right() || at.y < body.y || at.y > body.bottom()) return hit;
  const double ns = scene.window.ns_at(at.x - body.x);
  const double pixel_ns = 1 / scene.window.px_per_ns();
  for (const RowPlace& row : scene.rows) {
    if (at.y < row.top || at.y > row.bottom()) continue;
    // Lag is a strip at the lane's bottom.
    if (row.key.kind == RowKind::lag && at.y < row.bottom() - 5) continue;
    const auto spans = row.track->spans();
    const std::size_t span = span_at(spans, ns, pixel_ns * 2);
    if (span == kNoSpan) continue;
    hit.row = &row;
    hit.span = span;
    hit.count = 1;
    float x0 = scene.x_of(spans[span].begin_ns);
    float x1 = scene.x_of(spans[span].end_ns);
    if (x1 - x0 < 1.5F) {
      // All that share the pixel or two.
      const auto begin = static_cast<std::int64_t>(ns - pixel_ns);
      const auto end = static_cast<std::int64_t>(ns + pixel_ns);
      const auto first = std::ranges::partition_point(spans, [&](const Span& one) { return one.end_ns < begin; });
      const auto last = std::ranges::partition_point(spans, [&](const Span& one) { return one.begin_ns <= end; });
      if (last - first > 1) {
        hit.span = static_cast<std::size_t>(first - spans.begin());
        hit.count = static_cast<std::size_t>(last - first);
        x0 = at.x - 1.5F;
        x1 = at.x + 1.5F;
      }
    }
    x0 = std::max(x0, body.x);
    x1 = std::clamp(std::max(x1, x0 + 2), body.x, body.right());
    hit.bar = {x0, row.top, x1 - x0, row.height};
  }
  return hit;
}

void draw_axis(const Scene& scene) {
  const Palette& c = scene.ui.colors();
  const TimelineState& view = scene.ui.timeline;
  const Ticks ticks = linear_ticks(view.begin_ms, view.end_ms, std::max(2, static_cast<int>(scene.body.w / 92)));
  ImFont* font = scene.ui.look.fonts.small;
  // Near the origin of a deep zoom, labels would all read "412,3 ms": enough decimals come from the step.
  for (const double tick : ticks.at) {
    if (tick < -ticks.step * 0.01) continue;
    const float x = std::round(scene.body.x + scene.window.x_of(tick * 1e6));
    scene.list.AddLine({x, scene.body.y - 4}, {x, scene.body.bottom()}, c.grid);
    const std::string name =
        scene.ui.words().axis_ms(tick, std::max(std::fabs(view.end_ms) * 0.5, ticks.step), ticks.step);
    const float width = text_size(font, name).x;
    const float left =
        std::clamp(x - width / 2, scene.plot.x - (scene.names_above ? 0.0F : 16.0F), scene.plot.right() - width);
    draw_text(scene.list, font, {left, scene.plot.y + 6}, c.muted, name);
  }
}

void draw_labels(const Scene& scene) {
  const Ui& ui = scene.ui;
  ImFont* font = ui.look.fonts.small;
  const float line = text_size(font, "0").y;
  std::size_t drawn = 0;
  for (const RowPlace& row : scene.rows) {
    if (row.height < kLeastLabelHeight || row.key.kind == RowKind::lag) continue;
    wide_spans(scene, row, kLeastLabelPx, [&](const Span& span) {
      if (drawn >= kMostLabels) return;
      const float x0 = std::max(scene.x_of(span.begin_ns), scene.body.x);
      const float x1 = std::min(scene.x_of(span.end_ns), scene.body.right());
      const std::string kind = ui.name_of(*row.run, span);
      const std::string number = span.task == kNoTask ? std::string() : std::to_string(span.task);
      const std::string both = number.empty() ? kind : number + " · " + kind;
      const std::string* text = text_size(font, both).x + 10 <= x1 - x0 ? &both : number.empty() ? nullptr : &number;
      if (text == nullptr || text_size(font, *text).x + 8 > x1 - x0) return;
      const bool back = ui.timeline.task && *ui.timeline.task != span.task;
      const ImU32 color = label_color(ui, span.kind);
      draw_text(scene.list, font, {x0 + 5, row.middle() - line / 2}, back ? fade(ui.colors().muted, 0.7F) : color,
                *text);
      ++drawn;
    });
  }
}

void draw_arrows(const Scene& scene) {
  const Ui& ui = scene.ui;
  const Palette& c = ui.colors();
  struct One {
    ImVec2 from, to;
    ImU32 color;
  };
  std::vector<One> arrows;
  // The program that creates and sends has no lane: its arrows come from the group's upper edge.
  for (const RowPlace& row : scene.rows) {
    if (row.key.kind != RowKind::lane || arrows.size() > kMostArrows) continue;
    const float rail = scene.lanes.groups[row.key.run].top + scene.content_top() - 5;
    wide_spans(scene, row, kLeastArrowPx, [&](const Span& span) {
      if (span.kind != SpanKind::create && span.kind != SpanKind::message) return;
      if (ui.timeline.task && *ui.timeline.task != span.task) return;
      arrows.push_back({{scene.x_of(span.begin_ns), rail},
                        {scene.x_of(span.end_ns), row.middle()},
                        fade(span.kind == SpanKind::create ? c.muted : ui.color_of(row.run->racer), 0.75F)});
    });
  }
  if (arrows.size() <= kMostArrows) {
    for (const One& one : arrows) {
      scene.list.AddCircleFilled(one.from, 2, one.color);
      arrow(scene.list, one.from, one.to, one.color, 1.2F);
    }
  }
  // The selected task's way: from where one of its spans ends to where the next begins on another row.
  const auto& story = ui.timeline_cache.story;
  for (std::size_t i = 1; i < std::min(story.size(), kMostArrows); ++i) {
    const RowPlace* from = scene.row(story[i - 1].row);
    const RowPlace* to = scene.row(story[i].row);
    if (from == nullptr || to == nullptr || from == to || from->key.run != to->key.run) continue;
    if (to->key.kind == RowKind::lag || from->key.kind == RowKind::lag) continue;
    const std::int64_t leaves = std::min(story[i - 1].span.end_ns, story[i].span.begin_ns);
    arrow(scene.list, {scene.x_of(leaves), from->middle()}, {scene.x_of(story[i].span.begin_ns), to->middle()},
          fade(c.text, 0.8F), 1.4F);
  }
}

void draw_range(const Scene& scene) {
  const auto& range = scene.ui.timeline.range;
  if (!range) return;
  const Palette& c = scene.ui.colors();
  const float x0 = scene.body.x + scene.window.x_of(range->first * 1e6);
  const float x1 = scene.body.x + scene.window.x_of(range->second * 1e6);
  scene.list.AddRectFilled({x0, scene.body.y}, {x1, scene.body.bottom()}, fade(c.accent, 0.14F));
  for (const float x : {x0, x1}) scene.list.AddLine({x, scene.body.y}, {x, scene.body.bottom()}, c.accent, 1.5F);
}

void draw_cursor(const Scene& scene) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (mouse.x < scene.body.x || mouse.x > scene.body.right()) return;
  Ui& ui = scene.ui;
  const double at = scene.window.ns_at(mouse.x - scene.body.x) / 1e6;
  if (at < 0) return;
  scene.list.AddLine({mouse.x, scene.body.y - 4}, {mouse.x, scene.body.bottom()}, fade(ui.colors().muted, 0.6F));
  const std::string text = ui.words().duration_ms(at);
  const ImVec2 size = text_size(ui.look.fonts.small_bold, text);
  const float left = std::clamp(mouse.x - size.x / 2 - 6, scene.plot.x, scene.plot.right() - size.x - 12);
  scene.list.AddRectFilled({left, scene.plot.y + 3}, {left + size.x + 12, scene.plot.y + 7 + size.y},
                           ui.colors().strong_border, 4);
  draw_text(scene.list, ui.look.fonts.small_bold, {left + 6, scene.plot.y + 5}, ui.colors().text, text);
}

void draw_tip(const Scene& scene, const Hit& hit) {
  Ui& ui = scene.ui;
  const Words& w = ui.words();
  const auto spans = hit.row->track->spans();
  const Span& span = spans[hit.span];
  scene.list.AddRect({hit.bar.x - 1, hit.bar.y - 1}, {hit.bar.right() + 1, hit.bar.bottom() + 1}, ui.colors().text, 2,
                     0, 1.5F);
  begin_tip(ui.look);
  tip_line(ui.look, ui.name_of(*hit.row->run) + " · " + lane_name(ui, *hit.row), "", ui.color_of(hit.row->run->racer));
  if (hit.count > 1) {
    tip_line(ui.look, w(T::spans_merged, {w.counted(hit.count, T::spans)}), " ");
    tip_line(ui.look, w(T::span_begin), w.duration_ms(ms(span.begin_ns)));
    tip_line(ui.look, w(T::span_end), w.duration_ms(ms(spans[hit.span + hit.count - 1].end_ns)));
  } else {
    const std::string kind = ui.name_of(*hit.row->run, span);
    const std::string task = span.task == kNoTask ? std::string() : w(T::span_task, {w.integer(span.task)});
    tip_line(ui.look, task.empty() ? kind : task + " · " + kind, " ");
    tip_line(ui.look, w(T::span_begin), w.duration_ms(ms(span.begin_ns)));
    tip_line(ui.look, w(T::span_duration), w.duration_ms(ms(span.end_ns - span.begin_ns)));
    if (span.kind == SpanKind::compute && span.arg != 0 && hit.row->run->span_names.empty())
      tip_line(ui.look, w(T::span_units), w.integer(span.arg));
    if (span.kind == SpanKind::message) tip_line(ui.look, w(T::span_bytes), w.bytes(static_cast<double>(span.arg)));
    if (span.task != kNoTask && ui.timeline.task != span.task) tip_line(ui.look, w(T::story_click), " ");
  }
  end_tip();
}

void draw_legend(const Scene& scene, const Rect& rect) {
  Ui& ui = scene.ui;
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  const WorkloadInfo* info = find_workload(scene.runs().front().config.workload);
  const bool saves = info != nullptr && info->saves;
  const ImU32 full = c.model[1];
  const struct {
    T text;
    ImU32 color;
  } entries[] = {{T::legend_busy, full},
                 {T::legend_wait, c.model_dim[1]},
                 {T::legend_lock, c.lock_dim},
                 {T::legend_create, c.model_dim[1]},
                 {T::legend_save, mix(c.model_dim[1], full, 0.5F)}};
  constexpr float kMark = 12, kGap = 5;  // a mark, and from it to its name
  float names = 0, count = 0;
  for (const auto& [id, color] : entries) {
    if (id == T::legend_save && !saves) continue;
    names += text_size(ui.look.fonts.small, w(id)).x + kMark + kGap;
    ++count;
  }
  // Under the bars where it has room there; a phone needs the whole width, and some of the gaps.
  const float body = rect.right() - scene.body.x;
  float x = names + 18 * (count - 1) <= body ? scene.body.x : rect.x;
  const float between = std::clamp((rect.right() - x - names) / std::max(count - 1, 1.0F), 6.0F, 18.0F);
  for (const auto& [id, color] : entries) {
    if (id == T::legend_save && !saves) continue;
    if (x + text_size(ui.look.fonts.small, w(id)).x + kMark + kGap > rect.right() + 1) break;
    scene.list.AddRectFilled({x, rect.y + 3}, {x + kMark, rect.y + 13}, color, 2);
    if (id == T::legend_create) hatch(scene.list, {x, rect.y + 3}, {x + kMark, rect.y + 13}, fade(full, 0.55F));
    x +=
        kMark + kGap + draw_text(scene.list, ui.look.fonts.small, {x + kMark + kGap, rect.y}, c.faint, w(id)) + between;
  }
}

}  // namespace trilane::ui
