// The catalogue of the race's plots: what the cards' menus, the keyboard's mirror in HTML and the exports know of. A
// new plot is one file beside this one and one row in catalog.def. Pure: no ImGui; any thread.
#pragma once

#include <span>
#include <string_view>

#include "ui/plots/chart.hpp"

namespace trilane::ui {

/// One card each: what happened over time, how the runs compare, and what the sweep gave.
enum class PlotGroup : std::uint8_t { time, summary, sweep };
inline constexpr int kPlotGroups = 3;

struct PlotInfo {
  std::string_view id;  ///< In commands and file names: "throughput".
  PlotGroup group;
  T title;
  T empty;  ///< What to do to see something.
  Chart (*make)(const PlotSource& from);
};

/// In the order of the menus; the first of each group is shown at first.
std::span<const PlotInfo> plot_catalog();
const PlotInfo* find_plot(std::string_view id);
/// The plot's chart with the catalogue's id and title.
Chart make_chart(const PlotInfo& plot, const PlotSource& from);

}  // namespace trilane::ui
