// The tables that the course's two tasks ask for, and those of a single experiment.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "experiments/saved_entry.hpp"

namespace trilane::report {

/// A run of the document and the experiment that made it.
struct RunOf {
  std::string experiment;
  const nlohmann::json* run;
};
std::vector<RunOf> runs_of(const nlohmann::json& document);

/// Task 1, the sum of 1…N: a table for each N, by model. Without such runs: what to run.
std::string sum_tables(const std::vector<RunOf>& runs, bool russian);
/// Task 2, fetch, parse and save pages, by model. Without such runs: what to run.
std::string pages_tables(const std::vector<RunOf>& runs, bool russian);
/// What an experiment ran; empty without runs.
std::string runs_table(const nlohmann::json& entry, bool russian);
/// What was tested: mark, sentence, value, thresholds; empty without any.
std::string predicates_table(const SavedEntry& entry, bool russian);
/// What else was measured, and the settings; empty without any.
std::string numbers_table(const SavedEntry& entry, bool russian);
/// On what terms each case was measured, and what of them is the claim's subject; empty where it is not told.
std::string terms_table(const SavedEntry& entry, bool russian);
/// Every repeat of every run: CSV.
std::string runs_csv(const std::vector<RunOf>& runs);

}  // namespace trilane::report
