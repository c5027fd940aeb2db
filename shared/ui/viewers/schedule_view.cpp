// The scheduler is a person: two threads that are held before each load, add and store, their registers and the shared
// variable, and beside them all orders of the steps with what each came to.
#include <imgui.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ui/json_value.hpp"
#include "ui/ui_state.hpp"
#include "ui/viewers/schedule_model.hpp"
#include "ui/viewers/viewer.hpp"

namespace trilane::ui::viewers {
namespace {

using nlohmann::json;

constexpr T kOperations[kStepsOfEach] = {T::view_op_load, T::view_op_add, T::view_op_store};
constexpr int kBothSteps = 2 * kStepsOfEach;

bool is_live(const Ui& ui) {
  const LabEntry* const entry = ui.session.lab().open();
  return entry != nullptr && ui.session.lab().running == entry->id && !ui.session.asked().is_null();
}

/// What is shown: the held threads, else the last schedule that was executed; maybe empty.
Schedule shown(const Ui& ui) {
  const json& from = is_live(ui) ? ui.session.asked() : details_of(ui);
  if (!from.is_object()) return {};
  return read_schedule(value_or_object(from, "schedule")).value_or(Schedule());
}

ScheduleState last_state(const Schedule& schedule) {
  return schedule.states.empty() ? ScheduleState() : schedule.states.back();
}

/// May this be done now?
bool able(const Ui& ui, std::string_view action) {
  const LabEntry* const entry = ui.session.lab().open();
  if (entry == nullptr || !entry->missing.empty() || ui.session.engine_state() == EngineState::broken) return false;
  const bool live = is_live(ui);
  if (live ? ui.session.answered() : ui.session.busy()) return false;
  const Schedule schedule = shown(ui);
  if (action == "A" || action == "B") return schedule.may(action[0]);
  if (action == "undo") return live && !schedule.text.empty();
  if (action == "reset") return !schedule.text.empty();
  if (action == "finish") return true;
  return !live && !action.empty() && action.size() <= kBothSteps &&
         action.find_first_not_of("AB") == std::string_view::npos;
}

void begin_live(Ui& ui, const std::string& text) {
  if (const auto jobs = ui.session.run_lab({{"live", true}, {"schedule", text}}); !jobs) ui.say(jobs.error().message);
}

struct View {
  Ui& ui;
  ImDrawList& list;
  Schedule schedule;
  ScheduleState state;
  bool live;
};

void thread_box(const View& view, const Rect& rect, int which) {
  Ui& ui = view.ui;
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  const std::string name(1, static_cast<char>('A' + which));
  const ImU32 hue = ui.color_of(Racer::threads);
  const bool last = !view.schedule.states.empty() && view.state.thread == name[0];
  view.list.AddRectFilled(rect.min(), rect.max(), c.raised, 8);
  view.list.AddRect(rect.min(), rect.max(), last ? hue : c.border, 8, 0, last ? 2.0F : 1.0F);
  badge(ui.look, view.list, {rect.x + 24, rect.y + 24}, 26, name, hue, c.page);
  const auto& held = view.state.registers[which];
  const std::string value = held ? std::to_string(*held) : "–";
  const float value_width = text_size(ui.look.fonts.title, value).x;
  draw_text(view.list, ui.look.fonts.title, {rect.right() - 14 - value_width, rect.y + 12}, c.text, value);
  const char* label = w(T::view_register);
  const float label_width = text_size(ui.look.fonts.small, label).x;
  draw_text(view.list, ui.look.fonts.small, {rect.right() - 24 - value_width - label_width, rect.y + 16}, c.muted,
            label);
  const float foot = ui.look.control_height() + 12;
  const float top = rect.y + 46;
  const float row = std::clamp((rect.h - 46 - foot - 4) / kStepsOfEach, 16.0F, 44.0F);
  for (int i = 0; i < kStepsOfEach; ++i) {
    const float y = top + row * static_cast<float>(i);
    const bool made = i < view.state.done[which];
    const bool next = i == view.state.done[which];
    if (next) view.list.AddRectFilled({rect.x + 6, y}, {rect.right() - 6, y + row - 2}, fade(hue, 0.18F), 5);
    const float middle = y + row / 2 - 1;
    if (made) {
      draw_icon(view.list, Icon::check, {rect.x + 20, middle}, 10, c.good);
    } else if (next) {
      draw_icon(view.list, Icon::play, {rect.x + 20, middle}, 9, hue);
    } else {
      view.list.AddCircle({rect.x + 20, middle}, 3.5F, c.faint, 12, 1.3F);
    }
    ImFont* font = rect.w < 200 ? ui.look.fonts.small : ui.look.fonts.body;
    const float line = text_size(font, "x").y;
    draw_text(view.list, font, {rect.x + 34, middle - line / 2},
              made   ? c.muted
              : next ? c.text
                     : c.faint,
              w(kOperations[i]), rect.w - 42);
  }
  ImGui::SetCursorScreenPos({rect.x + 10, rect.bottom() - foot + 2});
  const std::string text = w(T::view_goes, {name});
  const std::string tip = w(T::view_goes_tip, {std::to_string(which + 1)});
  const std::string key = text + "  ·  " + std::to_string(which + 1);
  if (button(ui.look, name.c_str(),
             {.label = ui.look.touch ? text.c_str() : key.c_str(),
              .style = ButtonStyle::primary,
              .enabled = able(ui, name),
              .tip = tip.c_str(),
              .size = {rect.w - 20, ui.look.control_height()}}))
    schedule_action(ui, name);
}

void shared_box(const View& view, const Rect& rect) {
  Ui& ui = view.ui;
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  const bool whole = view.schedule.final.has_value();
  const bool lost = whole && *view.schedule.final < 2;
  const ImU32 ink = !whole ? c.text : lost ? c.bad : c.good;
  view.list.AddRectFilled(rect.min(), rect.max(), c.lane, 8);
  view.list.AddRect(rect.min(), rect.max(), whole ? ink : c.border, 8, 0, whole ? 2.0F : 1.0F);
  const float x = rect.x + rect.w / 2;
  const char* label = w(T::view_shared_x);
  ImFont* const title = ui.look.fonts.title;
  // Not larger than the atlas draws it well.
  const float size = text_size(title, "0").y * 1.5F;
  const std::string value = std::to_string(view.state.shared);
  const ImVec2 drawn = title->CalcTextSizeA(size, FLT_MAX, 0, value.c_str());
  const float y = rect.y + std::max((rect.h - drawn.y) / 2 - 6, 20.0F);
  draw_text(view.list, ui.look.fonts.small, {x - text_size(ui.look.fonts.small, label).x / 2, rect.y + 10}, c.muted,
            label);
  view.list.AddText(title, size, {x - drawn.x / 2, y}, ink, value.c_str());
  if (!whole) return;
  const std::string verdict = w(lost ? T::view_lost_one : T::view_correct);
  const ImVec2 wrapped = text_size(ui.look.fonts.small, verdict, rect.w - 16);
  ImGui::SetCursorScreenPos({rect.x + std::max((rect.w - wrapped.x) / 2, 8.0F), rect.bottom() - wrapped.y - 10});
  paragraph(ui.look, ui.look.fonts.small, ink, verdict, rect.w - 16);
}

/// The steps so far, in a row.
void steps_row(const View& view, const Rect& rect) {
  Ui& ui = view.ui;
  const Palette& c = ui.colors();
  const float each = std::min((rect.w + 6) / kBothSteps, 110.0F);
  for (int i = 0; i < kBothSteps; ++i) {
    const Rect cell{rect.x + each * static_cast<float>(i), rect.y, each - 6, rect.h};
    const auto at = static_cast<std::size_t>(i);
    if (at >= view.schedule.states.size()) {
      view.list.AddRect(cell.min(), cell.max(), c.border, 5);
      continue;
    }
    const ScheduleState& state = view.schedule.states[at];
    view.list.AddRectFilled(cell.min(), cell.max(), c.raised, 5);
    badge(ui.look, view.list, {cell.x + 15, cell.y + cell.h / 2}, 18, std::string_view(&state.thread, 1),
          state.thread == 'A' ? ui.color_of(Racer::threads) : mix(c.panel, ui.color_of(Racer::threads), 0.45F), c.page);
    const float line = text_size(ui.look.fonts.small, "x").y;
    draw_text(view.list, ui.look.fonts.small, {cell.x + 28, cell.y + (cell.h - line) / 2}, c.text, state.operation,
              cell.w - 31);
  }
}

void buttons(const View& view, const Rect& rect) {
  Ui& ui = view.ui;
  const Words& w = ui.words();
  float x = rect.x;
  float y = rect.y;
  const auto press = [&](const char* action, ButtonSpec spec) {
    spec.enabled = able(ui, action);
    const float width = button_width(ui.look, spec);
    if (x > rect.x && x + width > rect.right()) {
      x = rect.x;
      y += ui.look.control_height() + 6;
    }
    ImGui::SetCursorScreenPos({x, y});
    if (button(ui.look, action, spec)) schedule_action(ui, action);
    x += width + 6;
  };
  press("undo", {.label = w(T::view_undo), .icon = Icon::undo, .tip = w(T::view_undo_tip)});
  press("reset", {.label = w(T::view_reset)});
  const bool whole = view.schedule.final.has_value();
  press("finish", {.label = w(T::view_finish),
                   .icon = Icon::play,
                   .style = whole && view.live ? ButtonStyle::primary : ButtonStyle::ghost,
                   .tip = w(T::view_finish_tip)});
}

void orders(const View& view, const Rect& rect, const ScheduleShow* show) {
  Ui& ui = view.ui;
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  draw_text(view.list, ui.look.fonts.small_bold, rect.min(), c.faint, w(T::view_all_orders), rect.w);
  if (show == nullptr) {
    ImGui::SetCursorScreenPos({rect.x, rect.y + 22});
    paragraph(ui.look, ui.look.fonts.small, c.muted, w(T::view_all_orders_later), rect.w);
    return;
  }
  const float foot = 44;
  constexpr int kColumns = 2;
  const int rows = static_cast<int>(show->orders.size() + 1) / kColumns;
  const float row = std::clamp((rect.h - 24 - foot) / static_cast<float>(rows), 15.0F, 34.0F);
  const float column = (rect.w + 8) / kColumns;
  double losing = 0;
  for (std::size_t i = 0; i < show->orders.size(); ++i) {
    const ScheduleOrder& order = show->orders[i];
    const bool lost = order.final < 2;
    losing += lost ? 1 : 0;
    const ImVec2 at{rect.x + column * static_cast<float>(static_cast<int>(i) / rows),
                    rect.y + 22 + row * static_cast<float>(static_cast<int>(i) % rows)};
    const ImVec2 end{at.x + column - 8, at.y + row - 2};
    if (end.y > rect.bottom()) continue;
    ImGui::SetCursorScreenPos(at);
    const bool free = able(ui, order.text);
    ImGui::BeginDisabled(!free);
    if (ImGui::InvisibleButton(order.text.c_str(), {column - 8, row - 2})) schedule_action(ui, order.text);
    ImGui::EndDisabled();
    focus_ring(ui.look, 4);
    tooltip(ui.look, w(T::view_order_tip, {order.text, std::to_string(order.final)}).c_str());
    const bool hot = free && ImGui::IsItemHovered();
    if (hot) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    const bool on = order.text == view.schedule.text;
    if (on || hot) view.list.AddRectFilled(at, end, on ? c.hover : c.raised, 4);
    const float line = text_size(ui.look.fonts.small, "A").y;
    const float y = at.y + (row - 2 - line) / 2;
    float x = at.x + 6;
    const float letter = std::min((column - 40) / kBothSteps, 13.0F);
    for (const char thread : order.text) {
      draw_text(view.list, thread == 'A' ? ui.look.fonts.small_bold : ui.look.fonts.small, {x, y},
                thread == 'A' ? ui.color_of(Racer::threads) : c.muted, std::string_view(&thread, 1));
      x += letter;
    }
    draw_text(view.list, ui.look.fonts.small_bold, {end.x - 14, y}, lost ? c.bad : c.good, std::to_string(order.final));
  }
  const float y = rect.y + 26 + row * static_cast<float>(rows);
  const auto whole = [&](double value) { return w.integer(static_cast<std::uint64_t>(std::max(value, 0.0))); };
  ImGui::SetCursorScreenPos({rect.x, y});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 2});
  const auto kept = show->free.find(2);
  const double lost_free = show->free_rounds - (kept == show->free.end() ? 0 : kept->second);
  paragraph(ui.look, ui.look.fonts.small, c.text,
            w(T::view_of_orders, {whole(losing), whole(static_cast<double>(show->orders.size()))}), rect.w);
  ImGui::SetCursorScreenPos({rect.x, ImGui::GetItemRectMax().y + 2});
  if (show->free_rounds > 0)
    paragraph(ui.look, ui.look.fonts.small, c.text, w(T::view_free_runs, {whole(lost_free), whole(show->free_rounds)}),
              rect.w);
  ImGui::PopStyleVar();
}

/// Threads left and right, the variable between them, the steps and the buttons below.
void stage(const View& view, const Rect& rect) {
  const bool narrow = rect.w < 440;
  const float control = view.ui.look.control_height();
  const float below = 34 + 10 + (narrow ? 2 * control + 6 : control);
  const float gap = 10;
  if (narrow) {
    const float box = 46 + 3 * 26 + control + 16;
    shared_box(view, {rect.x, rect.y, rect.w, 84});
    const float half = (rect.w - gap) / 2;
    thread_box(view, {rect.x, rect.y + 84 + gap, half, box}, 0);
    thread_box(view, {rect.x + half + gap, rect.y + 84 + gap, half, box}, 1);
    steps_row(view, {rect.x, rect.y + 84 + box + 2 * gap, rect.w, 34});
    buttons(view, {rect.x, rect.y + 84 + box + 2 * gap + 44, rect.w, control});
    return;
  }
  const float height = std::min(rect.h - below - gap, 300.0F);
  const float middle = std::clamp(rect.w * 0.2F, 84.0F, 140.0F);
  const float each = (rect.w - middle - 2 * gap) / 2;
  thread_box(view, {rect.x, rect.y, each, height}, 0);
  shared_box(view, {rect.x + each + gap, rect.y, middle, height});
  thread_box(view, {rect.right() - each, rect.y, each, height}, 1);
  steps_row(view, {rect.x, rect.y + height + gap, rect.w, 30});
  buttons(view, {rect.x, rect.y + height + gap + 40, rect.w, control});
}

}  // namespace

bool schedule_action(Ui& ui, std::string_view action) {
  if (!able(ui, action)) return false;
  const bool live = is_live(ui);
  if (action == "finish") {
    // A prediction that was made counts, as with Run.
    if (!live) {
      run_experiment(ui);
      return true;
    }
    keep_prediction(ui);
    ui.session.answer_lab({{"do", "done"}});
  } else if (live) {
    ui.session.answer_lab({{"do", action}});
  } else if (action == "reset") {
    begin_live(ui, "");
  } else if (action == "A" || action == "B") {
    begin_live(ui, shown(ui).text + std::string(action));
  } else {
    begin_live(ui, std::string(action));
  }
  return true;
}

void draw_schedule(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool live = is_live(ui);
  Schedule schedule = shown(ui);
  const ScheduleState state = last_state(schedule);
  const View view{ui, list, std::move(schedule), state, live};
  const T what = live ? T::view_live : view.schedule.text.empty() ? T::view_schedule_new : T::view_executed;
  const Rect inside = card(ui.look, list, rect, w(T::view_schedule_title), w(what));
  const Rect area = inside.inset(12);
  // While threads are held, the orders of the run before stay.
  const LabRecord* const record = ui.session.lab().peek(ui.session.lab().open()->id);
  std::optional<ScheduleShow> all;
  if (record != nullptr && record->result) all = read_schedules(record->result->entry.details);
  const ScheduleShow* const show = all ? &*all : nullptr;
  if (area.w < 520) {
    const float top = 84 + 46 + 78 + 3 * (ui.look.control_height() + 16) + 80;
    stage(view, {area.x, area.y, area.w, top});
    orders(view, {area.x, area.y + top, area.w, area.h - top}, show);
    return;
  }
  const float side = std::clamp(area.w * 0.28F, 190.0F, 240.0F);
  stage(view, {area.x, area.y, area.w - side - 18, area.h});
  orders(view, {area.right() - side, area.y, side, area.h}, show);
}

json schedule_json(const Ui& ui) {
  const Words w(ui.session.view().lang);
  const bool live = is_live(ui);
  const Schedule schedule = shown(ui);
  const ScheduleState state = last_state(schedule);
  json lines = json::array();
  lines.push_back(w(live ? T::view_live : schedule.text.empty() ? T::view_schedule_new : T::view_executed));
  std::string steps;
  for (const ScheduleState& one : schedule.states)
    steps += (steps.empty() ? "" : ", ") + std::string(1, one.thread) + " " + one.operation;
  if (!steps.empty()) lines.push_back(steps);
  std::string values = std::string(w(T::view_shared_x)) + ": " + std::to_string(state.shared);
  for (int i = 0; i < 2; ++i) {
    values += ", " + std::string(i == 0 ? "A" : "B") + " " + w(T::view_register) + ": " +
              (state.registers[i] ? std::to_string(*state.registers[i]) : std::string("–"));
  }
  lines.push_back(values);
  if (schedule.final) lines.push_back(w(*schedule.final < 2 ? T::view_lost_one : T::view_correct));
  const json& details = details_of(ui);
  if (const auto show = read_schedules(details)) {
    std::string all = w(T::view_all_orders) + std::string(". ");
    for (const ScheduleOrder& order : show->orders) all += order.text + ": " + std::to_string(order.final) + "; ";
    lines.push_back(all);
  }
  const auto action = [&](const char* id, std::string text) {
    return json{{"id", id}, {"text", std::move(text)}, {"enabled", able(ui, id)}};
  };
  return {{"kind", "you-schedule"},
          {"title", w(T::view_schedule_title)},
          {"live", live},
          {"schedule", schedule.text},
          {"lines", std::move(lines)},
          {"actions",
           {action("A", w(T::view_goes, {"A"})), action("B", w(T::view_goes, {"B"})), action("undo", w(T::view_undo)),
            action("reset", w(T::view_reset)), action("finish", w(T::view_finish))}}};
}

}  // namespace trilane::ui::viewers
