// A progress bar on standard error for what takes more than a second, when a person can see it there.
#pragma once

#include <cstdint>
#include <string>

#include "models/run_config.hpp"

namespace trilane::native {

/// Calls may come from any thread, one at a time.
class ProgressBar {
 public:
  /// `runs`: how many run configs there will be.
  explicit ProgressBar(std::size_t runs);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// What comes is of this one; runs may alternate, and each has as many rounds.
  void begin_run(const RunConfig& config);
  /// From 0, or -1 for each warm-up.
  void begin_repeat(int repeat);
  void update(std::uint64_t tasks_done);
  /// For what is no run config: `done` of the runs are done, and this is going on.
  void show(double done, const std::string& what);
  /// Wipes the line.
  void clear();

 private:
  bool due();
  void draw(double share, const std::string& what);

  const std::size_t runs_;
  const bool visible_;
  const std::int64_t begin_ns_;
  std::int64_t drawn_ns_ = 0;
  bool on_screen_ = false;
  RunConfig config_;
  std::uint64_t rounds_begun_ = 0;  // warm-ups and repeats of all runs
  int repeat_ = 0;
};

}  // namespace trilane::native
