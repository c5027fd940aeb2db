#include "ui/hidden_runs.hpp"

namespace trilane::ui {

void HiddenRuns::set_hidden(bool hidden) {
  hidden_ = hidden;
  if (hidden_ && running_ >= 0) hidden_runs_.insert(running_);
}

void HiddenRuns::run_started(int index) {
  if (index == 0) hidden_runs_.clear();
  running_ = index;
  if (hidden_) hidden_runs_.insert(index);
}

void HiddenRuns::job_ended() {
  running_ = -1;
  hidden_runs_.clear();
}

void HiddenRuns::mark(nlohmann::json& document) const {
  const auto runs = document.find("runs");
  if (runs == document.end()) {
    if (!hidden_runs_.empty()) spoil(document);
    return;
  }
  for (const int index : hidden_runs_) {
    if (static_cast<std::size_t>(index) < runs->size()) spoil((*runs)[static_cast<std::size_t>(index)]);
  }
}

void HiddenRuns::spoil(nlohmann::json& run) {
  run["valid"] = false;
  run["notes"].push_back(kHiddenNote);
}

}  // namespace trilane::ui
