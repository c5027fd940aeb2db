// The race: lanes of all runs on one time axis, each from its own start, drawn while it happens. This puts the card
// together; what is merged is decided in timeline_lod.hpp, spans are drawn by gl/span_renderer.hpp.
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "platform/clock.hpp"
#include "ui/case_name.hpp"
#include "ui/timeline/input.hpp"
#include "ui/timeline/scene.hpp"

namespace trilane::ui {
namespace {

constexpr float kGutter = 128;
constexpr float kAxis = 28;
constexpr float kFoot = 24;
constexpr float kMinimap = 26;
constexpr float kFaded = 0.72F;  // what is not selected, while something is

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

void end_marker(const Scene& scene, const RunView& run, const GroupBox& box) {
  Ui& ui = scene.ui;
  const Palette& c = ui.colors();
  const ImU32 color = run.phase == RunPhase::failed ? c.bad : ui.color_of(run.racer);
  const double reached = run.reached_ms(now_ns());
  const float x = scene.body.x + scene.window.x_of(reached * 1e6);
  const bool finished = run.phase == RunPhase::done;
  const float top = box.top + scene.content_top() - 3;
  const float bottom = box.bottom + scene.content_top() + 3;
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
  } else if (ui.timeline.follow) {
    // No room beside the end: on a plate over the lanes, at the right edge of what is seen.
    const float right = std::min(x - 6, scene.body.right() - 4);
    const float left = right - std::min(size.x, most) - 14;
    if (left < scene.body.x) return;
    scene.list.AddRectFilled({left, middle - 3}, {right, middle + size.y + 3}, fade(c.panel, 0.9F), 5);
    draw_text(scene.list, font, {left + 7, middle}, color, label, most);
  }
}

void group_name(const Scene& scene, const RunView& run, const GroupBox& box, float card_x) {
  Ui& ui = scene.ui;
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  const ImU32 color = ui.color_of(run.racer);
  const auto rate = run.rate();
  const std::string figure = rate ? w.per_second(*rate) : std::string();
  const std::string name = ui.name_of(run);
  const Pin* const pin = run.pin != 0 ? ui.session.find_pin(run.pin) : nullptr;
  const float offset = scene.content_top();
  if (scene.names_above) {
    std::string both = name;
    for (const std::string& more : {case_name(w, run, scene.runs()), pin != nullptr ? pin->name : figure}) {
      if (!more.empty()) both += " · " + more;
    }
    draw_text(scene.list, ui.look.fonts.small_bold, {scene.body.x, box.top + offset - 20}, color, both, scene.body.w);
    return;
  }
  if (pin != nullptr) {
    scene.list.AddRectFilled({card_x + 6, box.top + offset}, {card_x + 9, std::max(box.bottom, box.top + 28) + offset},
                             ui.pin_color(pin->mark), 1.5F);
  }
  float y = box.top + offset - 2;
  ImFont* small = ui.look.fonts.small;
  // Another program's name is longer than the column: what it is, over whose.
  const BesideName beside = beside_name(run.beside);
  const bool other = run.title.empty() && !run.beside.empty();
  draw_text(scene.list, ui.look.fonts.small_bold, {card_x + 14, y}, color, other ? beside.kind : name, kGutter - 22);
  y += 16;
  // A pin's second line is its name: the same model stands there twice, and its rate is in the comparison.
  std::string second = pin != nullptr ? pin->name : other ? beside.program : figure;
  if (pin != nullptr && other) second = std::string(1, pin->letter()) + " · " + second;
  // Of an experiment's cases, which one it is says more than its rate; what is too long for a line is told in two.
  std::vector<std::string> which = case_names(w, run, scene.runs());
  if (const std::string all = case_name(w, run, scene.runs()); text_size(small, all).x <= kGutter - 22) which = {all};
  if (!which.front().empty()) second = which.front();
  if (!second.empty()) draw_text(scene.list, small, {card_x + 14, y}, c.muted, second, kGutter - 22);
  const auto note = [&](const std::string& text) {
    y += 16;
    if (y + 14 <= box.bottom + offset + 8) draw_text(scene.list, small, {card_x + 14, y}, c.faint, text, kGutter - 22);
  };
  for (std::size_t i = 1; i < which.size(); ++i) note(which[i]);
  if (!which.front().empty() && !figure.empty()) note(figure);
  if (run.hidden_waits != 0) note(w(T::more_waiting, {w.integer(run.hidden_waits)}));
  if (run.dropped_oldest != 0) note(w(T::oldest_dropped, {w.integer(run.dropped_oldest)}));
}

void add_row(Scene& scene, std::size_t run, RowKind kind, std::size_t index, float top, float height) {
  if (top > scene.body.bottom() || top + height < scene.body.y) return;
  const RowKey key{run, kind, index};
  const Track* track = track_of(scene.runs(), key);
  if (track != nullptr) scene.rows.push_back({key, &scene.runs()[run], track, top, height});
}

/// Lane backgrounds; and which rows are seen, where.
void place_rows(Scene& scene) {
  const Palette& c = scene.ui.colors();
  const float offset = scene.content_top();
  const float zero = scene.body.x + std::max(scene.window.x_of(0), 0.0F);
  for (std::size_t g = 0; g < scene.runs().size(); ++g) {
    const RunView& run = scene.runs()[g];
    const GroupBox& box = scene.lanes.groups[g];
    for (std::size_t lane = 0; lane < scene.specs[g].lanes; ++lane) {
      const float top = offset + scene.lanes.lane_top(g, lane);
      if (top > scene.body.bottom() || top + box.lane_height < scene.body.y) continue;
      scene.list.AddRectFilled({zero, top}, {scene.body.right(), top + box.lane_height}, c.lane, 2);
      if (lane >= run.lanes.size()) continue;
      add_row(scene, g, RowKind::lane, lane, top, box.lane_height);
      if (!run.lanes[lane].lag.spans().empty()) add_row(scene, g, RowKind::lag, lane, top, box.lane_height);
    }
    for (std::size_t row = 0; row < run.wait_rows.size() && row < scene.specs[g].rows; ++row)
      add_row(scene, g, RowKind::waits, row, offset + scene.lanes.row_top(scene.specs[g], g, row),
              scene.lanes.row_height);
  }
}

QuadRow quad_row(const Scene& scene, const RowPlace& row) {
  return {row.top - scene.body.y, row.height, static_cast<std::uint8_t>(index_of(row.run->racer))};
}

/// The spans, in one draw call.
void draw_spans(Scene& scene) {
  Ui& ui = scene.ui;
  TimelineCache& cache = ui.timeline_cache;
  const std::int64_t began = now_ns();
  cache.quads.begin(scene.window, merge_px_for(scene.rows.size(), scene.body.w));
  for (const RowPlace& row : scene.rows) cache.quads.add(*row.track, quad_row(scene, row));
  for (const StorySpan& one : cache.story) {
    if (const RowPlace* row = scene.row(one.row)) cache.quads.add_selected(one.span, quad_row(scene, *row));
  }
  cache.prepared_ms = static_cast<double>(now_ns() - began) / 1e6;
  ui.span_renderer.draw(
      scene.list,
      {.colors = &ui.colors(), .origin = {scene.body.x, scene.body.y}, .faded = ui.timeline.task ? kFaded : 0.0F},
      cache.quads.quads());
}

/// The story of the selected task, found anew when there are new spans, but not in every frame of a race.
void refresh_story(Ui& ui) {
  TimelineCache& cache = ui.timeline_cache;
  std::size_t spans = 0;
  for (const RunView& run : ui.session.runs()) spans += run.span_count;
  const bool other = cache.story_task != ui.timeline.task || cache.story_race != ui.session.race_number();
  if (!other && (spans == cache.story_spans || ui.now_s - cache.story_s < 0.25)) return;
  cache.story_task = ui.timeline.task;
  cache.story_race = ui.session.race_number();
  cache.story_spans = spans;
  cache.story_s = ui.now_s;
  cache.story = ui.timeline.task ? story_of(ui.session.runs(), *ui.timeline.task) : std::vector<StorySpan>();
}

/// Says that there are more lanes above or below, and where we are.
void scroll_mark(const Scene& scene) {
  const float overflow = scene.lanes.content_height - scene.body.h;
  if (overflow <= 0) return;
  const float length = std::max(24.0F, scene.body.h * scene.body.h / scene.lanes.content_height);
  const float top = scene.body.y + (scene.body.h - length) * scene.ui.timeline.scroll_y / overflow;
  const float x = scene.body.right() + 6;
  scene.list.AddRectFilled({x, top}, {x + 4, top + length}, scene.ui.colors().strong_border, 2);
}

void draw_groups(Scene& scene, float card_x) {
  ImDrawList& list = scene.list;
  const Rect& body = scene.body;
  list.PushClipRect({card_x, body.y}, {body.right() + 6, body.bottom()}, true);
  for (std::size_t g = 0; g < scene.runs().size(); ++g)
    group_name(scene, scene.runs()[g], scene.lanes.groups[g], card_x);
  list.PopClipRect();
  list.PushClipRect({body.x, body.y}, {body.right(), body.bottom()}, true);
  place_rows(scene);
  draw_spans(scene);
  draw_labels(scene);
  draw_arrows(scene);
  for (std::size_t g = 0; g < scene.runs().size(); ++g) end_marker(scene, scene.runs()[g], scene.lanes.groups[g]);
  draw_range(scene);
  list.PopClipRect();
}

/// True when there is nothing else to draw: why, is drawn.
bool nothing_yet(Ui& ui, ImDrawList& list, const Rect& inside) {
  const Words& w = ui.words();
  if (ui.session.runs().empty()) {
    if (ui.session.engine_state() == EngineState::broken) {
      empty_state(ui.look, list, inside, w(T::status_broken, {ui.session.engine_reason()}), w(T::race_no_engine));
    } else if (!ui.session.host().known) {
      empty_state(ui.look, list, inside, w(T::loading), w(T::race_empty));
    } else if (const LabEntry* const entry = ui.session.lab().open(); entry != nullptr) {
      const LabRecord* const record = ui.session.lab().peek(entry->id);
      const bool measured = record != nullptr && record->result && ui.session.lab().running != entry->id;
      empty_state(ui.look, list, inside, w(measured ? T::lab_no_race_title : T::lab_race_empty_title),
                  w(measured ? T::lab_no_race : T::lab_race_empty));
    } else {
      empty_state(ui.look, list, inside, w(T::race_empty_title), w(T::race_empty));
    }
    return true;
  }
  if (const Status ready = ui.span_renderer.prepare(); !ready) {
    empty_state(ui.look, list, inside, w(T::race_no_gpu), ready.error().message);
    return true;
  }
  return false;
}

std::string subtitle_of(const Ui& ui) {
  const Words& w = ui.words();
  const auto runs = ui.session.own_runs();
  // What an experiment's plan runs is known when it runs.
  if (runs.empty() && ui.session.in_lab()) return {};
  if (!runs.empty() && runs.front().synthetic) return w(T::race_synthetic);
  const std::uint32_t tasks = runs.empty() ? ui.session.settings().tasks : runs.front().config.tasks;
  const std::string workload = runs.empty() ? ui.session.settings().workload : runs.front().config.workload;
  std::string what = workload_title(w, workload) + ", " + w.counted(tasks, T::tasks);
  if (ui.session.simulated(workload)) what += std::string(", ") + w(T::simulated_wait);
  return w(T::race_subtitle, {what});
}

/// The lanes and what belongs to them, once there are any. Not a part of race_panel: the page fetches it after the
/// first view (web/CMakeLists.txt).
[[gnu::noinline]] void race_lanes(Ui& ui, ImDrawList& list, const Rect& rect, const Rect& inside) {
  auto& runs = ui.session.runs();
  draw_tools(ui, {rect.x, rect.y, rect.w, inside.y - rect.y});
  refresh_story(ui);
  const bool above = ui.layout == Layout::narrow;
  Rect area = inside;
  if (has_details(ui)) {
    Rect details{inside.right() - kDetailsWidth, inside.y, kDetailsWidth, inside.h};
    if (inside.w >= 620) {
      area.w -= kDetailsWidth;
    } else {
      details = {inside.x, inside.bottom() - kDetailsHeight, inside.w, kDetailsHeight};
      area.h -= kDetailsHeight;
    }
    draw_details(ui, details);
  }
  const float gutter = above ? 14.0F : kGutter;
  const float foot = area.h > 160 ? kFoot : 6.0F;
  const float strip = area.h > 230 ? kMinimap : 0.0F;
  Scene scene{.ui = ui,
              .list = list,
              .plot = {area.x + gutter, area.y, area.w - gutter - 16, area.h - foot - strip},
              .body = {},
              .window = {},
              .names_above = above,
              .specs = {},
              .lanes = {},
              .rows = {}};
  scene.body = {scene.plot.x, scene.plot.y + kAxis, scene.plot.w, scene.plot.h - kAxis};
  for (RunView& run : runs) {
    run.settle();
    scene.specs.push_back({std::max<std::size_t>(run.lanes.size(), 1), run.wait_rows.size()});
  }
  scene.lanes = layout_lanes(scene.specs, scene.body.h, above);
  const float dt = ui.still ? std::numeric_limits<float>::infinity() : std::min(ImGui::GetIO().DeltaTime, 0.1F);
  if (follow(ui.timeline, runs, ui.session.busy(), dt)) ui.look.animating = true;
  const bool clicked = navigate(ui, scene.plot, scene.body, scene.lanes.content_height);
  const bool hovered = ImGui::IsItemHovered();
  scene.window = {ui.timeline.begin_ms * 1e6, ui.timeline.end_ms * 1e6, scene.body.w};
  draw_axis(scene);
  draw_groups(scene, rect.x);
  scroll_mark(scene);
  if (strip > 0) draw_minimap(scene, {scene.body.x, scene.plot.bottom() + 4, scene.body.w, strip - 6});
  if (foot > 20) draw_legend(scene, {rect.x + 14, area.bottom() - 21, rect.w - 28, 16});
  const Hit hit = hovered || clicked ? hit_at(scene, ImGui::GetIO().MousePos) : Hit{};
  if (hovered) draw_cursor(scene);
  if (hit && !ImGui::IsMouseDragging(ImGuiMouseButton_Left)) draw_tip(scene, hit);
  if (clicked) {
    const bool one = hit && hit.count == 1 && hit.row->track->spans()[hit.span].task != kNoTask;
    if (one) {
      ui.timeline.select_task(hit.row->track->spans()[hit.span].task);
    } else {
      ui.timeline.dismiss();
    }
    ui.redraw = true;
  }
}

}  // namespace

const RowPlace* Scene::row(const RowKey& key) const {
  const auto found = std::ranges::find(rows, key, &RowPlace::key);
  return found == rows.end() ? nullptr : &*found;
}

void race_panel(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool hint = rect.w > 620 && !ui.session.runs().empty();
  const Rect inside = card(ui.look, list, rect, w(T::race), subtitle_of(ui),
                           hint ? w(ui.look.touch ? T::race_hint_touch : T::race_hint) : "", tools_width(ui));
  if (inside.h < 40 || nothing_yet(ui, list, inside)) return;
  race_lanes(ui, list, rect, inside);
}

}  // namespace trilane::ui
