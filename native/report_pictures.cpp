// Pictures drawn by the window's own code, on the processor: no display is needed.
#include "report_pictures.hpp"

#include "ui/plots/picture.hpp"

namespace trilane::native {

bool can_draw_pictures() { return true; }

std::vector<ReportFile> draw_pictures(std::span<const ReportFigure> figures, const std::string& caption, bool russian) {
  std::vector<ReportFile> files;
  if (figures.empty()) return files;
  ui::PicturePainter painter(false, russian ? ui::Lang::ru : ui::Lang::en);
  for (const ReportFigure& one : figures) {
    const std::string png =
        painter.png({.figure = one.figure, .hints = {}, .view = {}, .hidden = {}, .caption = caption});
    files.push_back({one.name, png});
  }
  return files;
}

}  // namespace trilane::native
