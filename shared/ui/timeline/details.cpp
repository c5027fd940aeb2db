// Beside the race's lanes: the story of the selected task, or the statistics of the selected range; and the buttons and
// the search field in the card's head.
#include <imgui.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "ui/plots/split.hpp"
#include "ui/timeline/scene.hpp"

namespace trilane::ui {
namespace {

constexpr std::size_t kMostListed = 300;  // spans of one story

double ms(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }

/// A line with something at its right end, at the cursor.
void line(const Ui& ui, float width, const std::string& left, const std::string& right, ImU32 ink,
          const char* tip = nullptr) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImFont* font = ui.look.fonts.small;
  const float right_width = text_size(font, right).x;
  draw_text(draw_list(), font, at, ui.colors().muted, left, width - right_width - 8);
  draw_text(draw_list(), font, {at.x + width - right_width, at.y}, ink, right);
  ImGui::Dummy({width, 18});
  if (tip != nullptr) tooltip(ui.look, tip);
}

void run_head(const Ui& ui, const RunView& run, float width, const std::string& right) {
  ImGui::Dummy({width, 4});
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float right_width = text_size(ui.look.fonts.small, right).x;
  draw_text(draw_list(), ui.look.fonts.small_bold, at, ui.color_of(run.racer), ui.name_of(run),
            width - right_width - 8);
  draw_text(draw_list(), ui.look.fonts.small, {at.x + width - right_width, at.y}, ui.colors().muted, right);
  ImGui::Dummy({width, 20});
}

/// One span of the story: its colour, kind, lane, begin and length; pressing zooms in on it.
void story_row(Ui& ui, const RunView& run, const StorySpan& one, int id, float width) {
  const Words& w = ui.words();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ui.look.touch ? 40.0F : 35.0F;
  ImGui::PushID(id);
  const bool pressed = ImGui::InvisibleButton("span", {width, height});
  focus_ring(ui.look, 4);
  tooltip(ui.look, w(T::story_row_tip));
  ImDrawList& list = draw_list();
  if (ImGui::IsItemHovered())
    list.AddRectFilled({at.x - 4, at.y}, {at.x + width + 4, at.y + height - 1}, ui.colors().hover, 4);
  ImGui::PopID();
  list.AddRectFilled({at.x, at.y + 3}, {at.x + 4, at.y + height - 4},
                     split_color(ui.colors(), run.racer, one.span.kind), 2);
  const std::string length = w.duration_ms(ms(one.span.end_ns - one.span.begin_ns));
  ImFont* font = ui.look.fonts.small;
  const float length_width = text_size(font, length).x;
  draw_text(list, font, {at.x + 10, at.y + 1}, ui.colors().text, ui.name_of(run, one.span), width - length_width - 18);
  draw_text(list, font, {at.x + width - length_width, at.y + 1}, ui.colors().text, length);
  const std::string begin = w.duration_ms(ms(one.span.begin_ns));
  const float begin_width = text_size(font, begin).x;
  draw_text(list, font, {at.x + 10, at.y + 16}, ui.colors().faint, lane_name(ui, run, one.row),
            width - begin_width - 18);
  draw_text(list, font, {at.x + width - begin_width, at.y + 16}, ui.colors().faint, begin);
  if (pressed) {
    const double half = std::max(ms(one.span.end_ns - one.span.begin_ns), 1e-4);
    ui.timeline.show(ms(one.span.begin_ns) - half, ms(one.span.end_ns) + half);
    ui.redraw = true;
  }
}

void story(Ui& ui, float width) {
  const Words& w = ui.words();
  const auto& all = ui.timeline_cache.story;
  const auto& runs = ui.session.runs();
  if (all.empty()) paragraph(ui.look, ui.look.fonts.small, ui.colors().muted, w(T::story_none), width);
  int id = 0;
  for (std::size_t i = 0; i < all.size();) {
    const std::size_t r = all[i].row.run;
    if (r >= runs.size()) break;
    std::size_t end = i;
    std::int64_t last = 0;
    for (; end < all.size() && all[end].row.run == r; ++end) last = std::max(last, all[end].span.end_ns);
    run_head(ui, runs[r], width,
             w(T::story_took, {w.counted(end - i, T::spans), w.duration_ms(ms(last - all[i].span.begin_ns))}));
    for (; i < end; ++i) {
      if (static_cast<std::size_t>(id) < kMostListed) story_row(ui, runs[r], all[i], id++, width);
    }
  }
  if (all.size() > kMostListed)
    paragraph(ui.look, ui.look.fonts.small, ui.colors().faint, w(T::story_more, {w.integer(kMostListed)}), width);
}

void statistics(Ui& ui, const RangeMs& range, float width) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  const auto all = stats_of(ui.session.runs(), range);
  if (all.empty()) paragraph(ui.look, ui.look.fonts.small, c.muted, w(T::range_none), width);
  for (const RangeStats& stats : all) {
    const RunView& run = ui.session.runs()[stats.run];
    run_head(ui, run, width, w.duration_ms(stats.length_ms));
    if (!stats.whole) paragraph(ui.look, ui.look.fonts.small, c.warn, w(T::range_not_whole), width);
    const auto time = [&](T name, double value, ImU32 ink, bool always) {
      const std::string text = w.duration_ms(value);
      if (always || value > 0) line(ui, width, w(name), stats.whole ? text : w(T::range_at_least, {text}), ink);
    };
    time(T::range_work, stats.work_ms, c.text, true);
    time(T::range_wait, stats.wait_ms, c.text, true);
    time(T::range_lock, stats.lock_ms, c.lock, false);
    time(T::range_other, stats.other_ms, c.text, false);
    line(ui, width, w(T::range_parallelism),
         stats.parallelism ? w.times(*stats.parallelism) : std::string(w(T::not_available)), c.text,
         w(T::range_parallelism_tip));
    line(ui, width, w(T::range_tasks), stats.tasks ? w.integer(*stats.tasks) : std::string(w(T::not_available)),
         c.text);
    line(ui, width, w(T::range_rate),
         stats.tasks_per_s ? w.per_second(*stats.tasks_per_s) : std::string(w(T::not_available)), c.text);
  }
}

void search(Ui& ui) {
  TimelineState& view = ui.timeline;
  std::uint32_t number = 0;
  const char* end = view.search + std::strlen(view.search);
  const auto [rest, error] = std::from_chars(view.search, end, number);
  view.search_missed = error != std::errc() || rest != end || story_of(ui.session.runs(), number).empty();
  if (view.search_missed) {
    ui.say(ui.words()(T::search_missed));
    return;
  }
  view.search_open = false;
  view.select_task(number);
  ui.redraw = true;
}

void search_field(Ui& ui, const Rect& rect) {
  TimelineState& view = ui.timeline;
  const Palette& c = ui.colors();
  draw_list().AddRectFilled(rect.min(), rect.max(), c.panel, metric::kSmallRound);
  draw_list().AddRect(rect.min(), rect.max(), view.search_missed ? c.bad : c.accent, metric::kSmallRound);
  ImGui::SetCursorScreenPos({rect.x + 2, rect.y});
  ImGui::SetNextItemWidth(rect.w - 4);
  ImGui::PushStyleColor(ImGuiCol_FrameBg, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {7, (rect.h - ui.look.fonts.body->FontSize / ui.scale) / 2});
  if (view.search_begins) ImGui::SetKeyboardFocusHere();
  const bool begins = std::exchange(view.search_begins, false);
  const bool entered = ImGui::InputTextWithHint(
      "##search", ui.words()(T::search_hint), view.search, sizeof view.search,
      ImGuiInputTextFlags_CharsDecimal | ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  if (ImGui::IsItemEdited()) view.search_missed = false;
  if (entered) {
    search(ui);
    if (view.search_open) view.search_begins = true;
  } else if (!begins && ImGui::IsItemDeactivated()) {
    view.search_open = false;
  }
}

}  // namespace

bool has_details(const Ui& ui) { return ui.timeline.task || ui.timeline.range; }

void draw_details(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  ImDrawList& list = draw_list();
  const bool beside = rect.h > kDetailsHeight;
  list.AddLine(rect.min(), beside ? ImVec2{rect.x, rect.bottom()} : ImVec2{rect.right(), rect.y}, c.border);
  const TimelineState& view = ui.timeline;
  std::string title;
  if (view.task) {
    title = w(T::story_title, {w.integer(*view.task)});
  } else {
    title = w(T::range_title, {w.duration_ms(view.range->second - view.range->first)});
  }
  const float size = ui.look.touch ? 36.0F : 24.0F;
  draw_text(list, ui.look.fonts.bold, {rect.x + 14, rect.y + 9}, c.text, title, rect.w - size - 30);
  ImGui::SetCursorScreenPos({rect.right() - size - 6, rect.y + 5});
  const bool closed = button(
      ui.look, "close_details",
      {.label = "", .icon = Icon::cross, .style = ButtonStyle::quiet, .tip = w(T::help_close), .size = {size, size}});
  begin_scroll(ui.look, "details", {rect.x + 1, rect.y + 34, rect.w - 1, rect.h - 35}, {13, 2});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  const float width = ImGui::GetContentRegionAvail().x;
  if (view.task) {
    story(ui, width);
  } else {
    statistics(ui, *view.range, width);
  }
  ImGui::Dummy({width, 8});
  ImGui::PopStyleVar();
  end_scroll();
  if (closed) {
    ui.timeline.task.reset();
    ui.timeline.range.reset();
    ui.redraw = true;
  }
}

float tools_width(const Ui& ui) { return ui.look.touch ? 166.0F : 126.0F; }

void draw_tools(Ui& ui, const Rect& head) {
  const Words& w = ui.words();
  TimelineState& view = ui.timeline;
  const float size = ui.look.touch ? 38.0F : 28.0F;
  const float y = head.y + (metric::kCardHead - size) / 2;
  float x = head.right() - 6 - 4 * (size + 2);
  const auto tool = [&](const char* id, Icon icon, T tip, bool on) {
    if (on) draw_list().AddRectFilled({x, y}, {x + size, y + size}, ui.colors().hover, metric::kSmallRound);
    ImGui::SetCursorScreenPos({x, y});
    x += size + 2;
    return button(ui.look, id,
                  {.label = "", .icon = icon, .style = ButtonStyle::quiet, .tip = w(tip), .size = {size, size}});
  };
  if (tool("pin", Icon::pin, T::pin_tip, false)) ui.pin();
  const float field = x - (size + 2);
  if (tool("find", Icon::search, T::tool_search, view.search_open)) {
    view.search_open = view.search_begins = !view.search_open;
  }
  if (tool("range", Icon::range, T::tool_range, view.selects_range)) {
    view.selects_range = !view.selects_range;
    if (view.selects_range) ui.say(w(T::range_drag));
  }
  if (tool("fit", Icon::fit, T::tool_fit, false)) view.fit();
  if (view.search_open) search_field(ui, {field - 136, head.y + 5, 132, metric::kCardHead - 10});
}

}  // namespace trilane::ui
