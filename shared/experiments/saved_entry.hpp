// An experiment's entry of a lab document, read to be shown: by the command line, the card, the report, beside the
// runs. Of trilane.lab/2; of trilane.lab/1, whose verdicts were not made of tested predicates, what it has. Documents
// come from strangers: what cannot be read is left out. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "experiments/experiment.hpp"

namespace trilane {

struct SavedEntry {
  std::string id;
  Verdict verdict = Verdict::undecided;
  /// Of trilane.lab/1: there are no predicates, the finding is its "why", and numbers have their key as label.
  bool older = false;
  BothTexts title, claim;
  BothTexts finding;  ///< The predicates' sentences, and the advice.
  std::vector<Predicate> predicates;
  std::vector<Number> numbers;  ///< Decisive ones first, then supporting ones, then settings.
  BothTexts advice;             ///< Undecided: what to change; else empty.
  BothTexts background;
  std::vector<Fairness> fairness;
  std::vector<std::string> subject;
  std::optional<Plan> plan;
  std::vector<Figure> figures;
  nlohmann::json truth;
  nlohmann::json details = nlohmann::json::object();
  std::vector<std::string> python_notes;  ///< Why something is missing of what CPython was asked (English).

  /// Those that no predicate shows already.
  [[nodiscard]] std::vector<Number> other_numbers() const;
};

/// Errors: no object, no id, no verdict.
Result<SavedEntry> read_entry(const nlohmann::json& entry);

/// "confirmed" and so on; nothing for other texts.
std::optional<Verdict> verdict_of(std::string_view name);
/// A text in both languages, or one for both; the other language's where one is missing.
BothTexts both_texts_from(const nlohmann::json& json);

}  // namespace trilane
