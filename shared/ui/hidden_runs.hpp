// Which runs were under way while nobody could see the page: browsers slow hidden pages down, so their times say
// nothing. Pure; any one thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

namespace trilane::ui {

class HiddenRuns {
 public:
  /// The page was hidden, or is seen again.
  void set_hidden(bool hidden);
  /// What goes on is run `index` of a job, from its beginning or again.
  void run_goes_on(int job, int index);
  /// It was marked; what is kept of it goes.
  void job_ended(int job);

  /// Was run `index` of the job hidden for a moment?
  bool was_hidden(int job, int index) const { return hidden_runs_.contains({job, index}); }
  /// Marks a trilane.run/1 of the job as not valid; in a trilane.sweep/1 those of its runs that were hidden.
  void mark(int job, nlohmann::json& document) const;

 private:
  static void spoil(nlohmann::json& run);

  bool hidden_ = false;
  using Run = std::pair<int, int>;  // job, index
  std::optional<Run> running_;
  std::set<Run> hidden_runs_;
};

}  // namespace trilane::ui
