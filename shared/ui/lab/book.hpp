// The lab as the front end knows it: the catalogue of experiments as the engine told it, and of each what was
// predicted, measured and found. Pure: no ImGui, no engine; any thread, one at a time.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "experiments/saved_entry.hpp"
#include "ui/texts.hpp"

namespace trilane::ui {

/// One line of the catalogue, from `ready`'s "experiments" (experiment_to_json).
struct LabEntry {
  std::string id;
  std::string section;
  BothTexts title, claim, about;
  std::string origin;            ///< Whose the claim is: "says", "completed", "asks", "task", "beyond".
  std::vector<BothTexts> sheet;  ///< The sentences of the sheet that it tests.
  std::optional<PredictionQuestion> question;
  nlohmann::json config = nlohmann::json::object();  ///< What the settings are when it opens.
  std::vector<std::string> reads;                    ///< Settings that it reads: only these are offered.
  std::string missing;                               ///< Why it cannot run here (English); empty: it can.
};

/// Whose the claim is, in words; and the claim, in quotes where it is the sheet's own.
T origin_text(const LabEntry& entry);
std::string claim_text(const Words& words, const LabEntry& entry);
/// Which sentences of the sheet it tests, quoted; empty: none.
std::string sheet_text(const Words& words, const LabEntry& entry);

/// What a run of an experiment found.
struct LabResult {
  SavedEntry entry;
  nlohmann::json document;  ///< The whole entry of trilane.lab/2, for the export.
  nlohmann::json options;   ///< What it was run with, over the plan's own.
};

/// What is known of one experiment.
struct LabRecord {
  std::optional<trilane::Verdict> verdict;  ///< The last one; kept from session to session.
  std::optional<LabResult> result;          ///< Of this session.
  nlohmann::json prediction;                ///< The answer that was given before the run; null: none.
  bool skipped = false;                     ///< The question was put aside.
  std::string error;                        ///< Why the last run gave no result; empty: it did, or there was none.
};

enum class LabMark : std::uint8_t { not_run, running, confirmed, refuted, undecided, missing };

class LabBook {
 public:
  /// Takes over the engine's catalogue. An entry that cannot be read is left out. Opens what was asked for earlier.
  void set_catalog(const nlohmann::json& experiments);
  bool known() const { return known_; }
  std::span<const LabEntry> entries() const { return entries_; }

  /// The experiment that is open; nullptr: the free race, or the catalogue is not known yet.
  const LabEntry* open() const;
  /// Opens an experiment, or with an empty id leaves the lab. Before the catalogue is known it is remembered. Errors:
  /// an id that does not exist.
  Status choose(std::string_view id);
  /// The one before (-1) or behind (+1); nullptr at the ends.
  const LabEntry* neighbour(int by) const;
  /// An id that was asked for and does not exist; empty: none.
  const std::string& unknown() const { return unknown_; }
  /// The experiment opened last: what leads back from the free race.
  const std::string& last() const { return last_; }
  const std::string& wished() const { return wished_; }

  const LabEntry* find(std::string_view id) const;
  /// Made when there is none yet.
  LabRecord& record(std::string_view id);
  const LabRecord* peek(std::string_view id) const;
  LabMark mark(const LabEntry& entry) const;
  std::size_t finished() const;  ///< Experiments with a verdict.

  /// Takes over one entry of a lab document's "experiments". Errors: it is none.
  Status take_result(const nlohmann::json& entry, nlohmann::json options);

  // The run under way.
  std::string running;                              ///< Its id; empty: none.
  double fraction = 0;                              ///< 0..1
  BothTexts step;                                   ///< What is being done.
  nlohmann::json asked = nlohmann::json::object();  ///< The options it was started with.

  /// Progress and predictions, to be remembered: {"open","verdicts":{id:name},"predictions":{id:answer},"skipped":[…]}.
  nlohmann::json to_json() const;
  /// The reverse; what cannot be read is left out.
  void load(const nlohmann::json& saved);

 private:
  std::vector<LabEntry> entries_;
  std::map<std::string, LabRecord, std::less<>> records_;
  std::string open_, wished_, unknown_, last_;
  bool known_ = false;
};

}  // namespace trilane::ui
