// Spans as Chrome's trace event format (JSON), which chrome://tracing and Perfetto's UI open: "Trace Event Format",
// Google, 2016. Pure: bytes go to a sink as they are made, so a trace of any length needs little memory.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trace/span.hpp"

namespace trilane {

/// A track of the trace. Tracks of one process are grouped; their order is that of the lanes.
struct ChromeTraceLane {
  std::int64_t process_id = 0;
  std::string process_name;
  std::string lane_name;
  std::int64_t thread_id = 0;  ///< 0: not known; the lane's index + 1 then.
  std::size_t run = 0;         ///< Index into ChromeTrace::runs.
};

/// A lane's name by the model that ran on it ("threads") and its index: "main", "event loop", "worker 2".
std::string lane_name(std::string_view model, std::size_t lane);

/// A run of the trace, and who directed it: created its workers and sent them their jobs. That process gets the run's
/// counters (tasks in flight and done, the event loop's lag), and where there was something to create or to send, a
/// track with an instant for each request, from which flow arrows lead to the worker. Several runs of one trace must
/// have processes of their own.
struct ChromeTraceRun {
  std::string racer;  ///< "threads_gil": what reads the trace again (chrome_trace_reader.hpp) knows it by this.
  std::string workload;
  std::uint32_t tasks = 0;
  std::int64_t process_id = 0;
  std::string process_name;
  std::int64_t thread_id = 0;  ///< 0: not known; any free number then.
};

struct ChromeTrace {
  std::span<const ChromeTraceLane> lanes;  ///< Indexed by Span::lane; spans of other lanes are left out.
  std::span<const Span> spans;             ///< In any order.
  /// What the trace is of ("model", "threads"): shown under "metadata".
  std::span<const std::pair<std::string, std::string>> facts;
  std::span<const ChromeTraceRun> runs = {};  ///< May be empty: then there are neither flows nor counters.
};

/// Returns false as soon as the sink does: it was given a part and could not keep it. Any thread.
bool write_chrome_trace(const ChromeTrace& trace, const std::function<bool(std::string_view)>& sink);

}  // namespace trilane
