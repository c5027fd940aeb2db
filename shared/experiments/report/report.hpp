// The lab report: what a student hands in, made from a trilane.lab/2 document (entries of trilane.lab/1 are read, and
// said to be older). Markdown that mkdocs (and any other renderer with tables) shows and that reads as plain text, the
// figures' data as CSV, and the document itself. The pictures are drawn by whoever can draw (report_figures() says
// which and under what names). Pure; any thread.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/zip.hpp"
#include "experiments/experiment.hpp"

namespace trilane {

/// What was asked before an experiment and what was answered; null: nobody answered.
struct ReportPrediction {
  PredictionQuestion question;
  nlohmann::json answer;
  std::optional<double> score = {};  ///< 0..1, how near the answer came; nothing where that cannot be told.
  bool skipped = false;              ///< The question was put aside, not merely left open.
};

struct ReportInput {
  nlohmann::json document;  ///< trilane.lab/2. What is missing in it is left out of the report, or said to be missing.
  std::map<std::string, ReportPrediction, std::less<>> predictions;  ///< By the experiment's id.
  bool russian = false;
  bool pictures = true;  ///< The files of report_figures() will lie beside it.
  std::string date;      ///< "2026-11-23"; empty: left out.
};

/// A file of the report: a path with slashes, relative to its folder.
using ReportFile = NamedFile;

/// A figure and the picture that the report shows of it.
struct ReportFigure {
  std::string name;  ///< "figures/gil-speedup.png"
  Figure figure;
};

/// report.md, runs.csv (every repeat of every run), figures/<experiment>-<figure>.csv, lab.json.
std::vector<ReportFile> lab_report(const ReportInput& input);
/// The pictures that report.md refers to. Figures that cannot be read are left out of both.
std::vector<ReportFigure> report_figures(const nlohmann::json& document);
/// A line for under a picture: which machine it was measured on.
std::string report_caption(const nlohmann::json& document);

}  // namespace trilane
