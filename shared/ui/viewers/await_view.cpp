// The event loop, step by step: the coroutine's code with the place of each, who runs, the ready queue, the timers, and
// every recorded step as a column to go to.
#include <imgui_internal.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ui/ui_state.hpp"
#include "ui/viewers/await_model.hpp"

namespace trilane::ui::viewers {
namespace {

using nlohmann::json;

struct View {
  Ui& ui;
  ImDrawList& list;
  const AwaitShow& show;
  const AwaitStep& now;
  int at;
};

struct PlaceInk {
  ImU32 fill, ink, border;
};
PlaceInk ink_of(const Ui& ui, AwaitPlace place) {
  const Palette& c = ui.colors();
  const ImU32 hue = ui.color_of(Racer::async);
  switch (place) {
    case AwaitPlace::running: return {hue, c.page, 0};
    case AwaitPlace::ready: return {mix(c.panel, hue, 0.1F), hue, hue};
    case AwaitPlace::waiting: return {c.model_dim[index_of(Racer::async)], c.text, 0};
    case AwaitPlace::absent:
    case AwaitPlace::ended: break;
  }
  return {c.lane, c.faint, 0};
}

void letter(const View& view, ImVec2 center, float size, int who) {
  const PlaceInk ink = ink_of(view.ui, place_of(view.show, view.at, who));
  badge(view.ui.look, view.list, center, size, view.show.names[static_cast<std::size_t>(who)], ink.fill, ink.ink,
        ink.border);
}

/// Python in a proportional font: indentation is measured, not spaced.
void code_line(const View& view, ImVec2 at, float width, std::string_view line, bool current) {
  const Palette& c = view.ui.colors();
  ImFont* font = width < 380 ? view.ui.look.fonts.small : view.ui.look.fonts.body;
  const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(indent);
  const std::size_t hash = line.find('#');
  std::string_view comment;
  if (hash != std::string_view::npos) {
    comment = line.substr(hash);
    line = line.substr(0, hash);
    while (line.ends_with(' ')) line.remove_suffix(1);
  }
  const float x = at.x + static_cast<float>(indent) * 5.5F;
  const float end = at.x + width;
  const float drawn = draw_text(view.list, font, {x, at.y}, current ? c.text : mix(c.text, c.muted, 0.45F), line,
                                std::max(end - x, 10.0F));
  // A comment is read whole, or not at all: the line says the same without it.
  const float rest = x + drawn + 12;
  if (!comment.empty() && rest + text_size(view.ui.look.fonts.small, comment).x <= end)
    draw_text(view.list, view.ui.look.fonts.small, {rest, at.y + 1}, c.faint, comment);
}

void code(const View& view, const Rect& rect) {
  const Palette& c = view.ui.colors();
  const auto lines = static_cast<float>(view.show.code.size());
  const float step = std::clamp(std::floor((rect.h - 12) / lines), 15.0F, 30.0F);
  const float size = std::min(step - 2, 18.0F);
  const float gutter = (size + 3) * static_cast<float>(view.show.names.size()) + 8;
  view.list.AddRectFilled(rect.min(), rect.max(), c.lane, 6);
  view.list.PushClipRect(rect.min(), rect.max(), true);
  const float number = 22;
  float y = rect.y + 6;
  for (std::size_t i = 0; i < view.show.code.size(); ++i, y += step) {
    const int line = static_cast<int>(i) + 1;
    const bool current = view.now.line == line;
    const ImU32 hue = view.ui.color_of(Racer::async);
    if (current) {
      view.list.AddRectFilled({rect.x, y}, {rect.right(), y + step}, fade(hue, 0.16F));
      view.list.AddRectFilled({rect.x, y}, {rect.x + 3, y + step}, hue);
    }
    const float text = y + (step - text_size(view.ui.look.fonts.body, "x").y) / 2;
    const std::string label = std::to_string(line);
    const float label_width = text_size(view.ui.look.fonts.small, label).x;
    draw_text(view.list, view.ui.look.fonts.small, {rect.x + 8 + 12 - label_width, text + 1}, c.faint, label);
    float x = rect.x + number + 4 + size / 2;
    for (std::size_t who = 0; who < view.show.names.size(); ++who) {
      if (view.now.lines[who] == line) letter(view, {x, y + step / 2}, size, static_cast<int>(who));
      x += size + 3;
    }
    const float left = rect.x + number + gutter;
    code_line(view, {left, text}, rect.right() - left - 8, in(view.ui.words(), view.show.code[i]), current);
  }
  view.list.PopClipRect();
}

/// One of the loop's places: its name over what is in it.
float slot(const View& view, const Rect& rect, const char* name, float height) {
  const Palette& c = view.ui.colors();
  view.list.AddRectFilled(rect.min(), {rect.right(), rect.y + height}, c.raised, 6);
  view.list.AddRect(rect.min(), {rect.right(), rect.y + height}, c.border, 6);
  draw_text(view.list, view.ui.look.fonts.small_bold, {rect.x + 10, rect.y + 6}, c.muted, name, rect.w - 20);
  return rect.y + 24;
}

void queues(const View& view, const Rect& rect) {
  const Palette& c = view.ui.colors();
  const Words& w = view.ui.words();
  const float gap = 6;
  const auto timers = static_cast<float>(view.show.names.size());
  const bool tight = rect.h < 225;
  const float row = tight ? 19.0F : 25.0F;
  const float small = tight ? 46.0F : 56.0F;
  const float size = tight ? 17.0F : 24.0F;
  // Narrow and low: running and ready side by side.
  const bool beside = rect.h < 2 * small + 2 * gap + 26 + timers * row;
  const float half = beside ? (rect.w - gap) / 2 : rect.w;
  float y = slot(view, {rect.x, rect.y, half, small}, w(T::view_running), small);
  const float middle = y + (small - 26) / 2 - 1;
  if (view.now.running) {
    letter(view, {rect.x + 12 + size / 2, middle}, size, *view.now.running);
    const std::string line =
        w(T::view_at_line, {std::to_string(view.now.lines[static_cast<std::size_t>(*view.now.running)])});
    draw_text(view.list, view.ui.look.fonts.small, {rect.x + size + 22, middle - 8}, c.text, line, half - size - 30);
  } else {
    const T nobody = !view.now.ready.empty()    ? T::view_takes_next
                     : !view.now.timers.empty() ? T::view_waits_timer
                                                : T::view_nothing_left;
    draw_text(view.list, view.ui.look.fonts.small, {rect.x + 12, middle - 8}, c.muted, w(nobody), half - 22);
  }
  const Rect next{beside ? rect.x + half + gap : rect.x, beside ? rect.y : rect.y + small + gap, half, small};
  slot(view, next, w(T::view_ready), small);
  const float ready_y = next.y + 24 + (small - 26) / 2 - 1;
  float x = next.x + 12 + size / 2;
  for (std::size_t i = 0; i < view.now.ready.size(); ++i) {
    letter(view, {x, ready_y}, size, view.now.ready[i]);
    x += size / 2 + 9;
    if (i + 1 < view.now.ready.size()) draw_icon(view.list, Icon::chevron_right, {x, ready_y}, 7, c.faint);
    x += 9 + size / 2;
  }
  if (view.now.ready.empty())
    draw_text(view.list, view.ui.look.fonts.small, {next.x + 12, ready_y - 8}, c.faint, w(T::view_empty));
  const float top = next.y + small + gap;
  const float height = std::min(rect.bottom() - top, 30 + timers * row + 4);
  y = slot(view, {rect.x, top, rect.w, height}, w(T::view_timers), height) + row / 2;
  double longest = 1;
  for (const AwaitStep& step : view.show.steps) {
    for (const AwaitTimer& timer : step.timers) longest = std::max(longest, timer.due_ms - step.t_ms);
  }
  if (view.now.timers.empty())
    draw_text(view.list, view.ui.look.fonts.small, {rect.x + 12, y - 8}, c.faint, w(T::view_empty));
  for (const AwaitTimer& timer : view.now.timers) {
    if (y + row / 2 > rect.bottom()) break;
    const double left_ms = std::max(timer.due_ms - view.now.t_ms, 0.0);
    letter(view, {rect.x + 12 + size / 2 - 2, y}, std::min(size, row - 3), timer.who);
    const std::string text = w(T::view_due, {w.duration_ms(left_ms)});
    const float label = rect.x + size + 20;
    const float width =
        draw_text(view.list, view.ui.look.fonts.small, {label, y - 8}, c.text, text, rect.right() - label - 8);
    const float bar = std::max(label + width + 10, label + 92);
    const float room = rect.right() - 12 - bar;
    if (room > 20) {
      view.list.AddRectFilled({bar, y - 3}, {bar + room, y + 3}, c.lane, 3);
      const float part = room * static_cast<float>(std::clamp(left_ms / longest, 0.0, 1.0));
      view.list.AddRectFilled({bar, y - 3}, {bar + std::max(part, 2.0F), y + 3}, c.model_dim[index_of(Racer::async)],
                              3);
    }
    y += row;
  }
}

/// Every step a column, every coroutine a row: drag, click, or arrow keys.
void scrubber(const View& view, const Rect& rect) {
  Ui& ui = view.ui;
  StepPlayer& player = ui.lab.viewer.player;
  const Palette& c = ui.colors();
  const float left = rect.x + 22;
  const auto steps = static_cast<float>(view.show.steps.size());
  const auto rows = static_cast<float>(view.show.names.size());
  const float column = (rect.right() - left) / steps;
  const float row = rect.h / rows;
  ImGui::SetCursorScreenPos({left, rect.y});
  ImGui::InvisibleButton("steps", {std::max(rect.right() - left, 1.0F), std::max(rect.h, 1.0F)});
  focus_ring(ui.look, 4);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const int under = std::clamp(static_cast<int>((mouse.x - left) / column), 0, static_cast<int>(steps) - 1);
  if (ImGui::IsItemActive() && under != player.at()) {
    player.seek(under, ui.now_s);
    ui.session.touch();
  }
  if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (ImGui::IsItemFocused()) {
    for (const ImGuiKey key : {ImGuiKey_LeftArrow, ImGuiKey_RightArrow}) ImGui::SetKeyOwner(key, ImGui::GetItemID());
    const int before = player.at();
    if (ImGui::IsKeyPressed(ImGuiKey_LeftArrow)) player.by(-1);
    if (ImGui::IsKeyPressed(ImGuiKey_RightArrow)) player.by(1);
    if (ImGui::IsKeyPressed(ImGuiKey_Home)) player.by(-player.count());
    if (ImGui::IsKeyPressed(ImGuiKey_End)) player.by(player.count());
    if (before != player.at()) ui.session.touch();
  }
  for (std::size_t who = 0; who < view.show.names.size(); ++who) {
    const float y = rect.y + row * static_cast<float>(who);
    const float text = text_size(ui.look.fonts.small_bold, "A").y;
    draw_text(view.list, ui.look.fonts.small_bold, {rect.x + 4, y + (row - text) / 2}, c.muted, view.show.names[who]);
    for (std::size_t i = 0; i < view.show.steps.size(); ++i) {
      const float x = left + column * static_cast<float>(i);
      const AwaitPlace place = place_of(view.show, static_cast<int>(i), static_cast<int>(who));
      const PlaceInk ink = ink_of(ui, place);
      view.list.AddRectFilled({x + 0.5F, y + 2}, {x + column - 0.5F, y + row - 2}, ink.fill, 2);
      if (place == AwaitPlace::ready)
        view.list.AddRect({x + 1, y + 2.5F}, {x + column - 1, y + row - 2.5F}, fade(ink.border, 0.6F), 2);
    }
  }
  const float x = left + column * static_cast<float>(view.at);
  view.list.AddRect({x - 1, rect.y - 1}, {x + column + 1, rect.bottom() + 1}, c.accent, 3, 0, 2);
}

void legend(const View& view, ImVec2 at, float width) {
  const Palette& c = view.ui.colors();
  const std::pair<AwaitPlace, T> entries[] = {{AwaitPlace::running, T::view_place_running},
                                              {AwaitPlace::ready, T::view_place_ready},
                                              {AwaitPlace::waiting, T::view_place_waiting}};
  const float end = at.x + width;
  for (const auto& [place, name] : entries) {
    const char* text = view.ui.words()(name);
    const float size = text_size(view.ui.look.fonts.small, text).x;
    if (at.x + size + 14 > end) break;
    const PlaceInk ink = ink_of(view.ui, place);
    view.list.AddRectFilled({at.x, at.y + 4}, {at.x + 9, at.y + 13}, ink.fill, 2);
    if (ink.border != 0) view.list.AddRect({at.x, at.y + 4}, {at.x + 9, at.y + 13}, ink.border, 2);
    draw_text(view.list, view.ui.look.fonts.small, {at.x + 14, at.y}, c.muted, text);
    at.x += size + 28;
  }
}

void transport(const View& view, const Rect& rect, bool legend_beside) {
  Ui& ui = view.ui;
  const Words& w = ui.words();
  StepPlayer& player = ui.lab.viewer.player;
  const float square = ui.look.control_height();
  float x = rect.x;
  const int before = player.at();
  const auto press = [&](const char* id, ButtonSpec spec) {
    if (spec.size.x == 0) spec.size.x = spec.label[0] == '\0' ? square + 4 : 0;
    ImGui::SetCursorScreenPos({x, rect.y});
    const bool pressed = button(ui.look, id, spec);
    x += (spec.size.x != 0 ? spec.size.x : button_width(ui.look, spec)) + 6;
    return pressed;
  };
  if (press("back", {.icon = Icon::step_back, .enabled = player.at() > 0, .tip = w(T::view_back_tip)})) player.by(-1);
  const ButtonSpec play{.label = w(player.playing() ? T::view_pause : T::view_play),
                        .icon = player.playing() ? Icon::pause : Icon::play,
                        .style = ButtonStyle::primary,
                        .tip = w(T::view_play_tip)};
  if (press("play", play)) player.toggle(ui.now_s);
  if (press("next", {.icon = Icon::step_forward, .enabled = !player.at_end(), .tip = w(T::view_next_tip)}))
    player.by(1);
  if (before != player.at()) ui.session.touch();
  const char* speeds[] = {"½×", "1×", "2×", "4×"};
  const float speed_width = segmented_width(ui.look, speeds);
  if (x + 8 + speed_width <= rect.right()) {
    ImGui::SetCursorScreenPos({x + 8, rect.y});
    const int chosen = segmented(ui.look, "speed", speeds, player.speed());
    if (chosen != player.speed()) player.set_speed(chosen, ui.now_s);
    x += 8 + speed_width;
  } else {
    // A phone has room for one of them: each press brings the next.
    const std::string tip = w(T::view_speed_tip);
    if (press("speed", {.label = speeds[player.speed()], .tip = tip.c_str(), .size = {square + 8, 0}}))
      player.set_speed((player.speed() + 1) % static_cast<int>(std::size(speeds)), ui.now_s);
  }
  if (legend_beside) legend(view, {x + 18, rect.y + square / 2 - 9}, rect.right() - x - 18);
}

}  // namespace

int await_count(const Ui& ui) {
  const auto steps = details_of(ui).is_object() ? details_of(ui).find("steps") : details_of(ui).end();
  if (!details_of(ui).is_object() || steps == details_of(ui).end()) return 0;
  const auto show = read_await(details_of(ui));
  return show ? static_cast<int>(show->steps.size()) : 0;
}

void draw_await(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto show = read_await(details_of(ui));
  if (!show) {
    const Rect inside = card(ui.look, list, rect, w(T::view_await_title), "");
    const bool running = ui.session.busy();
    empty_state(ui.look, list, inside, w(running ? T::view_recording : T::view_await_empty_title),
                w(T::view_await_empty));
    return;
  }
  StepPlayer& player = ui.lab.viewer.player;
  player.set_count(static_cast<int>(show->steps.size()));
  const int at = player.at();
  const View view{ui, list, *show, show->steps[static_cast<std::size_t>(at)], at};
  const std::string where = w(T::view_step_of, {std::to_string(at + 1), std::to_string(show->steps.size())});
  const Rect inside = card(ui.look, list, rect, w(T::view_await_title), w(T::view_recorded),
                           where + " · " + w.duration_ms(view.now.t_ms));
  const Rect area = inside.inset(12);
  const bool narrow = area.w < 520;
  const float legend_room = narrow ? 26.0F : 0.0F;  // beside the buttons there is none
  const float bottom = ui.look.control_height() + legend_room;
  const float scrub = narrow ? 66.0F : std::clamp(std::round(area.h * 0.17F), 51.0F, 120.0F);
  const std::string& text = in(w, view.now.text);
  const float lines = narrow ? 58.0F : 40.0F;
  const float room = area.h - bottom - scrub - lines - 22;
  // What is not needed stays free below everything, not between.
  const float code_most = 12 + 30 * static_cast<float>(show->code.size());
  const float upper = narrow ? room : std::min(room, code_most);
  if (narrow) {
    const float code_height = std::min(std::floor(upper * 0.52F), 12 + 22 * static_cast<float>(show->code.size()));
    code(view, {area.x, area.y, area.w, code_height});
    queues(view, {area.x, area.y + code_height + 8, area.w, upper - code_height - 8});
  } else {
    const float side = std::clamp(area.w * 0.36F, 200.0F, 300.0F);
    const float code_height = upper;
    code(view, {area.x, area.y, area.w - side - 12, code_height});
    queues(view, {area.right() - side, area.y, side, upper});
  }
  float y = area.y + upper + 8;
  ImGui::SetCursorScreenPos({area.x, y});
  paragraph(ui.look, ui.look.fonts.bold, ui.colors().text, text, area.w);
  y += lines;
  scrubber(view, {area.x, y, area.w, scrub});
  if (narrow) legend(view, {area.x, y + scrub + 8}, area.w);
  transport(view, {area.x, y + scrub + 14 + legend_room, area.w, bottom - legend_room}, !narrow);
}

json await_json(const Ui& ui) {
  const Words w(ui.session.view().lang);
  const auto show = read_await(details_of(ui));
  json out = {{"kind", "await-order"}, {"title", w(T::view_await_title)}, {"lines", json::array()}};
  if (!show) {
    out["lines"].push_back(w(T::view_await_empty));
    return out;
  }
  const int at = std::clamp(ui.lab.viewer.player.at(), 0, static_cast<int>(show->steps.size()) - 1);
  const AwaitStep& now = show->steps[static_cast<std::size_t>(at)];
  const auto names = [&](const auto& list, auto name) {
    std::string all;
    for (const auto& one : list) all += (all.empty() ? "" : ", ") + name(one);
    return all.empty() ? std::string(w(T::view_empty)) : all;
  };
  const auto name = [&](int who) { return show->names[static_cast<std::size_t>(who)]; };
  out["lines"] = {
      in(w, now.text),
      std::string(w(T::view_running)) + ": " + (now.running ? name(*now.running) : std::string(w(T::view_empty))),
      std::string(w(T::view_ready)) + ": " + names(now.ready, name),
      std::string(w(T::view_timers)) + ": " + names(now.timers, [&](const AwaitTimer& timer) {
        return name(timer.who) + " " + w(T::view_due, {w.duration_ms(timer.due_ms - now.t_ms)});
      })};
  out["code"] = json::array();
  for (const BothTexts& line : show->code) out["code"].push_back(in(w, line));
  out["line"] = now.line;
  out["step"] = at;
  out["steps"] = show->steps.size();
  out["actions"] = {
      {{"id", "back"}, {"text", w(T::view_back)}, {"enabled", at > 0}},
      {{"id", "next"}, {"text", w(T::view_next)}, {"enabled", at + 1 < static_cast<int>(show->steps.size())}}};
  return out;
}

}  // namespace trilane::ui::viewers
