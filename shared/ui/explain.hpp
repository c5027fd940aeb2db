// Words from measured numbers: what is raced, who was faster and by how much, why, and what to be careful of.
// Pure: no ImGui, any thread. Nothing here is fixed text about a result: every sentence follows from the figures.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ui/run_view.hpp"
#include "ui/session.hpp"

namespace trilane::ui {

struct Verdict {
  enum class Tone : std::uint8_t { plain, good, warn, bad };
  struct Line {
    std::string text;
    Tone tone = Tone::plain;
  };
  /// One racer against the slowest: bars of the card.
  struct Bar {
    Racer racer = Racer::sync;
    double speedup = 1;
    bool same = false;  ///< Not distinguished from the reference: the intervals overlap.
  };
  std::string question;
  std::string setup;              ///< What is raced, with its numbers.
  std::string headline;           ///< Empty before there is a result.
  std::optional<Racer> winner;    ///< Faster than all others beyond the noise, or the only one.
  Racer reference = Racer::sync;  ///< What the bars are relative to.
  std::vector<Bar> bars;
  std::vector<Line> results;
  std::vector<Line> why;
  std::vector<Line> models;  ///< What stands for what.
  std::vector<Line> notes;   ///< Of the runs, in the reader's language.
};

Verdict explain(const Words& words, const Settings& settings, std::span<const RunView> runs, const Host& host,
                bool busy);

/// A workload's name and its one line.
std::string workload_title(const Words& words, std::string_view name);
std::string workload_line(const Words& words, std::string_view name);
/// Its unit in this language; empty when size is not used.
std::string size_unit(const Words& words, std::string_view workload);

}  // namespace trilane::ui
