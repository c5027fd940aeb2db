#include "ui/hidden_runs.hpp"

#include <array>

#include "experiments/run/run_result.hpp"

namespace trilane::ui {

void HiddenRuns::set_hidden(bool hidden) {
  hidden_ = hidden;
  if (hidden_ && running_) hidden_runs_.insert(*running_);
}

void HiddenRuns::run_goes_on(int job, int index) {
  running_ = {job, index};
  if (hidden_) hidden_runs_.insert(*running_);
}

void HiddenRuns::job_ended(int job) {
  if (running_ && running_->first == job) running_.reset();
  std::erase_if(hidden_runs_, [job](const Run& run) { return run.first == job; });
}

void HiddenRuns::mark(int job, nlohmann::json& document) const {
  const auto runs = document.find("runs");
  for (const auto& [whose, index] : hidden_runs_) {
    if (whose != job) continue;
    if (runs == document.end()) return spoil(document);
    if (static_cast<std::size_t>(index) < runs->size()) spoil((*runs)[static_cast<std::size_t>(index)]);
  }
}

void HiddenRuns::spoil(nlohmann::json& run) {
  run["valid"] = false;
  run["errors"].push_back(notes_json(std::array{notes::page_hidden()}).front());
}

}  // namespace trilane::ui
