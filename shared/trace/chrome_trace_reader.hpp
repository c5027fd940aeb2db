// Reads Chrome's trace event format, ours and others' (chrome_trace.hpp writes it): complete events (X), begin and end
// (B, E), asynchronous pairs (b, e) and names (M). Counters, flows and instants are passed over. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "trace/span.hpp"

namespace trilane {

struct ReadTrace {
  struct Lane {
    std::int64_t process_id = 0;
    std::int64_t thread_id = 0;
    std::string process_name;
    std::string name;
    int depth = 0;  ///< 0, or how deep the lane's events lie in others of the same thread: they are lanes of their own.
  };
  /// What one of our own exports says of its runs.
  struct Run {
    std::string racer, workload;  ///< "threads_gil", "primes"
    std::uint32_t tasks = 0;
    std::vector<std::int64_t> process_ids;
  };
  std::vector<Lane> lanes;  ///< Indexed by Span::lane. By process, thread and depth, in the order of the file.
  /// Those of our own names have their kind; others are `compute`, and their arg is 1 + an index into `names`.
  std::vector<Span> spans;
  std::vector<std::string> names;
  std::vector<Run> runs;          ///< Empty for foreign traces.
  std::string cpu;                ///< Of the machine, where one of our own exports tells.
  bool ours = false;              ///< Times are since the start of each run, as written; else since the first event.
  std::uint64_t passed_over = 0;  ///< Events of other kinds, and ends without a begin.
  std::uint64_t left_out = 0;     ///< Spans beyond `most_spans`.
};

/// Errors tell which event is wrong and how. An array without its closing bracket is allowed by the format, as long as
/// its last event is whole.
Result<ReadTrace> read_chrome_trace(std::string_view text, std::size_t most_spans);

/// Is it worth trying? An array of events, or an object with "traceEvents".
bool looks_like_chrome_trace(std::string_view text);

}  // namespace trilane
