// Which runs were under way while nobody could see the page: browsers slow hidden pages down, so their times say
// nothing. Pure; any one thread.
#pragma once

#include <nlohmann/json.hpp>
#include <set>

namespace trilane::ui {

inline constexpr const char* kHiddenNote =
    "The page was hidden during this run: browsers slow hidden pages down, so the times say nothing.";

class HiddenRuns {
 public:
  /// The page was hidden, or is seen again.
  void set_hidden(bool hidden);
  /// Run `index` of a job begins; 0 is a job's first.
  void run_started(int index);
  /// No run is under way any more.
  void job_ended();

  /// Was run `index` of the current job hidden for a moment?
  bool was_hidden(int index) const { return hidden_runs_.contains(index); }
  /// Marks a trilane.run/1 as not valid; in a trilane.sweep/1 those of its runs that were hidden.
  void mark(nlohmann::json& document) const;

 private:
  static void spoil(nlohmann::json& run);

  bool hidden_ = false;
  int running_ = -1;  // index of the run under way
  std::set<int> hidden_runs_;
};

}  // namespace trilane::ui
