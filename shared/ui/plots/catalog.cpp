#include "ui/plots/catalog.hpp"

#include <algorithm>

namespace trilane::ui {

#define PLOT(id, group, title, empty, make) Chart make(const PlotSource& from);
#include "ui/plots/catalog.def"
#undef PLOT

namespace {

constexpr PlotInfo kPlots[] = {
#define PLOT(id, group, title, empty, make) {id, PlotGroup::group, T::title, T::empty, make},
#include "ui/plots/catalog.def"
#undef PLOT
};

}  // namespace

std::span<const PlotInfo> plot_catalog() { return kPlots; }

const PlotInfo* find_plot(std::string_view id) {
  const auto found = std::ranges::find(kPlots, id, &PlotInfo::id);
  return found == std::end(kPlots) ? nullptr : found;
}

Chart make_chart(const PlotInfo& plot, const PlotSource& from) {
  Chart chart = plot.make(from);
  chart.figure.id = plot.id;
  chart.figure.title = both(plot.title);
  return chart;
}

}  // namespace trilane::ui
