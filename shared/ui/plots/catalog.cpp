#include "ui/plots/catalog.hpp"

#include <algorithm>

namespace trilane::ui {
namespace {

constexpr PlotInfo kPlots[] = {
    {"throughput", PlotGroup::time, T::throughput, T::plot_empty, throughput_plot},
    {"parallelism", PlotGroup::time, T::parallelism, T::plot_empty, parallelism_plot},
    {"in-flight", PlotGroup::time, T::tasks_in_flight, T::plot_empty, in_flight_plot},
    {"load", PlotGroup::time, T::load_map, T::plot_empty, load_plot},
    {"loop-lag", PlotGroup::time, T::loop_lag, T::loop_lag_empty, lag_plot},

    {"makespan", PlotGroup::summary, T::makespan, T::plot_empty, makespan_bars},
    {"throughput-median", PlotGroup::summary, T::throughput_against, T::plot_empty, throughput_bars},
    {"latency", PlotGroup::summary, T::latency, T::plot_empty, latency_bars},
    {"latency-histogram", PlotGroup::summary, T::latency_histogram, T::plot_empty, latency_histogram},
    {"latency-cdf", PlotGroup::summary, T::latency_cdf, T::plot_empty, latency_cdf},
    {"memory", PlotGroup::summary, T::memory, T::plot_empty, memory_bars},
    {"worker-memory", PlotGroup::summary, T::worker_memory, T::plot_empty, worker_memory_bars},
    {"startup", PlotGroup::summary, T::startup, T::plot_empty, startup_bars},
    {"cpu", PlotGroup::summary, T::cpu_time, T::plot_empty, cpu_bars},
    {"lock-wait", PlotGroup::summary, T::lock_wait, T::plot_empty, lock_bars},
    {"time-split", PlotGroup::summary, T::time_split, T::plot_empty, split_bars},

    {"speedup", PlotGroup::sweep, T::speedup, T::sweep_empty, speedup_plot},
    {"efficiency", PlotGroup::sweep, T::efficiency, T::sweep_empty, efficiency_plot},
    {"sweep-throughput", PlotGroup::sweep, T::throughput_against, T::sweep_empty, throughput_sweep},
    {"sweep-makespan", PlotGroup::sweep, T::makespan, T::sweep_empty, makespan_sweep},
    {"sweep-memory", PlotGroup::sweep, T::memory, T::sweep_empty, memory_sweep},
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
