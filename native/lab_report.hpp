// `trilane lab --report DIR`: the folder with the lab report (experiments/report/report.hpp) and its pictures.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.hpp"

namespace trilane::native {

/// The local date, "2026-11-23"; empty where the clock does not tell it.
std::string today();

class ReportFolder {
 public:
  /// Makes the folder where there is none and proves that it can be written: before anything is measured.
  /// The error says what cannot be done and why.
  static Result<ReportFolder> open(std::string path);

  /// Writes report.md, runs.csv, lab.json and figures/. Files of an earlier report are replaced, others left alone.
  /// `document`: trilane.lab/2. Errors: no space left, and so on.
  Status write(const nlohmann::json& document, bool russian) const;

  const std::string& path() const { return path_; }

 private:
  explicit ReportFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace trilane::native
