// Pictures of figures without a window: the same drawing as on screen, in an ImGui context of its own, rasterised on
// the processor (raster.hpp), as PNG. For plots that are saved and for the lab report, on the command line and on the
// page.
#pragma once

#include <string>

#include "ui/plots/chart.hpp"
#include "ui/plots/raster.hpp"
#include "ui/plots/zoom.hpp"
#include "ui/widgets.hpp"

struct ImGuiContext;

namespace trilane::ui {

/// What is drawn: the figure as a card with its title, as `view` and `hidden` look at it.
struct PictureOf {
  const trilane::Figure& figure;
  const ChartHints& hints;
  FigureView view;
  HiddenSeries hidden;
  std::string caption;  ///< Small, below: which machine. Empty: none.
};

/// Making one takes some 50 ms (fonts), a picture about as much again: several are made with one painter. ImGui's
/// current context is as before after each call. Main thread.
class PicturePainter {
 public:
  PicturePainter(bool dark, Lang lang);
  ~PicturePainter();
  PicturePainter(const PicturePainter&) = delete;
  PicturePainter& operator=(const PicturePainter&) = delete;

  static constexpr int kWidth = 760;  ///< Logical pixels; twice as many real ones.
  static constexpr int kHeight = 440;
  static constexpr float kScale = 2;

  PixelImage paint(const PictureOf& what);
  std::string png(const PictureOf& what);

 private:
  ImGuiContext* context_;
  Look look_;
};

}  // namespace trilane::ui
