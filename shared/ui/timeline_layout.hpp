// The race's geometry, apart from drawing: which bars are seen in a time window, at which pixels, merged where they are
// smaller than a pixel; and where groups and lanes stand. Pure: no ImGui, no clock; any thread, one track at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trace/span.hpp"

namespace trilane::ui {

/// Spans of one row, ascending by begin, none overlapping the next. A million of them must stay cheap to draw.
class Track {
 public:
  /// Appends a span. Order is mended lazily, so spans may come in any order.
  void add(const Span& span);
  void clear();
  /// Sorts what came since the last call. Cheap when the spans came in order.
  void settle();
  std::span<const Span> spans() const { return spans_; }
  /// Latest end of all spans; 0 without any.
  std::int64_t end_ns() const { return end_ns_; }

 private:
  std::vector<Span> spans_;
  std::size_t settled_ = 0;
  std::int64_t end_ns_ = 0;
};

/// Spreads overlapping spans (the waits of coroutines) over rows: a span goes to the first row that is free at its
/// begin. Spans should come ascending by begin; one that comes too late for its place is not placed.
class RowPacker {
 public:
  explicit RowPacker(std::size_t max_rows) : max_rows_(max_rows) {}
  /// The row, or kNoRow when all rows are taken.
  std::size_t place(const Span& span);
  static constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);
  std::size_t rows() const { return ends_.size(); }
  void clear() { ends_.clear(); }

 private:
  std::size_t max_rows_;
  std::vector<std::int64_t> ends_;
};

/// A window in time over a width in pixels.
struct TimeWindow {
  double begin_ns = 0;
  double end_ns = 1;
  float width_px = 1;
  double px_per_ns() const { return static_cast<double>(width_px) / (end_ns - begin_ns); }
  float x_of(double ns) const { return static_cast<float>((ns - begin_ns) * px_per_ns()); }
  double ns_at(float x) const { return begin_ns + static_cast<double>(x) / px_per_ns(); }
};

/// What is drawn: one span, or several that share a pixel.
struct Bar {
  float x0 = 0;  ///< Pixels from the window's left edge; clipped to the window.
  float x1 = 0;
  SpanKind kind = SpanKind::compute;  ///< Of merged spans: the kind that takes most of the time.
  float coverage = 1;                 ///< Part of the bar's width that spans fill, 0..1.
  std::size_t first = 0;              ///< Index of the (first) span in the track.
  std::size_t count = 1;
};

/// Bars of a settled track seen through a window: O(pixels * log spans), whatever the zoom. Appends to `out`.
/// Spans narrower than `merge_px` are merged with their neighbours in the same cell of that width.
void visible_bars(std::span<const Span> spans, const TimeWindow& window, float merge_px, std::vector<Bar>& out);

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
