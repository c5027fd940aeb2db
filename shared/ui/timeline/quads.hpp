// From spans to what the GPU is given: 16 bytes for each span, or merged cell, that is seen. Pure: no GL, no ImGui; any
// thread, one track at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "ui/timeline/layout.hpp"
#include "ui/timeline/track.hpp"

namespace trilane::ui {

/// How a quad is filled: the numbers are those of shaders/spans.vert.
enum class Fill : std::uint8_t { work, wait, lock, create, message, save, lag };
Fill fill_of(SpanKind kind);

/// One instance, as shaders/spans.vert reads it. Lengths in 1/8 logical pixel; x counts from kQuadMargin px left of the
/// lanes, so that what is cut at their edge shows no rounded corner there.
struct SpanQuad {
  static constexpr std::uint8_t kMergedFlag = 1;
  static constexpr std::uint8_t kSelectedFlag = 2;
  std::uint16_t x0 = 0, x1 = 0, y = 0, height = 0;
  Fill fill = Fill::work;
  std::uint8_t model = 0;
  std::uint8_t flags = 0;
  std::uint8_t unused = 0;
  std::array<std::uint8_t, kShares> share{};  ///< Merged: parts of the quad's width, of 255.
  bool operator==(const SpanQuad&) const = default;
};
static_assert(sizeof(SpanQuad) == 16);
inline constexpr float kQuadMargin = 8;

/// Most quads of a frame: 16 bytes each, within a megabyte.
inline constexpr std::size_t kMostQuads = 60'000;

/// How coarsely to merge, so that `tracks` tracks over `width_px` stay below kMostQuads; at least a logical pixel.
float merge_px_for(std::size_t tracks, float width_px);

/// Where a track is drawn: logical pixels from the lanes' top, and whose colours it has.
struct QuadRow {
  float top = 0;
  float height = 1;
  std::uint8_t model = 0;
};

class QuadBuilder {
 public:
  /// The lanes' window in time; what was built before is forgotten.
  void begin(const TimeWindow& window, float merge_px);
  /// The track's spans and cells.
  void add(const Track& track, const QuadRow& row);
  /// A span that is selected: never merged, and seen however short it is.
  void add_selected(const Span& span, const QuadRow& row);
  const std::vector<SpanQuad>& quads() const { return quads_; }

 private:
  void put(const LodItem& item, const QuadRow& row, std::uint8_t flags);
  TimeWindow window_;
  std::int64_t cell_ns_ = 1;
  std::vector<SpanQuad> quads_;
  std::vector<LodItem> items_;  // reused from track to track
};

}  // namespace trilane::ui
