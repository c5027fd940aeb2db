// The race: lanes of all runs on one time axis, each from its own start, drawn while it happens. Geometry and merging
// are in timeline_layout.hpp; this draws it and moves the window in time.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "platform/clock.hpp"
#include "ui/plots/split.hpp"
#include "ui/plots/ticks.hpp"
#include "ui/timeline_input.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

constexpr float kGutter = 128;
constexpr float kAxis = 28;
constexpr float kMergePx = 1.5F;

struct Scene {
  Ui& ui;
  ImDrawList& list;
  Rect plot;  ///< Lanes and axis, right of the names.
  Rect body;  ///< Lanes only.
  TimeWindow window;
  std::vector<GroupSpec> specs;
  LaneLayout lanes;
  bool names_above;
  std::vector<Bar> bars = {};  ///< Reused from track to track.
};

struct Hit {
  const RunView* run = nullptr;
  const Track* track = nullptr;
  std::size_t span = kNoSpan;
  std::size_t count = 1;
  int lane = -1;  ///< -1: a row of waits.
  Rect bar;
};

void draw_axis(Scene& scene) {
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

void hatch(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 color) {
  if (max.x - min.x < 5) return;
  list.PushClipRect(min, max, true);
  const float height = max.y - min.y;
  for (float x = min.x - height; x < max.x; x += 6) list.AddLine({x, max.y}, {x + height, min.y}, color, 1.2F);
  list.PopClipRect();
}

void draw_bar(Scene& scene, const RunView& run, const Bar& bar, float top, float height) {
  const Palette& c = scene.ui.colors();
  const ImU32 full = scene.ui.color_of(run.racer);
  const ImU32 dim = c.model_dim[index_of(run.racer)];
  const float x0 = scene.body.x + bar.x0;
  // A hair of background between neighbours, where there is room: tasks stay countable.
  float x1 = scene.body.x + bar.x1;
  if (bar.count == 1 && x1 - x0 > 3.5F) x1 -= 1;
  const float y1 = top + height;
  const float round = height >= 8 && x1 - x0 >= 6 ? 2.0F : 0.0F;
  const ImU32 lane = c.lane;
  const auto merged = [&](ImU32 color) {
    return bar.count > 1 ? mix(lane, color, 0.35F + 0.65F * bar.coverage) : color;
  };
  switch (bar.kind) {
    case SpanKind::parse:
    case SpanKind::compute: scene.list.AddRectFilled({x0, top}, {x1, y1}, merged(full), round); break;
    case SpanKind::fetch:
    case SpanKind::wait: scene.list.AddRectFilled({x0, top}, {x1, y1}, merged(dim), round); break;
    case SpanKind::lock_wait:
    case SpanKind::gil_wait: scene.list.AddRectFilled({x0, top}, {x1, y1}, merged(c.lock_dim), round); break;
    case SpanKind::save:
      // Work that is not this program's: the database's. Between computing and waiting, with a dark edge.
      scene.list.AddRectFilled({x0, top}, {x1, y1}, merged(mix(dim, full, 0.5F)), round);
      if (x1 - x0 >= 3) scene.list.AddRectFilled({x0, y1 - std::max(height * 0.2F, 2.0F)}, {x1, y1}, full, round);
      break;
    case SpanKind::create:
      scene.list.AddRectFilled({x0, top}, {x1, y1}, merged(dim), round);
      hatch(scene.list, {x0, top}, {x1, y1}, fade(full, 0.55F));
      break;
    case SpanKind::message: {
      const float inset = height * 0.3F;
      scene.list.AddRectFilled({x0, top + inset}, {x1, y1 - inset}, merged(mix(dim, full, 0.4F)), 0);
      break;
    }
    case SpanKind::loop_lag: scene.list.AddRectFilled({x0, y1 - 3}, {std::max(x1, x0 + 2), y1}, c.lock, 0); break;
  }
}

void draw_track(Scene& scene, const RunView& run, const Track& track, int lane, float top, float height, Hit& hit) {
  std::vector<Bar>& bars = scene.bars;
  bars.clear();
  visible_bars(track.spans(), scene.window, kMergePx, bars);
  for (const Bar& bar : bars) draw_bar(scene, run, bar, top, height);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (mouse.y < top || mouse.y > top + height || !ImGui::IsItemHovered()) return;
  const float x = mouse.x - scene.body.x;
  for (const Bar& bar : bars) {
    if (x >= bar.x0 - 1 && x <= std::max(bar.x1, bar.x0 + 1)) {
      hit = {&run, &track, bar.first, bar.count, lane, {scene.body.x + bar.x0, top, bar.x1 - bar.x0, height}};
    }
  }
}

std::string state_label(const Ui& ui, const RunView& run) {
  const Words& w = ui.words();
  switch (run.phase) {
    case RunPhase::queued: return w(T::queued);
    case RunPhase::running:
      return run.repeat < 0 ? std::string(w(T::warming_up))
                            : w(T::repeat_of, {std::to_string(run.repeat + 1), std::to_string(run.repeats)});
    case RunPhase::done:
      if (const auto ms = run.finished_ms()) return w(T::done_in, {w.duration_ms(*ms)});
      return {};
    case RunPhase::failed: return w(T::run_failed, {run.error});
    case RunPhase::stopped: return w(T::run_stopped);
  }
  return {};
}

void end_marker(Scene& scene, const RunView& run, const GroupBox& box, float offset) {
  Ui& ui = scene.ui;
  const Palette& c = ui.colors();
  const ImU32 color = run.phase == RunPhase::failed ? c.bad : ui.color_of(run.racer);
  const double reached = run.reached_ms(now_ns());
  const float x = scene.body.x + scene.window.x_of(reached * 1e6);
  const bool finished = run.phase == RunPhase::done;
  const float top = box.top + offset - 3;
  const float bottom = box.bottom + offset + 3;
  const bool seen = x >= scene.body.x && x <= scene.body.right() + 1;
  if (seen && reached > 0)
    scene.list.AddRectFilled({x - 0.5F, top}, {x + 1, bottom}, finished ? color : fade(color, 0.7F));
  const std::string label = state_label(ui, run);
  if (label.empty()) return;
  ImFont* font = ui.look.fonts.small_bold;
  const ImVec2 size = text_size(font, label);
  const float middle = (top + bottom) / 2 - size.y / 2;
  const float most = scene.body.w - 12;
  if (reached <= 0 || run.phase == RunPhase::queued) {
    draw_text(scene.list, ui.look.fonts.small, {scene.body.x + 8, middle},
              run.phase == RunPhase::failed ? c.bad : c.faint, label, most);
  } else if (x + 8 + size.x < scene.body.right() && x > scene.body.x - size.x) {
    draw_text(scene.list, font, {std::max(x + 8, scene.body.x + 4), middle}, color, label);
  } else {
    // No room beside the end: on a plate over the lanes, at the right edge of what is seen.
    const float right = std::min(x - 6, scene.body.right() - 4);
    const float left = right - std::min(size.x, most) - 14;
    if (left < scene.body.x) return;
    scene.list.AddRectFilled({left, middle - 3}, {right, middle + size.y + 3}, fade(c.panel, 0.9F), 5);
    draw_text(scene.list, font, {left + 7, middle}, color, label, most);
  }
}

void group_name(Scene& scene, const RunView& run, const GroupBox& box, float offset, float card_x) {
  Ui& ui = scene.ui;
  const Palette& c = ui.colors();
  const ImU32 color = ui.color_of(run.racer);
  const auto rate = run.rate();
  const std::string figure = rate ? ui.words().per_second(*rate) : std::string();
  const std::string name = ui.name_of(run.racer);
  if (scene.names_above) {
    const std::string both = figure.empty() ? name : name + " · " + figure;
    draw_text(scene.list, ui.look.fonts.small_bold, {scene.body.x, box.top + offset - 20}, color, both, scene.body.w);
    return;
  }
  const float top = box.top + offset - 2;
  draw_text(scene.list, ui.look.fonts.small_bold, {card_x + 14, top}, color, name, kGutter - 22);
  if (!figure.empty())
    draw_text(scene.list, ui.look.fonts.small, {card_x + 14, top + 16}, c.muted, figure, kGutter - 22);
  if (run.hidden_waits != 0 && box.bottom - box.top > 54) {
    draw_text(scene.list, ui.look.fonts.small, {card_x + 14, top + 32}, c.faint,
              ui.words()(T::more_waiting, {ui.words().integer(run.hidden_waits)}), kGutter - 22);
  }
}

std::string lane_name(const Ui& ui, const Hit& hit) {
  const Words& w = ui.words();
  if (hit.run->racer == Racer::sync) return w(T::lane_main);
  if (hit.run->racer == Racer::async) return w(hit.lane == 0 ? T::lane_loop : T::lane_database);
  const std::string number = std::to_string(hit.lane + 1);
  return w(hit.run->racer == Racer::processes ? T::lane_process : T::lane_thread, {number});
}

void tip(Scene& scene, const Hit& hit) {
  Ui& ui = scene.ui;
  const Words& w = ui.words();
  const Span& span = hit.track->spans()[hit.span];
  scene.list.AddRect({hit.bar.x - 1, hit.bar.y - 1}, {hit.bar.right() + 1, hit.bar.bottom() + 1}, ui.colors().text, 2,
                     0, 1.5F);
  begin_tip(ui.look);
  tip_line(ui.look, ui.name_of(hit.run->racer) + " · " + lane_name(ui, hit), "", ui.color_of(hit.run->racer));
  if (hit.count > 1) {
    const Span& last = hit.track->spans()[hit.span + hit.count - 1];
    tip_line(ui.look, w(T::spans_merged, {w.counted(hit.count, T::spans)}), " ");
    tip_line(ui.look, w(T::span_begin), w.duration_ms(static_cast<double>(span.begin_ns) / 1e6));
    tip_line(ui.look, w(T::span_end), w.duration_ms(static_cast<double>(last.end_ns) / 1e6));
  } else {
    const std::string kind = w(span_text(span.kind));
    const std::string task = span.task == kNoTask ? std::string() : w(T::span_task, {w.integer(span.task)});
    tip_line(ui.look, task.empty() ? kind : task + " · " + kind, " ");
    tip_line(ui.look, w(T::span_begin), w.duration_ms(static_cast<double>(span.begin_ns) / 1e6));
    tip_line(ui.look, w(T::span_duration), w.duration_ms(static_cast<double>(span.end_ns - span.begin_ns) / 1e6));
    if (span.kind == SpanKind::compute && span.arg != 0) tip_line(ui.look, w(T::span_units), w.integer(span.arg));
    if (span.kind == SpanKind::message) tip_line(ui.look, w(T::span_bytes), w.bytes(static_cast<double>(span.arg)));
  }
  end_tip();
}

void cursor_line(Scene& scene) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!ImGui::IsItemHovered() || mouse.x < scene.body.x || mouse.x > scene.body.right()) return;
  Ui& ui = scene.ui;
  const double ms = scene.window.ns_at(mouse.x - scene.body.x) / 1e6;
  if (ms < 0) return;
  scene.list.AddLine({mouse.x, scene.body.y - 4}, {mouse.x, scene.body.bottom()}, fade(ui.colors().muted, 0.6F));
  const std::string text = ui.words().duration_ms(ms);
  const ImVec2 size = text_size(ui.look.fonts.small_bold, text);
  const float left = std::clamp(mouse.x - size.x / 2 - 6, scene.plot.x, scene.plot.right() - size.x - 12);
  scene.list.AddRectFilled({left, scene.plot.y + 3}, {left + size.x + 12, scene.plot.y + 7 + size.y},
                           ui.colors().strong_border, 4);
  draw_text(scene.list, ui.look.fonts.small_bold, {left + 6, scene.plot.y + 5}, ui.colors().text, text);
}

void draw_groups(Scene& scene, float card_x, Hit& hit) {
  const Palette& c = scene.ui.colors();
  const auto& runs = scene.ui.session.runs();
  const float offset = scene.body.y - scene.ui.timeline.scroll_y;
  const float zero = scene.body.x + std::max(scene.window.x_of(0), 0.0F);
  for (std::size_t g = 0; g < runs.size(); ++g) {
    const RunView& run = runs[g];
    const GroupBox& box = scene.lanes.groups[g];
    scene.list.PushClipRect({card_x, scene.body.y}, {scene.body.right() + 6, scene.body.bottom()}, true);
    group_name(scene, run, box, offset, card_x);
    scene.list.PopClipRect();
    scene.list.PushClipRect({scene.body.x, scene.body.y}, {scene.body.right(), scene.body.bottom()}, true);
    for (std::size_t lane = 0; lane < scene.specs[g].lanes; ++lane) {
      const float top = offset + scene.lanes.lane_top(g, lane);
      if (top > scene.body.bottom() || top + box.lane_height < scene.body.y) continue;
      scene.list.AddRectFilled({zero, top}, {scene.body.right(), top + box.lane_height}, c.lane, 2);
      if (lane >= run.lanes.size()) continue;
      draw_track(scene, run, run.lanes[lane].main, static_cast<int>(lane), top, box.lane_height, hit);
      draw_track(scene, run, run.lanes[lane].lag, static_cast<int>(lane), top, box.lane_height, hit);
    }
    for (std::size_t row = 0; row < run.wait_rows.size() && row < scene.specs[g].rows; ++row) {
      const float top = offset + scene.lanes.row_top(scene.specs[g], g, row);
      draw_track(scene, run, run.wait_rows[row], 0, top, scene.lanes.row_height, hit);
    }
    end_marker(scene, run, box, offset);
    scene.list.PopClipRect();
  }
}

/// Says that there are more lanes above or below, and where we are.
void scroll_mark(Scene& scene) {
  const float overflow = scene.lanes.content_height - scene.body.h;
  if (overflow <= 0) return;
  const float length = std::max(24.0F, scene.body.h * scene.body.h / scene.lanes.content_height);
  const float top = scene.body.y + (scene.body.h - length) * scene.ui.timeline.scroll_y / overflow;
  const float x = scene.body.right() + 6;
  scene.list.AddRectFilled({x, top}, {x + 4, top + length}, scene.ui.colors().strong_border, 2);
}

void legend_line(Ui& ui, ImDrawList& list, const Rect& rect, bool saves) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  const ImU32 full = c.model[1];
  const struct {
    T text;
    ImU32 color;
  } entries[] = {{T::legend_busy, full},
                 {T::legend_wait, c.model_dim[1]},
                 {T::legend_lock, c.lock_dim},
                 {T::legend_create, c.model_dim[1]},
                 {T::legend_save, mix(c.model_dim[1], full, 0.5F)}};
  float x = rect.x;
  for (const auto& [id, color] : entries) {
    if (id == T::legend_save && !saves) continue;
    const float width = text_size(ui.look.fonts.small, w(id)).x;
    if (x + width + 20 > rect.right()) break;
    list.AddRectFilled({x, rect.y + 3}, {x + 14, rect.y + 13}, color, 2);
    if (id == T::legend_create) hatch(list, {x, rect.y + 3}, {x + 14, rect.y + 13}, fade(full, 0.55F));
    x += 20 + draw_text(list, ui.look.fonts.small, {x + 20, rect.y}, c.faint, w(id)) + 18;
  }
}

}  // namespace

void race_panel(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  auto& runs = ui.session.runs();
  const std::uint32_t tasks = runs.empty() ? ui.session.settings().tasks : runs.front().config.tasks;
  const std::string workload = runs.empty() ? ui.session.settings().workload : runs.front().config.workload;
  std::string what = workload_title(w, workload) + ", " + w.counted(tasks, T::tasks);
  if (ui.session.simulated(workload)) what += std::string(", ") + w(T::simulated_wait);
  const std::string subtitle = w(T::race_subtitle, {what});
  const Rect inside =
      card(ui.look, list, rect, w(T::race), subtitle, w(ui.look.touch ? T::race_hint_touch : T::race_hint));
  if (inside.h < 40) return;
  if (runs.empty()) {
    if (ui.session.engine_state() == EngineState::broken) {
      empty_state(ui.look, list, inside, w(T::status_broken, {ui.session.engine_reason()}), w(T::race_no_engine));
    } else {
      empty_state(ui.look, list, inside, ui.session.host().known ? w(T::race_empty_title) : w(T::loading),
                  w(T::race_empty));
    }
    return;
  }
  const bool above = ui.layout == Layout::narrow;
  const float gutter = above ? 14.0F : kGutter;
  const float foot = inside.h > 160 ? 24.0F : 6.0F;
  Scene scene{.ui = ui,
              .list = list,
              .plot = {inside.x + gutter, inside.y, inside.w - gutter - 16, inside.h - foot},
              .body = {},
              .window = {},
              .specs = {},
              .lanes = {},
              .names_above = above};
  scene.body = {scene.plot.x, scene.plot.y + kAxis, scene.plot.w, scene.plot.h - kAxis};
  for (RunView& run : runs) {
    run.settle();
    scene.specs.push_back({std::max<std::size_t>(run.lanes.size(), 1), run.wait_rows.size()});
  }
  scene.lanes = layout_lanes(scene.specs, scene.body.h, above);
  if (follow(ui.timeline, runs, ui.session.busy(), std::min(ImGui::GetIO().DeltaTime, 0.1F))) ui.look.animating = true;
  navigate(ui, scene.plot, scene.body, scene.lanes.content_height);
  scene.window = {ui.timeline.begin_ms * 1e6, ui.timeline.end_ms * 1e6, scene.body.w};
  draw_axis(scene);
  Hit hit;
  draw_groups(scene, rect.x, hit);
  cursor_line(scene);
  scroll_mark(scene);
  if (foot > 20) {
    const WorkloadInfo* info = find_workload(workload);
    legend_line(ui, list, {scene.body.x, inside.bottom() - 21, scene.body.w, 16}, info != nullptr && info->saves);
  }
  if (hit.run != nullptr && !ImGui::IsMouseDragging(ImGuiMouseButton_Left)) tip(scene, hit);
}

}  // namespace trilane::ui
