#include "ui/timeline/quads.hpp"

#include <algorithm>
#include <cmath>

namespace trilane::ui {
namespace {

constexpr float kUnits = 8;  // of a logical pixel

std::uint16_t units(float px) { return static_cast<std::uint16_t>(std::clamp(px * kUnits + 0.5F, 0.0F, 65535.0F)); }

/// A gap of less than a pixel after a merged cell is part of what it tells: left open, whole pixels would make a line
/// of it wherever two cells meet.
void close_gap(SpanQuad& cell, const SpanQuad& next) {
  const int gap = next.x0 - cell.x1;
  if ((cell.flags & SpanQuad::kMergedFlag) == 0 || gap <= 0 || gap >= static_cast<int>(kUnits)) return;
  const int width = cell.x1 - cell.x0;
  for (std::uint8_t& share : cell.share) share = static_cast<std::uint8_t>(share * width / (width + gap));
  cell.x1 = next.x0;
}

}  // namespace

Fill fill_of(SpanKind kind) {
  switch (kind) {
    case SpanKind::compute:
    case SpanKind::parse: return Fill::work;
    case SpanKind::wait:
    case SpanKind::fetch: return Fill::wait;
    case SpanKind::lock_wait:
    case SpanKind::gil_wait: return Fill::lock;
    case SpanKind::create: return Fill::create;
    case SpanKind::message: return Fill::message;
    case SpanKind::save: return Fill::save;
    case SpanKind::loop_lag: return Fill::lag;
  }
  return Fill::work;
}

float merge_px_for(std::size_t tracks, float width_px) {
  // A cell is one to two times as long; a long span between two cells may add a quad.
  return std::max(1.0F, static_cast<float>(tracks) * width_px / static_cast<float>(kMostQuads));
}

void QuadBuilder::begin(const TimeWindow& window, float merge_px) {
  window_ = window;
  cell_ns_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(merge_px) / window.px_per_ns()));
  quads_.clear();
}

void QuadBuilder::put(const LodItem& item, const QuadRow& row, std::uint8_t flags) {
  const float x0 = std::max(window_.x_of(static_cast<double>(item.begin_ns)), -kQuadMargin);
  float x1 = std::min(window_.x_of(static_cast<double>(item.end_ns)), window_.width_px + kQuadMargin);
  if (x1 < -kQuadMargin || x0 > window_.width_px + kQuadMargin) return;
  SpanQuad quad;
  float top = row.top;
  float height = row.height;
  if (item.merged()) {
    quad.flags = flags | SpanQuad::kMergedFlag;
    // A cell narrower than a pixel is drawn a pixel wide, and that much thinner.
    const double shown_ns = std::max(static_cast<double>(item.end_ns - item.begin_ns), 1.0 / window_.px_per_ns());
    for (std::size_t i = 0; i < kShares; ++i)
      quad.share[i] = static_cast<std::uint8_t>(
          std::lround(std::clamp(static_cast<double>(item.ns[i]) / shown_ns, 0.0, 1.0) * 255));
    // Something there is never nothing.
    if (quad.share == std::array<std::uint8_t, kShares>{}) {
      const auto most = std::max_element(item.ns.begin(), item.ns.end()) - item.ns.begin();
      quad.share[static_cast<std::size_t>(most)] = 1;
    }
  } else {
    quad.flags = flags;
    quad.fill = fill_of(item.kind);
    // A hair of background between neighbours, where there is room: tasks stay countable.
    if (x1 - x0 > 3.5F) x1 -= 1;
    if (quad.fill == Fill::message) {
      top += height * 0.3F;
      height *= 0.4F;
    }
    if (quad.fill == Fill::lag) {
      const float strip = std::min(height, 3.0F);
      top += height - strip;
      height = strip;
      x1 = std::max(x1, x0 + 2);
    }
  }
  if (top < 0) {  // scrolled above the lanes' top: units are unsigned
    height += top;
    top = 0;
    if (height <= 0) return;
  }
  quad.x0 = units(x0 + kQuadMargin);
  quad.x1 = units(x1 + kQuadMargin);
  quad.y = units(top);
  quad.height = units(height);
  quad.model = row.model;
  quads_.push_back(quad);
}

void QuadBuilder::add(const Track& track, const QuadRow& row) {
  items_.clear();
  items_in(track, static_cast<std::int64_t>(window_.begin_ns), static_cast<std::int64_t>(window_.end_ns), cell_ns_,
           items_);
  const std::size_t first = quads_.size();
  for (const LodItem& item : items_) {
    const std::size_t before = quads_.size();
    put(item, row, 0);
    if (before > first && quads_.size() > before) close_gap(quads_[before - 1], quads_[before]);
  }
}

void QuadBuilder::add_selected(const Span& span, const QuadRow& row) {
  const LodItem item{.begin_ns = span.begin_ns, .end_ns = span.end_ns, .ns = {}, .span = 0, .kind = span.kind};
  put(item, row, SpanQuad::kSelectedFlag);
}

}  // namespace trilane::ui
