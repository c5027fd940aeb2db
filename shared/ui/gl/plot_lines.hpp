// Draws a figure's long lines: one instanced draw call for all of them, in its place among what ImGui draws. Points are
// uploaded when they differ from those of the last frame; widening, soft edges and dashes are the shader's. The context
// is current; UI thread.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "ui/gl/program.hpp"

namespace trilane::ui::gl {

/// A point of a line, as the shader reads it.
struct PlotPoint {
  float x = 0, y = 0;  ///< Logical pixels.
  float along = 0;     ///< The line's length up to here, logical pixels: where its dashes are.
  ImU32 color = 0;
  std::uint8_t width_16ths = 32;      ///< Of a logical pixel.
  std::uint8_t dash = 0, period = 0;  ///< Logical pixels; period 0: solid.
  std::uint8_t last = 0;              ///< 1: the next point begins another line.
  bool operator==(const PlotPoint&) const = default;
};
static_assert(sizeof(PlotPoint) == 20);

class PlotLines {
 public:
  PlotLines() = default;
  PlotLines(const PlotLines&) = delete;
  PlotLines& operator=(const PlotLines&) = delete;

  /// Puts a draw of these lines into `list`, clipped as the list is now. False: this driver does not take the shaders
  /// (or has not compiled them), and nothing is drawn.
  bool draw(ImDrawList& list, std::span<const PlotPoint> points);
  /// The context is gone, and all objects with it.
  void forget();

  /// Of the last frame that drew long lines.
  std::size_t points() const { return points_; }
  int draw_calls() const { return static_cast<int>(used_); }
  std::size_t uploaded_bytes() const { return uploaded_bytes_; }

 private:
  /// One call's points. Figures are drawn in the same order frame after frame, so the n-th finds its own again.
  struct Batch {
    PlotLines* lines = nullptr;
    unsigned arrays = 0;
    unsigned buffer = 0;
    std::vector<PlotPoint> points;
    bool changed = true;
  };
  static void callback(const ImDrawList*, const ImDrawCmd* command);
  void render(Batch& batch, const ImDrawCmd& command);
  void upload(Batch& batch);

  Program program_;
  std::vector<std::unique_ptr<Batch>> batches_;
  std::size_t used_ = 0;  ///< Batches, in frame `frame_`.
  int frame_ = -1;
  std::size_t points_ = 0;
  std::size_t uploaded_bytes_ = 0;
};

}  // namespace trilane::ui::gl
