// The lab report of what was measured in this session, out of the window or the page: Markdown, CSV and pictures, in
// the language that is shown, with the predictions that were made.
#pragma once

#include <nlohmann/json.hpp>

#include "experiments/report/report.hpp"

namespace trilane::ui {

struct Ui;

/// What the report is made from: the results of this session in the catalogue's order, as trilane.lab/2. Pure.
ReportInput report_input(const Ui& ui);
/// The report's files but for the pictures, and the figures to be drawn: with the predicted curves over them.
std::vector<ReportFigure> figures_of(const ReportInput& input);

/// Makes and saves it, a picture a turn of the loop, so that nothing stands still meanwhile; says what came of it and
/// emits {"event":"report"}. Returns how many experiments are in it: 0 when none has a result, and while another report
/// is being made; nothing happens then but a word about it.
std::size_t export_report(Ui& ui);

}  // namespace trilane::ui
