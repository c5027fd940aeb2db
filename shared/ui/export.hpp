// What leaves the front end: results as JSON and CSV, the trace for Perfetto, a link and a command line of the
// configuration. Pure: no ImGui, any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "ui/run_view.hpp"
#include "ui/session.hpp"
#include "ui/timeline/state.hpp"

namespace trilane::ui {

/// {"schema":"trilane.race/1","runs":[trilane.run/1…],"sweeps":[trilane.sweep/1…]}
nlohmann::json export_results(const Session& session);
/// One line a run, header first, RFC 4180; figures that do not exist are empty.
std::string export_csv(const Session& session);
/// Trace Event Format ("traceEvents", ph X, times in µs), which Perfetto and chrome://tracing open: a process a run, a
/// thread a lane.
std::string export_trace(std::span<const RunView> runs);

/// URL query of what differs from the defaults: "?workload=sum&racers=sync,threads&…"
std::string share_query(const Settings& settings);
/// The same of what is open: an experiment with what was changed of its plan ("?lab=gil&tasks=16"), or the free race.
std::string share_query(const Session& session);
/// And with where its timeline is looked at and what is selected on it.
std::string share_query(const Session& session, const TimelineState& view);
/// One `trilane run …` line a racer.
std::string share_command(const Settings& settings);

}  // namespace trilane::ui
