// The cards under the race: each shows one plot of its group, with a menu of the others and of what leaves the plot.
// Also what of them the JSON door and the mirror in HTML can do.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ui/plots/catalog.hpp"
#include "ui/plots/zoom.hpp"
#include "ui/widgets.hpp"

namespace trilane::ui {

struct Ui;

/// What the cards keep from frame to frame.
struct PlotsState {
  std::string_view shown[kPlotGroups] = {};              ///< The plot's id by group; empty: the first.
  HiddenSeries hidden;                                   ///< By the race's legends: the same series in every plot.
  HiddenSeries lab_hidden;                               ///< By the legends of the lab's figures.
  std::map<std::string, FigureView, std::less<>> views;  ///< By the plot's id, or "experiment/figure".
  struct Made {
    Chart chart;
    std::size_t of = 0;  ///< What it was made from: changes with it.
    double at_s = 0;
  };
  std::map<std::string, Made, std::less<>> made;  ///< By the plot's id.
};

/// What can be done with a plot. Copying a picture needs a host that can (HostServices::copy_picture).
enum class PlotAction { save_png, save_csv, copy_csv, copy_png };

/// What the race's plots are made from, as it is now.
PlotSource plot_source(const Ui& ui);

/// The card of a group. Inside a frame.
void plot_card(Ui& ui, const Rect& rect, PlotGroup group);
/// The menu's button at the right of a card's head. `others`: what the menu begins with, the `current` one marked;
/// returns the index of the chosen one, or -1. The rest of the menu acts on the figure. Inside a frame.
int plot_menu(Ui& ui, const Rect& card, std::span<const char* const> others, int current, const std::string& name,
              const trilane::Figure& figure, const ChartHints& hints, FigureView& view, const HiddenSeries& hidden);
/// How wide the head's buttons are.
float plot_menu_width(const Ui& ui);

/// `name`: of the file, without its ending. Says on screen what came of it.
void act(Ui& ui, PlotAction action, const std::string& name, const trilane::Figure& figure, const ChartHints& hints,
         const FigureView& view, const HiddenSeries& hidden);

/// The figures of the open experiment with its answer drawn over them (lab_figures.cpp); empty when it has none.
std::vector<trilane::Figure> open_figures(const Ui& ui);

/// {"do":"plots"|"plot"|"report"}: app.hpp.
nlohmann::json plot_command(Ui& ui, const nlohmann::json& request);

}  // namespace trilane::ui
