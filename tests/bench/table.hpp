// The benchmark's table: a row is one figure beside its limit or peer, both measured in this run, turn by turn, so that
// a machine that changes its speed changes both. Medians of the rounds.
#pragma once

#include <functional>
#include <string>

namespace trilane::bench {

struct Row {
  std::string what;
  std::string limit_name;
  std::string unit;
  std::function<double()> limit;  ///< One round's figure, in `unit`.
  std::function<double()> ours;
  double most_ratio = 0;   ///< Target: ours / limit at most this; 0: none.
  double least_ratio = 0;  ///< Target: ours / limit at least this; 0: none.
  double most = 0;         ///< Target: ours at most this, in `unit`; 0: none.
  int rounds = 7;
};

void print_header();
/// Measures and prints.
void run(const Row& row);

/// Seconds that `work` takes, on the monotonic clock.
double seconds(const std::function<void()>& work);

// The rows, by subject.
void threads_rows();
void processes_rows();
void async_rows();
void client_rows();
void trace_rows();
void server_rows();
void timeline_rows();
/// The child's part of a row that needs a fresh process; prints its figures.
int async_million_main();
int uv_timers_main();

}  // namespace trilane::bench
