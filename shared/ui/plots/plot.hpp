// A small plot kit on ImDrawList: axes (linear or logarithmic) with round ticks and units, lines, markers, error bars,
// a legend that toggles, and the pointer's read-out. Inside a frame.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "ui/plots/ticks.hpp"
#include "ui/widgets.hpp"

namespace trilane::ui {

struct Axis {
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  bool base2 = false;
  std::vector<double> ticks;  ///< Own ticks; empty: round ones.
  std::function<std::string(double value, double step)> label;
};

class Plot {
 public:
  /// Draws the grid and the labels inside `rect`; what follows is drawn inside area().
  Plot(Look& look, ImDrawList& list, const Rect& rect, Axis x, Axis y);

  const Rect& area() const { return area_; }
  float x_of(double value) const;
  float y_of(double value) const;
  double x_at(float px) const;
  /// Is it in the picture? Measured with a little room for a marker at the edge.
  bool shows(ImVec2 at) const;
  /// What is drawn between the two stays within the axes.
  void begin_inside() const;
  void begin_lines() const;  ///< The same, with room for a line's width at the edge.
  void end_inside() const;

  enum class Dash { none, dashes, dots };
  static constexpr int kDash = 5, kDashGap = 4;  ///< Logical pixels.
  void line(std::span<const ImVec2> points, ImU32 color, Dash dash = Dash::none, float width = 2) const;
  void marker(ImVec2 at, ImU32 color, bool hollow) const;
  void error_bar(float x, float y_low, float y_high, ImU32 color) const;
  void label(ImVec2 at, ImU32 color, const std::string& text) const;

 private:
  float unit_x(double value) const;
  Look& look_;
  ImDrawList& list_;
  Rect area_;
  Axis x_, y_;
};

/// Entries of the legend as small pressable labels, right-aligned in the head of a card; flips hidden[i] when pressed.
struct LegendEntry {
  const char* label;
  ImU32 color;
  bool dashed = false;
};
/// How high legend() will be in this width.
float legend_height(const Look& look, std::span<const LegendEntry> entries, float width);
void legend(Look& look, ImDrawList& list, const char* id, const Rect& rect, std::span<const LegendEntry> entries,
            std::span<bool> hidden);

}  // namespace trilane::ui
