#include "ui/plot_cards.hpp"

#include <algorithm>

#include "experiments/report/report_parts.hpp"
#include "platform/clock.hpp"
#include "ui/plots/figure.hpp"
#include "ui/plots/picture.hpp"
#include "ui/popup_menu.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {

PlotSource plot_source(const Ui& ui) {
  return {.runs = ui.session.runs(),
          .sweep = ui.session.sweep_view(),
          .pins = ui.session.pins(),
          .cores = ui.session.host().cores,
          .now_ns = now_ns()};
}

namespace {

constexpr double kLiveInterval_s = 0.2;  // while spans come, a plot is made anew this often
constexpr float kButton = 24;

/// A number that changes with what plots are made from.
std::size_t version_of(const Ui& ui) {
  std::size_t out = static_cast<std::size_t>(ui.session.race_number());
  const auto mix_in = [&out](std::size_t value) { out = out * 1099511628211U + value + 1; };
  for (const RunView& run : ui.session.runs()) {
    mix_in(run.span_count);
    mix_in(run.progress.size());
    mix_in(static_cast<std::size_t>(run.phase));
    mix_in(run.result ? 1 : 0);
    mix_in(static_cast<std::size_t>(run.racer));
    mix_in(static_cast<std::size_t>(run.pin));
  }
  for (const auto& points : ui.session.sweep_view().points) mix_in(points.size());
  for (const Pin& pin : ui.session.pins()) {
    mix_in(static_cast<std::size_t>(pin.id * 2 + (pin.shown ? 1 : 0)));
    mix_in(static_cast<std::size_t>(pin.mark));
  }
  mix_in(ui.session.host().cores);
  return out;
}

const Chart& chart_of(Ui& ui, const PlotInfo& plot) {
  PlotsState::Made& made = ui.plots.made[std::string(plot.id)];
  const std::size_t version = version_of(ui);
  // Runs under way reach on by themselves.
  const bool old = made.of != version || ui.session.busy();
  const double now = static_cast<double>(now_ns()) / 1e9;
  const bool rests = ui.session.busy() && now - made.at_s < kLiveInterval_s && made.of != 0;
  if (old && !rests) {
    made.chart = make_chart(plot, plot_source(ui));
    made.of = version;
    made.at_s = now;
  }
  return made.chart;
}

std::vector<const PlotInfo*> plots_of(PlotGroup group) {
  std::vector<const PlotInfo*> out;
  for (const PlotInfo& plot : plot_catalog()) {
    if (plot.group == group) out.push_back(&plot);
  }
  return out;
}

std::size_t shown_of(const Ui& ui, PlotGroup group, const std::vector<const PlotInfo*>& plots) {
  const std::string_view id = ui.plots.shown[static_cast<int>(group)];
  const auto found = std::ranges::find(plots, id, &PlotInfo::id);
  return found == plots.end() ? 0 : static_cast<std::size_t>(found - plots.begin());
}

/// The machine, under pictures that leave it.
std::string caption_of(const Ui& ui) {
  const Host& host = ui.session.host();
  std::string out = "Trilane";
  for (const std::string& fact : {host.cpu, host.os, host.platform}) {
    if (!fact.empty() && fact != "native") out += " · " + fact;
  }
  return out;
}

}  // namespace

float plot_menu_width(const Ui& ui) { return (ui.look.touch ? 40.0F : kButton) + 6; }

void act(Ui& ui, PlotAction action, const std::string& name, const trilane::Figure& figure, const ChartHints& hints,
         const FigureView& view, const HiddenSeries& hidden) {
  if (!has_values(figure)) return ui.say(ui.words()(T::export_nothing));
  if (action == PlotAction::save_csv || action == PlotAction::copy_csv) {
    const std::string csv = report::figure_csv(figure, ui.session.view().lang == Lang::ru);
    return action == PlotAction::copy_csv ? ui.copy(csv) : ui.save(name + ".csv", "text/csv", csv);
  }
  PicturePainter painter(ui.session.view().dark, ui.session.view().lang);
  const std::string png =
      painter.png({.figure = figure, .hints = hints, .view = view, .hidden = hidden, .caption = caption_of(ui)});
  if (action == PlotAction::save_png) return ui.save(name + ".png", "image/png", png);
  if (!ui.services.copy_picture) return;
  const auto bytes = as_byte_span(png);
  if (ui.services.copy_picture(Bytes(bytes.begin(), bytes.end()))) ui.say(ui.words()(T::copied));
}

int plot_menu(Ui& ui, const Rect& card, std::span<const char* const> others, int current, const std::string& name,
              const trilane::Figure& figure, const ChartHints& hints, FigureView& view, const HiddenSeries& hidden) {
  const Words& w = ui.words();
  const float size = ui.look.touch ? 40.0F : kButton;
  ImGui::SetCursorScreenPos({card.right() - size - 8, card.y + (metric::kCardHead - size) / 2});
  if (button(ui.look, "plot_menu",
             {.label = "",
              .icon = Icon::more,
              .style = ButtonStyle::quiet,
              .tip = w(T::plot_menu_tip),
              .size = {size, size}}))
    ImGui::OpenPopup("plot_menu_open");
  std::vector<MenuItem> items;
  for (std::size_t i = 0; i < others.size(); ++i)
    items.push_back({.label = others[i], .chosen = static_cast<int>(i) == current});
  constexpr std::pair<PlotAction, T> kActions[] = {{PlotAction::save_png, T::plot_save_png},
                                                   {PlotAction::save_csv, T::plot_save_csv},
                                                   {PlotAction::copy_csv, T::plot_copy_csv},
                                                   {PlotAction::copy_png, T::plot_copy_png}};
  std::vector<PlotAction> actions;
  for (const auto& [action, text_id] : kActions) {
    if (action == PlotAction::copy_png && !ui.services.copy_picture) continue;
    items.push_back({.label = w(text_id), .divided = actions.empty() && !others.empty()});
    actions.push_back(action);
  }
  if (view.zoomed()) items.push_back({.label = w(T::plot_reset_zoom), .divided = true});
  const int pressed = popup_menu(ui.look, "plot_menu_open", items);
  if (pressed < 0) return -1;
  const auto at = static_cast<std::size_t>(pressed);
  if (at < others.size()) return pressed;
  if (at - others.size() < actions.size()) {
    act(ui, actions[at - others.size()], name, figure, hints, view, hidden);
  } else {
    view.reset();
  }
  return -1;
}

void plot_card(Ui& ui, const Rect& rect, PlotGroup group) {
  const Words& w = ui.words();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const std::vector<const PlotInfo*> plots = plots_of(group);
  const std::size_t shown = shown_of(ui, group, plots);
  const PlotInfo& plot = *plots[shown];
  const SweepView& sweep = ui.session.sweep_view();
  const bool sweeps = group == PlotGroup::sweep && sweep.running;
  const Chart& chart = chart_of(ui, plot);
  const bool empty = !has_values(chart.figure);
  const std::string progress =
      sweeps ? w(T::progress_sweep, {std::to_string(sweep.done), std::to_string(sweep.total)}) : std::string();
  const std::string sub = sweeps ? progress : empty ? std::string() : in(w, chart.hints.subtitle);
  const float reserve = 2 * plot_menu_width(ui) - 6;
  const Rect inside = card(ui.look, list, rect, w(plot.title), sub, {}, reserve);

  ImGui::PushID(static_cast<int>(group));
  // The next one is one click away, any of them two.
  const float size = ui.look.touch ? 40.0F : kButton;
  const std::size_t next = (shown + 1) % plots.size();
  const auto choose = [&](std::size_t index) {
    ui.plots.shown[static_cast<int>(group)] = plots[index]->id;
    ui.redraw = true;
  };
  ImGui::SetCursorScreenPos({rect.right() - 2 * size - 12, rect.y + (metric::kCardHead - size) / 2});
  if (button(ui.look, "next",
             {.label = "",
              .icon = Icon::chevron_right,
              .style = ButtonStyle::quiet,
              .tip = w(plots[next]->title),
              .size = {size, size}}))
    choose(next);
  std::vector<const char*> names;
  for (const PlotInfo* one : plots) names.push_back(w(one->title));
  FigureView& view = ui.plots.views[std::string(plot.id)];
  const int chosen = plot_menu(ui, rect, names, static_cast<int>(shown), "trilane-" + std::string(plot.id),
                               chart.figure, chart.hints, view, ui.plots.hidden);
  if (chosen >= 0) choose(static_cast<std::size_t>(chosen));
  if (inside.h >= 50) {
    if (empty) {
      empty_state(ui.look, list, inside, sweeps ? w(T::status_running) : "", sweeps ? progress.c_str() : w(plot.empty));
    } else {
      draw_figure(ui.look, list, {inside.x + 12, inside.y + 6, inside.w - 26, inside.h - 12}, chart.figure, chart.hints,
                  view, ui.plots.hidden);
    }
  }
  ImGui::PopID();
}

}  // namespace trilane::ui
