// Results as text for people (aligned tables) and for spreadsheets (CSV). Pure.
#pragma once

#include <span>
#include <string>

#include "experiments/run/runner.hpp"

namespace trilane::native {

/// Four significant digits, never an exponent: 0.01235, 12.35, 123457.
std::string figure(double value);

/// The same without zeros at its end: 20 ms, not 20.00.
std::string short_figure(double value);

/// One run, a line for each figure: name, median, interval, unit.
std::string run_table(const RunResult& result);
/// A line for each run.
std::string sweep_table(const SweepConfig& sweep, std::span<const RunResult> runs);
/// A header line, then a row for each repeat of each run. Figures of the whole run are repeated in its rows; what was
/// not measured is empty.
std::string to_csv(std::span<const RunResult> runs);

}  // namespace trilane::native
