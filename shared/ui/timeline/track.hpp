// One row of the timeline: its spans in order, with the levels of detail that make a million of them cheap to look at.
// Pure: no ImGui, no clock. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trace/span.hpp"
#include "ui/timeline/lod.hpp"

namespace trilane::ui {

/// Spans of one row, ascending by begin, none overlapping the next. Hostile input may overlap: then the shares of a
/// merged cell end at all of it, and nothing else goes wrong.
class Track {
 public:
  /// Appends a span. Order is mended lazily, so spans may come in any order.
  void add(const Span& span);
  void clear();
  /// Sorts what came since the last call and takes it into the levels. Amortised O(1) a span when they came in order.
  void settle();
  /// Forgets the `count` oldest spans: there are more than memory is meant for.
  void drop_oldest(std::size_t count);
  std::span<const Span> spans() const { return spans_; }
  const Pyramid& pyramid() const { return pyramid_; }
  /// Earliest begin; 0 without spans. Of a settled track.
  std::int64_t begin_ns() const { return spans_.empty() ? 0 : spans_.front().begin_ns; }
  /// Latest end of all spans; 0 without any.
  std::int64_t end_ns() const { return end_ns_; }

 private:
  std::vector<Span> spans_;
  Pyramid pyramid_;
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

}  // namespace trilane::ui
