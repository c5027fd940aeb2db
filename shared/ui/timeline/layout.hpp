// The race's geometry, apart from drawing: where instants, groups and lanes stand. What is merged: timeline_lod.hpp;
// what is drawn: timeline_quads.hpp. Pure: no ImGui, no clock; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trace/span.hpp"

namespace trilane::ui {

/// A window in time over a width in pixels.
struct TimeWindow {
  double begin_ns = 0;
  double end_ns = 1;
  float width_px = 1;
  double px_per_ns() const { return static_cast<double>(width_px) / (end_ns - begin_ns); }
  float x_of(double ns) const { return static_cast<float>((ns - begin_ns) * px_per_ns()); }
  double ns_at(float x) const { return begin_ns + static_cast<double>(x) / px_per_ns(); }
};

/// Index of the span at this instant (within `slack_ns`), or npos.
std::size_t span_at(std::span<const Span> spans, double ns, double slack_ns);
inline constexpr std::size_t kNoSpan = static_cast<std::size_t>(-1);

/// Vertical layout.
struct GroupSpec {
  std::size_t lanes = 1;  ///< Full-height rows.
  std::size_t rows = 0;   ///< Thin rows under them (coroutines' waits).
};
struct GroupBox {
  float top = 0;     ///< Of the first lane.
  float header = 0;  ///< Height of the name above the lanes: 0 when names stand at the left.
  float bottom = 0;
  float lane_height = 0;
};
struct LaneLayout {
  float lane_gap = 0;
  float row_height = 0;
  float row_gap = 0;
  std::vector<GroupBox> groups;
  float content_height = 0;

  float lane_top(std::size_t group, std::size_t lane) const;
  float row_top(const GroupSpec& spec, std::size_t group, std::size_t row) const;
};
/// Lanes are as high as fits, between a readable and a comfortable height; what does not fit is scrolled. Groups of one
/// or two lanes keep a good height beside groups of a hundred.
/// `names_above`: narrow screens have the model's name over its lanes.
LaneLayout layout_lanes(std::span<const GroupSpec> groups, float height, bool names_above);

}  // namespace trilane::ui
