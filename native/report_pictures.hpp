// The lab report's pictures: report_pictures_none.cpp where nothing can be drawn; the report then refers to none.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "experiments/report/report.hpp"

namespace trilane::native {

bool can_draw_pictures();
/// PNG of each figure, light (reports are printed), in the report's language. Main thread, while there is no window.
std::vector<ReportFile> draw_pictures(std::span<const ReportFigure> figures, const std::string& caption, bool russian);

}  // namespace trilane::native
