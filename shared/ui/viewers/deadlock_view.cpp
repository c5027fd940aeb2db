// The wait-for graph: threads and locks, who holds and who waits, as the watchdog found it; and the ways of writing the
// program that have no cycle, with what was measured of each.
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "ui/ui_state.hpp"
#include "ui/viewers/deadlock_model.hpp"
#include "ui/viewers/viewer.hpp"

namespace trilane::ui::viewers {
namespace {

using nlohmann::json;

struct Node {
  ImVec2 at;
  bool thread;
  std::string name, caption;
};

struct Graph {
  Ui& ui;
  ImDrawList& list;
  Rect area;
  float size;  // of a node

  /// Arrow between two nodes' edges, with a word at its middle, beside it.
  void arrow(const Node& from, const Node& to, ImU32 color, bool dashed, const std::string& word,
             bool crossed = false) const {
    const float dx = to.at.x - from.at.x;
    const float dy = to.at.y - from.at.y;
    const float length = std::sqrt(dx * dx + dy * dy);
    if (length < 2 * size) return;
    const ImVec2 unit{dx / length, dy / length};
    const float margin = size / 2 + 7;
    const ImVec2 begin{from.at.x + unit.x * margin, from.at.y + unit.y * margin};
    const ImVec2 end{to.at.x - unit.x * margin, to.at.y - unit.y * margin};
    const float span = length - 2 * margin - 7;
    const float dash = dashed ? 7.0F : span;
    for (float at = 0; at < span; at += dash + 5) {
      const float stop = std::min(at + dash, span);
      list.AddLine({begin.x + unit.x * at, begin.y + unit.y * at}, {begin.x + unit.x * stop, begin.y + unit.y * stop},
                   color, 2.5F);
    }
    const ImVec2 side{-unit.y, unit.x};
    list.AddTriangleFilled(end, {end.x - unit.x * 11 + side.x * 6, end.y - unit.y * 11 + side.y * 6},
                           {end.x - unit.x * 11 - side.x * 6, end.y - unit.y * 11 - side.y * 6}, color);
    const ImVec2 middle{(from.at.x + to.at.x) / 2, (from.at.y + to.at.y) / 2};
    if (crossed) draw_icon(list, Icon::cross, middle, 16, ui.colors().bad);
    if (word.empty()) return;
    // Outwards from the middle of the graph, so that no word lies on an arrow.
    const ImVec2 text = text_size(ui.look.fonts.small, word);
    const bool right = middle.x > area.x + area.w / 2 + 1;
    float x = right ? middle.x + 14 : middle.x - 14 - text.x;
    if (std::fabs(unit.y) < 0.15F) x = middle.x - text.x / 2;
    const float y = middle.y - text.y / 2 + (std::fabs(unit.y) < 0.15F ? -14.0F : 0.0F);
    x = std::clamp(x, area.x + 2, std::max(area.right() - text.x - 2, area.x + 2));
    list.AddRectFilled({x - 3, y - 1}, {x + text.x + 3, y + text.y + 1}, ui.colors().panel, 3);
    draw_text(list, ui.look.fonts.small, {x, y}, color, word);
  }

  void node(const Node& one) const {
    const Palette& c = ui.colors();
    const ImU32 hue = ui.color_of(Racer::threads);
    badge(ui.look, list, one.at, size, one.name, one.thread ? hue : c.raised, one.thread ? c.page : c.text,
          one.thread ? 0 : c.strong_border, !one.thread);
    const ImVec2 text = text_size(ui.look.fonts.small, one.caption);
    const bool below = one.at.y > area.y + area.h / 2 - 2;
    const float x = std::clamp(one.at.x - text.x / 2, area.x + 2, std::max(area.right() - text.x - 2, area.x + 2));
    draw_text(list, ui.look.fonts.small, {x, below ? one.at.y + size / 2 + 4 : one.at.y - size / 2 - 4 - text.y},
              c.muted, one.caption);
  }
};

std::string waits_word(const Words& w, const WaitArrow* arrow) {
  if (arrow == nullptr || !arrow->waited_ms) return w(T::view_waits);
  return w(T::view_waits_since, {w.duration_ms(*arrow->waited_ms)});
}

const WaitArrow* arrow_of(const DeadlockShow& show, std::string_view thread) {
  const auto it = std::ranges::find(show.cycle, thread, &WaitArrow::thread);
  return it == show.cycle.end() ? nullptr : &*it;
}

void draw_graph(Ui& ui, ImDrawList& list, const Rect& area, const DeadlockShow& show, const std::string& way) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  const float size = std::clamp(std::min(area.w, area.h) * 0.16F, 30.0F, 48.0F);
  const Graph graph{ui, list, area, size};
  const float x = area.x + area.w / 2;
  const float y = area.y + area.h / 2;
  const float dx = std::min(area.w / 2 - size / 2 - 8, 210.0F);
  const float dy = area.h / 2 - size / 2 - 24;
  const Node a{{x - dx, y}, true, "A", w(T::view_thread, {"A"})};
  const Node b{{x + dx, y}, true, "B", w(T::view_thread, {"B"})};
  const Node one{{x, y - dy}, false, "1", w(T::view_lock, {"1"})};
  const Node two{{x, y + dy}, false, "2", w(T::view_lock, {"2"})};
  const ImU32 holds = ui.color_of(Racer::threads);
  if (way == "none") {
    if (show.cycle.empty()) {
      empty_state(ui.look, list, area, w(T::view_no_cycle_title), w(T::view_no_cycle));
      return;
    }
    for (const char* name : {"A", "B"}) {
      const WaitArrow* const found = arrow_of(show, name);
      if (found == nullptr) continue;
      const Node& thread = found->thread == "A" ? a : b;
      graph.arrow(thread, found->waits_for == "1" ? one : two, c.lock, true, waits_word(w, found));
      graph.arrow(found->holds == "1" ? one : two, thread, holds, false, w(T::view_holds));
    }
  } else if (way == "ordered") {
    graph.arrow(one, a, holds, false, w(T::view_holds));
    graph.arrow(a, two, c.good, false, w(T::view_takes));
    graph.arrow(b, one, c.lock, true, w(T::view_waits));
  } else if (way == "try-lock") {
    graph.arrow(one, a, holds, false, w(T::view_gives_back));
    graph.arrow(a, two, c.faint, true, w(T::view_tries), true);
    graph.arrow(two, b, holds, false, w(T::view_holds));
  } else {
    const bool async = way == "async";
    const Node middle{{x, y}, true, async ? "∞" : "C", async ? w(T::view_loop) : w(T::view_owner)};
    const ImU32 ink = async ? ui.color_of(Racer::async) : holds;
    graph.arrow(a, middle, ink, false, w(async ? T::view_resumed_by : T::view_sends));
    graph.arrow(b, middle, ink, false, w(async ? T::view_resumed_by : T::view_sends));
    Node owner = middle;
    badge(ui.look, list, owner.at, size, async ? "" : "C", ink, c.page, 0);
    if (async) draw_icon(list, Icon::undo, owner.at, size * 0.45F, c.page);
    const ImVec2 text = text_size(ui.look.fonts.small, owner.caption);
    draw_text(list, ui.look.fonts.small, {x - text.x / 2, y + size / 2 + 6}, c.muted, owner.caption);
    for (const Node& node : {a, b}) {
      Node named = node;
      if (async) named.caption = w(T::view_coroutine, {node.name});
      badge(ui.look, list, named.at, size, named.name, ink, c.page, 0);
      const ImVec2 name = text_size(ui.look.fonts.small, named.caption);
      const float left = std::clamp(named.at.x - name.x / 2, area.x + 2, area.right() - name.x - 2);
      draw_text(list, ui.look.fonts.small, {left, named.at.y + size / 2 + 6}, c.muted, named.caption);
    }
    return;
  }
  for (const Node& node : {a, b, one, two}) graph.node(node);
}

T rule_of(std::string_view way) {
  if (way == "none") return T::view_rule_none;
  if (way == "ordered") return T::view_rule_ordered;
  if (way == "try-lock") return T::view_rule_try;
  if (way == "messages") return T::view_rule_messages;
  return T::view_rule_async;
}

struct Row {
  std::string name, value;
  ImU32 ink;
};

std::vector<Row> outcome_rows(const Ui& ui, const Words& w, const DeadlockShow& show, const WayOutcome& way) {
  const Palette& c = ui.colors();
  const auto whole = [&](double value) { return w.integer(static_cast<std::uint64_t>(std::max(value, 0.0))); };
  std::vector<Row> rows = {
      {w(T::view_transfers), w(T::view_of, {whole(way.done), whole(way.wanted)}), c.text},
      {w(T::view_deadlocks), whole(way.deadlocks), way.deadlocks > 0 ? c.bad : c.good},
      {w(T::view_retries), whole(way.retries), c.text},
      {w(T::view_balance), w(way.balanced ? T::view_right : T::view_wrong), way.balanced ? c.good : c.bad},
      {w(T::view_makespan), way.wall_ms ? w.duration_ms(*way.wall_ms) : w(T::lab_not_available), c.text}};
  if (way.id == "none" && show.found_after_ms) {
    rows.push_back({w(T::view_found_after), w.duration_ms(*show.found_after_ms), c.text});
    if (!show.victim.empty()) rows.push_back({w(T::view_victim), show.victim, c.text});
  }
  return rows;
}

void outcome(Ui& ui, ImDrawList& list, const Rect& rect, const DeadlockShow& show, const WayOutcome& way) {
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  ImGui::SetCursorScreenPos(rect.min());
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  paragraph(ui.look, ui.look.fonts.body, c.text, w(rule_of(way.id)), rect.w);
  float y = ImGui::GetCursorScreenPos().y + 12;
  ImGui::PopStyleVar();
  draw_text(list, ui.look.fonts.small_bold, {rect.x, y}, c.faint, w(T::view_measured));
  y += 21;
  for (const Row& row : outcome_rows(ui, w, show, way)) {
    if (y + 16 > rect.bottom()) break;
    const float value = text_size(ui.look.fonts.bold, row.value).x;
    draw_text(list, ui.look.fonts.small, {rect.x, y + 1}, c.muted, row.name, rect.w - value - 10);
    draw_text(list, ui.look.fonts.bold, {rect.right() - value, y}, row.ink, row.value);
    y += 21;
  }
}

}  // namespace

int deadlock_ways(const Ui& ui) {
  const auto show = read_deadlock(details_of(ui));
  return show ? static_cast<int>(show->ways.size()) : 0;
}

void draw_deadlock(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto show = read_deadlock(details_of(ui));
  if (!show) {
    const Rect inside = card(ui.look, list, rect, w(T::view_deadlock_title), "");
    empty_state(ui.look, list, inside, w(ui.session.busy() ? T::view_recording : T::view_deadlock_empty_title),
                w(T::view_deadlock_empty));
    return;
  }
  int& chosen = ui.lab.viewer.way;
  chosen = std::clamp(chosen, 0, static_cast<int>(show->ways.size()) - 1);
  const bool recorded = show->ways[static_cast<std::size_t>(chosen)].id == "none";
  const Rect inside =
      card(ui.look, list, rect, w(T::view_deadlock_title), w(recorded ? T::view_graph_recorded : T::view_graph_rule));
  const Rect area = inside.inset(12);
  std::vector<const char*> names;
  for (const WayOutcome& way : show->ways) names.push_back(in(w, way.name).c_str());
  ImGui::SetCursorScreenPos(area.min());
  // On a phone two rows: five names do not fit into one.
  const bool narrow = area.w < 520;
  float top = area.y + ui.look.control_height() + 10;
  int picked = chosen;
  if (narrow && names.size() > 3) {
    const std::span<const char* const> all(names);
    const int first = segmented(ui.look, "ways", all.first(2), chosen < 2 ? chosen : -1, area.w);
    ImGui::SetCursorScreenPos({area.x, top - 4});
    const int second = segmented(ui.look, "more_ways", all.subspan(2), chosen - 2, area.w);
    picked = first != (chosen < 2 ? chosen : -1) ? first : second != chosen - 2 ? second + 2 : chosen;
    top += ui.look.control_height() + 6;
  } else {
    picked = segmented(ui.look, "ways", names, chosen, area.w);
  }
  if (picked != chosen) {
    chosen = picked;
    ui.session.touch();
  }
  const WayOutcome& way = show->ways[static_cast<std::size_t>(chosen)];
  const float height = area.bottom() - top;
  if (narrow) {
    draw_graph(ui, list, {area.x, top, area.w, height * 0.5F}, *show, way.id);
    outcome(ui, list, {area.x, top + height * 0.5F + 8, area.w, height * 0.5F - 8}, *show, way);
  } else {
    const float side = std::clamp(area.w * 0.36F, 220.0F, 300.0F);
    draw_graph(ui, list, {area.x, top, area.w - side - 20, height}, *show, way.id);
    outcome(ui, list, {area.right() - side, top + 4, side, height - 4}, *show, way);
  }
}

json deadlock_json(const Ui& ui) {
  const Words w(ui.session.view().lang);
  const auto show = read_deadlock(details_of(ui));
  json lines = json::array();
  if (!show) {
    lines.push_back(w(T::view_deadlock_empty));
    return {{"kind", "deadlock"}, {"title", w(T::view_deadlock_title)}, {"lines", std::move(lines)}};
  }
  if (show->cycle.empty()) lines.push_back(w(T::view_no_cycle));
  for (const WaitArrow& arrow : show->cycle) {
    lines.push_back(w(T::view_thread, {arrow.thread}) + ": " + w(T::view_holds) + " " + w(T::view_lock, {arrow.holds}) +
                    "; " + waits_word(w, &arrow) + " " + w(T::view_lock, {arrow.waits_for}) + " ← " +
                    w(T::view_thread, {arrow.held_by}));
  }
  for (const WayOutcome& way : show->ways) {
    std::string line = in(w, way.name) + ". " + w(rule_of(way.id));
    for (const Row& row : outcome_rows(ui, w, *show, way)) line += " " + row.name + ": " + row.value + ".";
    lines.push_back(std::move(line));
  }
  return {{"kind", "deadlock"}, {"title", w(T::view_deadlock_title)}, {"lines", std::move(lines)}};
}

}  // namespace trilane::ui::viewers
