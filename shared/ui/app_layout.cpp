// Where everything stands: columns where there is width for them, tabs on a phone.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "ui/app_impl.hpp"

namespace trilane::ui {
namespace {

void plot_cards(Ui& ui, const Rect& rect) {
  const float gap = metric::kGap;
  const float each = std::floor((rect.w - 2 * gap) / 3);
  plot_card(ui, {rect.x, rect.y, each, rect.h}, PlotGroup::time);
  plot_card(ui, {rect.x + each + gap, rect.y, each, rect.h}, PlotGroup::summary);
  plot_card(ui, {rect.x + 2 * (each + gap), rect.y, rect.w - 2 * (each + gap), rect.h}, PlotGroup::sweep);
}

/// The race, with the picture or the counter beside it when there is one.
void race_area(Ui& ui, const Rect& rect) {
  if (has_viewer(ui)) return viewer_card(ui, rect);
  const bool side = has_picture(ui) || has_counter(ui);
  if (!side || rect.w < 520) {
    race_panel(ui, rect);
    return;
  }
  const float width = std::clamp(rect.w * 0.3F, 210.0F, 300.0F);
  race_panel(ui, {rect.x, rect.y, rect.w - width - metric::kGap, rect.h});
  const Rect beside{rect.right() - width, rect.y, width, rect.h};
  if (has_counter(ui)) {
    counter_card(ui, beside);
  } else {
    picture_card(ui, beside);
  }
}

void lower_cards(Ui& ui, const Rect& rect) {
  if (has_figures(ui)) {
    figure_cards(ui, rect, false);
  } else {
    plot_cards(ui, rect);
  }
}

/// An experiment that has run nothing, or nothing as a race.
bool race_alone(const Ui& ui) { return ui.session.in_lab() && !has_figures(ui) && ui.session.own_runs().empty(); }

/// An experiment that has measured by itself: plots, and no race.
bool measured_by_itself(const Ui& ui) {
  return ui.session.in_lab() && has_results(ui) && !has_viewer(ui) && ui.session.own_runs().empty();
}

void centre(Ui& ui, const Rect& rect) {
  const Rect inside = rect.inset(metric::kGap);
  const bool wide = ui.layout == Layout::wide;
  // What has steps to show and no figures has all of it; an experiment has no plots but its own.
  const bool bare = !has_figures(ui) && (has_viewer(ui) || race_alone(ui));
  if (wide && bare) return race_area(ui, inside);
  if (wide && measured_by_itself(ui)) return figure_cards(ui, inside, false);
  const float plots = std::clamp(std::round(inside.h * (wide ? 0.31F : 0.38F)), 150.0F, 290.0F);
  race_area(ui, {inside.x, inside.y, inside.w, inside.h - plots - metric::kGap});
  const Rect below{inside.x, inside.bottom() - plots, inside.w, plots};
  if (wide) {
    lower_cards(ui, below);
    return;
  }
  // Medium: plots, or the explanation in their place.
  const float head = bare ? 0.0F : 36.0F;
  if (!bare) {
    const char* tabs[] = {ui.words()(T::tab_plots), ui.words()(T::tab_why)};
    ImGui::SetCursorScreenPos({below.x, below.y});
    ui.show_why = segmented(ui.look, "below", tabs, ui.show_why ? 1 : 0) == 1;
  }
  const Rect rest{below.x, below.y + head, below.w, below.h - head};
  if (ui.show_why || bare) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    card(ui.look, list, rest, "", "");
    begin_scroll(ui.look, "why", rest.inset(1), {16, 12});
    why_content(ui, ImGui::GetContentRegionAvail().x);
    end_scroll();
  } else {
    lower_cards(ui, rest);
  }
}

void columns(Ui& ui, const Rect& rect) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImU32 border = ui.colors().border;
  const float left = ui.layout == Layout::wide ? metric::kLeft : metric::kLeft - 16;
  const float right = ui.layout == Layout::wide ? metric::kRight : 0;
  left_panel(ui, {rect.x, rect.y, left, rect.h});
  list.AddLine({rect.x + left + 0.5F, rect.y}, {rect.x + left + 0.5F, rect.bottom()}, border);
  if (right > 0) {
    why_panel(ui, {rect.right() - right, rect.y, right, rect.h});
    list.AddLine({rect.right() - right - 0.5F, rect.y}, {rect.right() - right - 0.5F, rect.bottom()}, border);
  }
  centre(ui, {rect.x + left, rect.y, rect.w - left - right, rect.h});
}

void tab_bar(Ui& ui, const Rect& rect) {
  const Palette& c = ui.colors();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  fill_area(ui.look, list, rect, c.panel);
  list.AddLine(rect.min(), {rect.right(), rect.y}, c.border);
  constexpr T kNames[] = {T::tab_lab, T::tab_race, T::tab_plots, T::tab_why, T::tab_setup};
  constexpr int kTabs = static_cast<int>(std::size(kNames));
  const auto name_of = [&](int i) {
    const bool steps = static_cast<Tab>(i) == Tab::race && has_viewer(ui);
    return ui.words()(steps ? T::tab_viewer : kNames[i]);
  };
  // The same room around each name, so that a long one is as far from the edge as a short one.
  float names = 0;
  for (int i = 0; i < kTabs; ++i) names += text_size(ui.look.fonts.bold, name_of(i)).x;
  const float room = std::max(rect.w - names, 0.0F) / kTabs;
  float x = rect.x;
  for (int i = 0; i < kTabs; ++i) {
    const char* name = name_of(i);
    const float each = text_size(ui.look.fonts.bold, name).x + room;
    ImGui::SetCursorScreenPos({x, rect.y});
    ImGui::PushID(i);
    if (ImGui::InvisibleButton("tab", {each, rect.h})) ui.tab = static_cast<Tab>(i);
    focus_ring(ui.look, 2);
    ImGui::PopID();
    const bool on = static_cast<int>(ui.tab) == i;
    if (on) list.AddRectFilled({x + room / 4, rect.y}, {x + each - room / 4, rect.y + 3}, c.accent, 1.5F);
    ImFont* font = on ? ui.look.fonts.bold : ui.look.fonts.body;
    const ImVec2 size = text_size(font, name);
    draw_text(list, font, {x + (each - size.x) / 2, rect.y + (rect.h - size.y) / 2}, on ? c.text : c.muted, name);
    x += each;
  }
}

/// Cards one under another in a page that scrolls; drawn at the cursor with the given height.
template <class Draw>
void stacked(float width, float height, Draw draw) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw(Rect{at.x, at.y, width, height});
  ImGui::SetCursorScreenPos({at.x, at.y + height});
  ImGui::Dummy({width, metric::kGap});
}

void tabs(Ui& ui, const Rect& rect) {
  constexpr float kTabs = 48;
  const Rect page{rect.x, rect.y, rect.w, rect.h - kTabs};
  if (ui.tab == Tab::setup) {
    settings_panel(ui, page);
  } else {
    constexpr const char* kIds[] = {"lab_page", "race_page", "plots_page", "why_page"};
    begin_scroll(ui.look, kIds[static_cast<int>(ui.tab)], page, {10, 10});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const float width = ImGui::GetContentRegionAvail().x;
    if (ui.tab == Tab::lab) {
      ImGui::Indent(4);
      lab_list(ui, width - 8);
      ImGui::Unindent(4);
    } else if (ui.tab == Tab::race && has_viewer(ui)) {
      stacked(width, std::max(viewer_height(ui), page.h - 20), [&](const Rect& r) { viewer_card(ui, r); });
    } else if (ui.tab == Tab::race) {
      const bool more = has_picture(ui) || has_counter(ui);
      const float room = page.h - 20;
      const float below = race_alone(ui) ? 0 : 210 + metric::kGap;
      stacked(width, more ? std::max(room * 0.62F, 300.0F) : std::max(room - below, 320.0F),
              [&](const Rect& r) { race_panel(ui, r); });
      if (has_picture(ui)) stacked(width, 330, [&](const Rect& r) { picture_card(ui, r); });
      if (has_counter(ui))
        stacked(width, 60 + 54 * static_cast<float>(ui.session.own_runs().size()),
                [&](const Rect& r) { counter_card(ui, r); });
      if (!race_alone(ui)) stacked(width, 200, [&](const Rect& r) { plot_card(ui, r, PlotGroup::time); });
    } else if (ui.tab == Tab::plots) {
      if (has_figures(ui)) stacked(width, figures_height(ui), [&](const Rect& r) { figure_cards(ui, r, true); });
      for (const PlotGroup group : {PlotGroup::time, PlotGroup::summary, PlotGroup::sweep})
        stacked(width, 250, [&](const Rect& r) { plot_card(ui, r, group); });
    } else {
      ImGui::Indent(6);
      why_content(ui, width - 12);
      ImGui::Unindent(6);
    }
    ImGui::PopStyleVar();
    end_scroll();
  }
  tab_bar(ui, {rect.x, rect.bottom() - kTabs, rect.w, kTabs});
}

}  // namespace

void lay_out(Ui& ui, const Rect& rect) {
  if (ui.layout == Layout::narrow) {
    tabs(ui, rect);
  } else {
    columns(ui, rect);
  }
}

}  // namespace trilane::ui
