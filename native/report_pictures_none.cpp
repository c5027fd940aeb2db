// Without the window's libraries nothing can be drawn; the report then refers to no pictures.
#include "report_pictures.hpp"

namespace trilane::native {

bool can_draw_pictures() { return false; }
std::vector<ReportFile> draw_pictures(std::span<const ReportFigure>, const std::string&, bool) { return {}; }

}  // namespace trilane::native
