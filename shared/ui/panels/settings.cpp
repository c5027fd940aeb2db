// The settings: workload, models, and only the numbers that matter for them.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "experiments/experiment.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

ImDrawList& draw_list() { return *ImGui::GetWindowDrawList(); }

void workload_list(Ui& ui, float width) {
  const Palette& c = ui.colors();
  const Words& w = ui.words();
  const float height = ui.look.touch ? 50.0F : 38.0F;
  for (const WorkloadInfo* info : workload_catalog()) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool chosen = info->name == ui.session.settings().workload;
    const auto missing = ui.session.missing(*info);
    const auto simulated = ui.session.simulated(info->name);
    ImGui::PushID(info->name.data());
    ImGui::BeginDisabled(missing.has_value());
    if (ImGui::InvisibleButton("workload", {width, height}) && !chosen) ui.session.choose_workload(info->name);
    ImGui::EndDisabled();
    if (missing) tooltip(ui.look, w(T::model_missing, {w(*missing)}).c_str());
    if (simulated) tooltip(ui.look, (w(T::simulated_wait) + std::string(": ") + w(*simulated)).c_str());
    focus_ring(ui.look, 4);
    const bool hot = !missing && ImGui::IsItemHovered();
    if (hot) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    ImGui::PopID();
    ImDrawList& list = draw_list();
    const ImVec2 end{at.x + width, at.y + height - 2};
    const std::string line = missing ? w(*missing) : simulated ? w(T::simulated_wait) : workload_line(w, info->name);
    const ImU32 ink = missing ? fade(c.faint, 0.6F) : chosen || hot ? c.text : mix(c.text, c.muted, 0.35F);
    const ImU32 line_ink = missing ? ink : simulated ? c.warn : chosen ? c.muted : c.faint;
    if (chosen || hot) list.AddRectFilled(at, end, chosen ? c.raised : fade(c.raised, 0.6F), metric::kSmallRound);
    if (chosen) list.AddRectFilled({at.x, at.y + 6}, {at.x + 3, end.y - 6}, c.accent, 2);
    const float y = at.y + (height - 37) / 2;
    draw_text(list, chosen ? ui.look.fonts.bold : ui.look.fonts.body, {at.x + 12, y}, ink,
              workload_title(w, info->name));
    draw_text(list, ui.look.fonts.small, {at.x + 12, y + 17}, line_ink, line, width - 18);
  }
}

void model_chips(Ui& ui, float width) {
  const Words& w = ui.words();
  const float gap = 6;
  float x = 0;
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float row = ui.look.touch ? 46.0F : 33.0F;
  float y = 0;
  for (int i = 0; i < kRacers; ++i) {
    const auto racer = static_cast<Racer>(i);
    const std::string name = ui.name_of(racer);
    const float need = chip_width(ui.look, name.c_str());
    if (x > 0 && x + need > width) {
      x = 0;
      y += row;
    }
    constexpr T kTips[kRacers] = {T::model_sync_tip, T::model_threads_tip, T::model_gil_tip, T::model_processes_tip,
                                  T::model_async_tip};
    T tip_id = kTips[i];
    if (racer == Racer::processes && ui.session.host().processes_are_workers) tip_id = T::model_workers_tip;
    const auto missing = ui.session.missing(racer);
    // The engine speaks English; the page's own reason is in the catalogue.
    const auto reason = find_text(ui.services.isolation_reason);
    const std::string why = !missing ? "" : racer != Racer::processes && reason ? w(*reason) : *missing;
    const std::string tip =
        missing ? w(T::model_missing, {why}) : std::string(w(tip_id)) + " · " + std::to_string(i + 1);
    ImGui::SetCursorScreenPos({origin.x + x, origin.y + y});
    if (chip(ui.look, kRacerKeys[i].data(), name.c_str(), ui.color_of(racer),
             ui.session.settings().races(racer) && !missing, !missing, tip.c_str())) {
      ui.session.toggle(racer);
    }
    x += need + gap;
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + y + row});
  ImGui::Dummy({width, 0});
  const auto& racers = ui.session.settings().racers;
  if (std::ranges::none_of(racers, [](bool on) { return on; })) {
    paragraph(ui.look, ui.look.fonts.small, ui.colors().warn, w(T::no_models), width);
  }
}

struct Row {
  std::string_view field;
  T label;
  T tip;
  bool logarithmic;
  bool slider;
  double slider_max;
};
constexpr Row kRows[] = {
    {"tasks", T::field_tasks, T::field_tasks_tip, true, true, 10'000},
    {"size", T::field_size, T::field_size_tip, true, true, 0},
    {"workers", T::field_workers, T::field_workers_tip, false, true, 16},
    {"wait_ms", T::field_wait, T::field_wait_tip, true, true, 1000},
    {"jitter_ms", T::field_jitter, T::field_jitter_tip, true, true, 1000},
    {"parse_factor", T::field_parse, T::field_parse_tip, true, true, 100},
    {"commit_batch", T::field_batch, T::field_batch_tip, true, true, 1000},
    {"cpu_share", T::field_cpu_share, T::field_cpu_share_tip, false, true, 0},
    {"concurrency", T::field_concurrency, T::field_concurrency_tip, true, true, 10'000},
    {"timeout_ms", T::field_timeout, T::field_timeout_tip, true, true, 60'000},
    {"switch_interval_ms", T::field_switch, T::field_switch_tip, true, true, 100},
    {"repeat", T::field_repeat, T::field_repeat_tip, false, true, 20},
    {"seed", T::field_seed, T::field_seed_tip, false, false, 0},
};

std::string shown_value(const Ui& ui, std::string_view field, double value) {
  const Words& w = ui.words();
  if (field.ends_with("_ms")) return w.duration_ms(value);
  if (field == "cpu_share") return w.percent(value);
  if (field == "concurrency" && value == 0) return w(T::all_of_them);
  if (field == "repeat" && ui.session.rounds_as_needed()) return w(T::as_needed);
  if (field == "size") {
    // Pixels are exact; numbers in the millions are read better short.
    return value >= 1e6 ? w.compact(value) : w.integer(static_cast<std::uint64_t>(value));
  }
  return w.integer(static_cast<std::uint64_t>(value));
}

void number_rows(Ui& ui, float width) {
  const Words& w = ui.words();
  const Settings settings = ui.session.settings();
  for (const Row& row : kRows) {
    if (!ui.session.offers(row.field)) continue;
    const Bounds bounds = field_bounds(settings, row.field);
    const double value = field_value(settings, row.field);
    std::string tip = w(row.tip);
    if (row.field == "size") tip = w(row.tip, {w.integer(settings.size) + "\u00a0" + size_unit(w, settings.workload)});
    if (row.field == "workers") tip = w(row.tip, {w.counted(ui.session.host().cores, T::cores)});
    if (row.field == "repeat" && ui.session.lab().open() != nullptr) {
      tip = w(T::field_rounds_tip,
              {std::to_string(std::begin(Plan::kLooks)->rounds), std::to_string(std::rbegin(Plan::kLooks)->rounds)});
    }
    NumberSpec spec{.id = row.field.data(),
                    .label = w(row.label),
                    .tip = tip.c_str(),
                    .value = value,
                    .min = bounds.min,
                    .max = bounds.max,
                    .integer = bounds.integer,
                    .logarithmic = row.logarithmic,
                    .slider_max = row.slider_max,
                    .shown = shown_value(ui, row.field, value),
                    .marked = false,
                    .slider = row.slider};
    if (row.field == "size") {
      // Around the default: three decades either way are what a machine does in a reasonable time.
      const WorkloadInfo* info = find_workload(settings.workload);
      const auto usual = static_cast<double>(info != nullptr ? info->default_size : 1);
      spec.min = std::max(bounds.min, usual / 1000);
      spec.slider_max = std::max(usual * (usual < 1e5 ? 4 : 100), value);
    } else if (row.field == "workers") {
      spec.max = std::min(spec.max, static_cast<double>(ui.session.worker_limit()));
      spec.slider_max = std::max(16.0, 4.0 * ui.session.host().cores);
    } else if (row.field == "repeat") {
      spec.slider_max = std::max(row.slider_max, value);
    } else if (row.field == "switch_interval_ms") {
      spec.min = std::max(bounds.min, 0.01);
    }
    const Clamped* clamped = ui.session.clamped(row.field);
    spec.marked = clamped != nullptr;
    double out = 0;
    if (number_row(ui.look, spec, width, out)) {
      // A field shows percent, and is typed so.
      if (row.field == "cpu_share" && out > 1) out /= 100;
      ui.session.change_number(row.field, out);
    }
    if (clamped != nullptr) {
      const std::string given = clamped->value.is_string()   ? clamped->value.get<std::string>()
                                : clamped->value.is_number() ? w.number(clamped->value.get<double>(), 6)
                                                             : clamped->value.dump();
      const std::string used =
          clamped->used.is_number() ? shown_value(ui, row.field, clamped->used.get<double>()) : clamped->used.dump();
      paragraph(ui.look, ui.look.fonts.small, ui.colors().warn, w(T::clamped, {given, used}), width);
    }
  }
}

void counter_modes(Ui& ui, float width) {
  const Words& w = ui.words();
  const char* labels[std::size(kCounterModeNames)];
  for (std::size_t i = 0; i < std::size(labels); ++i) labels[i] = w(counter_mode_text(static_cast<CounterMode>(i)));
  const char* tips[] = {w(T::mode_split_tip), w(T::mode_mutex_tip), w(T::mode_atomic_tip), w(T::mode_local_tip),
                        w(T::mode_call_tip)};
  const Settings& settings = ui.session.settings();
  const auto at = std::ranges::find(kCounterModeNames, std::string_view(settings.counter_mode));
  const int now = at == std::end(kCounterModeNames) ? 0 : static_cast<int>(at - std::begin(kCounterModeNames));
  const int chosen = segmented(ui.look, "counter_mode", labels, now, width, tips);
  if (chosen != now) {
    Settings next = settings;
    next.counter_mode = kCounterModeNames[chosen];
    ui.session.change(next, "counter_mode");
  }
}

void flags(Ui& ui, float width) {
  static constexpr T kLabels[] = {T::field_spawn, T::field_durable, T::field_on_loop, T::field_python};
  static constexpr T kTips[] = {T::field_spawn_tip, T::field_durable_tip, T::field_on_loop_tip, T::field_python_tip};
  static_assert(std::size(kLabels) == std::size(kFlagFields));
  const Words& w = ui.words();
  for (std::size_t i = 0; i < std::size(kFlagFields); ++i) {
    const std::string_view field = kFlagFields[i];
    if (!ui.session.offers(field)) continue;
    if (field == "with_python" && !ui.session.host().python) continue;
    const bool on = flag_value(ui.session.settings(), field);
    if (!toggle_row(ui.look, field.data(), w(kLabels[i]), on, width, w(kTips[i]))) continue;
    Settings next = ui.session.settings();
    set_flag(next, field, !on);
    ui.session.change(next, field);
  }
}

void sweep_choice(Ui& ui, float width) {
  const Words& w = ui.words();
  const Settings& settings = ui.session.settings();
  static constexpr std::string_view kOver[] = {"workers", "size", "tasks", "wait_ms", "concurrency"};
  static constexpr T kLabels[] = {T::field_workers, T::field_size, T::field_tasks, T::field_wait, T::field_concurrency};
  const char* labels[std::size(kOver)];
  int indices[std::size(kOver)];
  int count = 0;
  int now = 0;
  for (int i = 0; i < static_cast<int>(std::size(kOver)); ++i) {
    if (!field_matters(settings, kOver[i])) continue;
    if (settings.sweep_over == kOver[i]) now = count;
    indices[count] = i;
    labels[count++] = w(kLabels[i]);
  }
  const int chosen = segmented(ui.look, "sweep_over", {labels, static_cast<std::size_t>(count)}, now, width);
  if (settings.sweep_over != kOver[indices[chosen]]) {
    Settings next = settings;
    next.sweep_over = kOver[indices[chosen]];
    ui.session.change(next, "sweep_over");
  }
}

/// The free race's: what runs, how, and what a sweep goes over.
void race_settings(Ui& ui, float width) {
  const Words& w = ui.words();
  section_title(ui.look, w(T::section_workload));
  workload_list(ui, width);
  ImGui::Dummy({0, 12});
  section_title(ui.look, w(T::section_models));
  model_chips(ui, width);
  ImGui::Dummy({0, 10});

  const ImVec2 head = ImGui::GetCursorScreenPos();
  section_title(ui.look, w(T::section_options));
  const ImVec2 after = ImGui::GetCursorScreenPos();
  const ButtonSpec undo{.label = "",
                        .icon = Icon::undo,
                        .style = ButtonStyle::quiet,
                        .enabled = ui.session.can_undo(),
                        .tip = w(T::undo_tip),
                        .size = {26, 24}};
  const ButtonSpec reset{
      .label = w(T::defaults), .style = ButtonStyle::quiet, .tip = w(T::defaults_tip), .size = {0, 24}};
  const float reset_width = button_width(ui.look, reset);
  ImGui::SetCursorScreenPos({head.x + width - reset_width + 8, head.y - 4});
  if (button(ui.look, "reset", reset)) ui.session.reset();
  ImGui::SetCursorScreenPos({head.x + width - reset_width - 20, head.y - 4});
  if (button(ui.look, "undo", undo)) ui.session.undo();
  ImGui::SetCursorScreenPos(after);

  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 3});
  settings_numbers(ui, width);
  ImGui::PopStyleVar();
  ImGui::Dummy({0, 10});
  section_title(ui.look, w(T::section_sweep));
  sweep_choice(ui, width);
}

}  // namespace

void settings_numbers(Ui& ui, float width) {
  number_rows(ui, width);
  if (ui.session.offers("counter_mode")) {
    ImGui::Dummy({0, 2});
    counter_modes(ui, width);
  }
  flags(ui, width);
}

void settings_panel(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  fill_area(ui.look, draw_list(), rect, c.panel);
  begin_scroll(ui.look, "settings", rect, {14, 14});
  const float width = ImGui::GetContentRegionAvail().x;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  if (ui.locked) {
    paragraph(ui.look, ui.look.fonts.small, c.text, w(T::locked_note), width);
    ImGui::Dummy({0, 10});
  }
  const ImVec2 lock_begin = ImGui::GetCursorScreenPos();
  ImGui::BeginDisabled(ui.locked);
  if (const LabEntry* const entry = ui.session.in_lab() ? ui.session.lab().open() : nullptr; entry != nullptr) {
    paragraph(ui.look, ui.look.fonts.bold, c.text, in(w, entry->title), width);
    ImGui::Dummy({0, 10});
    lab_settings(ui, width);
    ImGui::Dummy({0, 14});
    // Where the experiments have a tab, there is no other way out of them.
    if (button(ui.look, "free", {.label = w(T::lab_free), .tip = w(T::lab_free_tip)})) open_experiment(ui, "");
  } else {
    race_settings(ui, width);
  }
  ImGui::EndDisabled();
  if (ui.locked) {
    // Dimmed as a whole, and still readable: what is set is part of the task.
    const float end = ImGui::GetCursorScreenPos().y;
    draw_list().AddRectFilled(lock_begin, {lock_begin.x + width, end}, fade(c.panel, 0.4F));
  }
  if (ui.layout == Layout::narrow && !ui.embedded) {
    // What the top bar has no room for.
    ImGui::Dummy({0, 14});
    const char* langs[] = {"RU", "EN"};
    const char* themes[] = {w(T::dark), w(T::light)};
    const int lang = segmented(ui.look, "lang", langs, ui.session.view().lang == Lang::ru ? 0 : 1, width);
    if ((lang == 0) != (ui.session.view().lang == Lang::ru)) ui.set_language(lang == 0 ? Lang::ru : Lang::en);
    ImGui::Dummy({0, 8});
    const int theme = segmented(ui.look, "theme", themes, ui.session.view().dark ? 0 : 1, width);
    if ((theme == 0) != ui.session.view().dark) ui.set_dark(theme == 0);
  }
  ImGui::Dummy({0, 16});
  ImGui::PopStyleVar();
  end_scroll();
}

}  // namespace trilane::ui
