// The top bar: logo, Run and Stop, Sweep, language, theme, Share, Export; and the progress line under it.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "ui/export.hpp"
#include "ui/lab/export.hpp"
#include "ui/popup_menu.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {
namespace {

int menu(Ui& ui, const char* id, std::span<const char* const> choices) {
  std::vector<MenuItem> items;
  for (const char* choice : choices) items.push_back({.label = choice});
  return popup_menu(ui.look, id, items);
}

void share_menu(Ui& ui) {
  const Words& w = ui.words();
  const char* choices[] = {w(T::share_dialog), w(T::share_link), w(T::share_view), w(T::share_cli), w(T::share_json)};
  // A desktop window has no address, and no dialog in HTML.
  const int skipped = ui.services.page_url.empty() ? 3 : 0;
  const int choice = menu(ui, "share_menu", std::span(choices).subspan(static_cast<std::size_t>(skipped)));
  if (choice < 0) return;
  switch (choice + skipped) {
    case 0:
      if (ui.services.emit) ui.services.emit({{"event", "dialog"}, {"name", "share"}});
      break;
    case 1: ui.copy(ui.services.page_url + share_query(ui.session)); break;
    case 2: ui.copy(ui.services.page_url + share_query(ui.session, ui.timeline)); break;
    case 3: ui.copy(share_command(ui.session.settings())); break;
    default: ui.copy(to_json(ui.session.settings()).dump(2)); break;
  }
}

void export_choice(Ui& ui) {
  const Words& w = ui.words();
  const char* choices[] = {w(T::export_json), w(T::export_csv), w(T::export_trace), w(T::export_report),
                           w(T::open_file)};
  const int choice = menu(ui, "export_menu", choices);
  if (choice < 0) return;
  if (choice == 3) {
    export_report(ui);
    return;
  }
  if (choice == 4) return ui.open_file();
  if (ui.session.own_runs().empty() && ui.session.sweep_view().empty()) {
    ui.say(w(T::export_nothing));
    return;
  }
  switch (choice) {
    case 0: ui.save("trilane-results.json", "application/json", export_results(ui.session).dump(2)); break;
    case 1: ui.save("trilane-results.csv", "text/csv", export_csv(ui.session)); break;
    default: ui.save("trilane-trace.json", "application/json", export_trace(ui.session.own_runs())); break;
  }
}

T sweep_over_text(const Settings& settings) {
  if (settings.sweep_over == "size") return T::over_size;
  if (settings.sweep_over == "tasks") return T::over_tasks;
  if (settings.sweep_over == "concurrency") return T::over_concurrency;
  return settings.sweep_over == "wait_ms" ? T::over_wait : T::over_workers;
}

void run_buttons(Ui& ui, const Rect& rect, float wished_x, float min_x, float max_x) {
  const Words& w = ui.words();
  const bool busy = ui.session.busy() && !ui.session.in_demo();
  const bool lab = ui.session.lab().open() != nullptr;
  const std::string sweep_tip = w(T::sweep_tip, {w(sweep_over_text(ui.session.settings()))});
  const bool able = ui.session.engine_state() != EngineState::broken;
  const ButtonSpec run{.label = w(T::run),
                       .icon = Icon::play,
                       .style = ButtonStyle::primary,
                       .enabled = !busy && able,
                       .tip = w(lab ? T::lab_run_tip : T::run_tip)};
  const ButtonSpec stop{.label = ui.layout == Layout::narrow ? "" : w(T::stop),
                        .icon = Icon::stop,
                        .enabled = ui.session.busy(),
                        .tip = w(T::stop_tip)};
  const ButtonSpec sweep{.label = ui.layout == Layout::narrow ? "" : w(T::sweep),
                         .icon = Icon::sweep,
                         .enabled = !busy && able && !lab,
                         .tip = sweep_tip.c_str()};
  const float gap = 8;
  float stop_w = button_width(ui.look, stop);
  float sweep_w = button_width(ui.look, sweep);
  if (ui.look.touch) stop_w = sweep_w = std::max(42.0F, std::min(stop_w, 42.0F));
  const float run_w = button_width(ui.look, run) + 12;
  const float total = run_w + stop_w + sweep_w + 2 * gap;
  const float x = std::round(std::max(min_x, std::min(wished_x - total / 2, max_x - total)));
  const float y = rect.y + (rect.h - ui.look.control_height()) / 2;
  ImGui::SetCursorScreenPos({x, y});
  ButtonSpec sized = run;
  sized.size.x = run_w;
  if (button(ui.look, "run", sized)) ui.run();
  ImGui::SetCursorScreenPos({x + run_w + gap, y});
  sized = stop;
  sized.size.x = stop_w;
  if (button(ui.look, "stop", sized)) ui.stop();
  ImGui::SetCursorScreenPos({x + run_w + stop_w + 2 * gap, y});
  sized = sweep;
  sized.size.x = sweep_w;
  if (button(ui.look, "sweep", sized)) ui.sweep();
}

/// Out of the frame: the whole page in a tab of its own, with these settings.
template <class Place>
void leave_button(Ui& ui, Place place) {
  if (ui.services.page_url.empty() || !ui.services.open_url) return;
  const ButtonSpec leave{.label = ui.layout == Layout::wide ? ui.words()(T::open_full) : "",
                         .icon = Icon::leave,
                         .tip = ui.words()(T::open_full_tip)};
  ButtonSpec sized = leave;
  sized.size.x = ui.look.touch ? 42.0F : button_width(ui.look, leave);
  place(sized.size.x);
  if (button(ui.look, "leave", sized)) ui.services.open_url(full_page_url(ui));
}

void progress_line(Ui& ui, const Rect& rect) {
  if (!ui.session.busy()) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto done = static_cast<float>(ui.session.progress());
  list.AddRectFilled({rect.x, rect.bottom() - 2}, {rect.right(), rect.bottom()}, fade(ui.colors().accent, 0.25F));
  list.AddRectFilled({rect.x, rect.bottom() - 2}, {rect.x + rect.w * std::max(done, 0.01F), rect.bottom()},
                     ui.colors().accent);
}

}  // namespace

void top_bar(Ui& ui, const Rect& rect) {
  const Words& w = ui.words();
  const Palette& c = ui.colors();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  fill_area(ui.look, list, rect, c.panel);
  list.AddLine({rect.x, rect.bottom() - 0.5F}, {rect.right(), rect.bottom() - 0.5F}, c.border);
  const bool narrow = ui.layout == Layout::narrow;
  const float middle = rect.y + rect.h / 2;
  const ImU32 lanes[3] = {c.model[1], c.model[3], c.model[4]};
  draw_logo(list, {rect.x + 14, middle - 8}, 20, lanes);
  ImFont* brand = narrow ? ui.look.fonts.bold : ui.look.fonts.title;
  const float brand_height = text_size(brand, w(T::app_title)).y;
  float x = rect.x + 42;
  // A frame on a phone has room for the logo alone.
  if (!narrow || !ui.embedded)
    x += draw_text(list, brand, {x, middle - brand_height / 2}, c.text, w(T::app_title)) + 14;

  // From the right: what is always there first.
  const float control = ui.look.control_height();
  const float y = middle - control / 2;
  float right = rect.right() - 12;
  const auto place = [&](float width) {
    right -= width;
    ImGui::SetCursorScreenPos({right, y});
    right -= 8;
  };
  const char* langs[] = {"RU", "EN"};
  const char* themes[] = {w(T::dark), w(T::light)};
  if (!narrow) {
    const ButtonSpec help{.label = "?", .style = ButtonStyle::quiet, .tip = w(T::help_tip), .size = {control, 0}};
    place(control);
    if (button(ui.look, "help", help)) ui.help_open = true;
    const bool labels = ui.layout == Layout::wide;
    const ButtonSpec out{.label = labels ? w(T::export_menu) : "",
                         .icon = Icon::download,
                         .menu = labels,
                         .tip = labels ? nullptr : w(T::export_menu)};
    place(button_width(ui.look, out));
    if (button(ui.look, "export", out)) ImGui::OpenPopup("export_menu");
    export_choice(ui);
    if (ui.embedded) {
      leave_button(ui, place);
      run_buttons(ui, rect, rect.x + rect.w / 2, x, right - 8);
      progress_line(ui, rect);
      return;
    }
    const ButtonSpec share{.label = labels ? w(T::share) : "", .icon = Icon::share, .tip = w(T::share_tip)};
    place(button_width(ui.look, share));
    if (button(ui.look, "share", share)) ImGui::OpenPopup("share_menu");
    share_menu(ui);
    const char* theme_tips[] = {w(T::theme_tip), w(T::theme_tip)};
    place(segmented_width(ui.look, themes));
    const int theme = segmented(ui.look, "theme", themes, ui.session.view().dark ? 0 : 1, 0, theme_tips);
    if ((theme == 0) != ui.session.view().dark) ui.set_dark(theme == 0);
    const char* lang_tips[] = {w(T::language_tip), w(T::language_tip)};
    place(segmented_width(ui.look, langs));
    const int lang = segmented(ui.look, "lang", langs, ui.session.view().lang == Lang::ru ? 0 : 1, 0, lang_tips);
    if ((lang == 0) != (ui.session.view().lang == Lang::ru)) ui.set_language(lang == 0 ? Lang::ru : Lang::en);
  } else if (ui.embedded) {
    leave_button(ui, place);
  } else {
    const ButtonSpec more{
        .label = "", .icon = Icon::info, .style = ButtonStyle::quiet, .tip = w(T::help_tip), .size = {42, 0}};
    place(42);
    if (button(ui.look, "more", more)) ui.help_open = true;
  }
  run_buttons(ui, rect, narrow ? (x + right) / 2 : rect.x + rect.w / 2, x, right - 8);
  progress_line(ui, rect);
}

}  // namespace trilane::ui
