#include "ui/timeline/layout.hpp"

#include <algorithm>
#include <cmath>

namespace trilane::ui {
namespace {

constexpr float kRowShare = 0.3F;  // of a lane's height, for a row of waits

}  // namespace

std::size_t span_at(std::span<const Span> spans, double ns, double slack_ns) {
  const auto after =
      std::ranges::partition_point(spans, [&](const Span& span) { return static_cast<double>(span.begin_ns) <= ns; });
  if (after != spans.begin()) {
    const auto before = std::prev(after);
    if (ns <= static_cast<double>(before->end_ns) + slack_ns) return static_cast<std::size_t>(before - spans.begin());
  }
  if (after != spans.end() && static_cast<double>(after->begin_ns) - ns <= slack_ns) {
    return static_cast<std::size_t>(after - spans.begin());
  }
  return kNoSpan;
}

float LaneLayout::lane_top(std::size_t group, std::size_t lane) const {
  return groups[group].top + static_cast<float>(lane) * (groups[group].lane_height + lane_gap);
}

float LaneLayout::row_top(const GroupSpec& spec, std::size_t group, std::size_t row) const {
  return lane_top(group, spec.lanes) + static_cast<float>(row) * (row_height + row_gap);
}

LaneLayout layout_lanes(std::span<const GroupSpec> groups, float height, bool names_above) {
  LaneLayout layout;
  const float header = names_above ? 24.0F : 0.0F;
  const float group_gap = names_above ? 12.0F : 18.0F;
  std::size_t lanes = 0;
  std::size_t rows = 0;
  for (const GroupSpec& group : groups) {
    lanes += group.lanes;
    rows += group.rows;
  }
  // A group's name and rate take two lines, also beside a single low lane.
  const float least = names_above ? 0.0F : 36.0F;
  const float fixed = static_cast<float>(groups.size()) * (header + group_gap) - group_gap + 10.0F;
  const float shares = static_cast<float>(lanes) + kRowShare * static_cast<float>(rows);
  const float each = shares > 0 ? (height - fixed) / shares : 0;
  // What single lanes take beyond their share is taken from the others.
  float lifted = 0;
  float left = shares;
  for (const GroupSpec& group : groups) {
    const float share = static_cast<float>(group.lanes) + kRowShare * static_cast<float>(group.rows);
    if (share * each >= least) continue;
    lifted += least;
    left -= share;
  }
  const float fitted = lifted > 0 && left > 0 ? (height - fixed - lifted) / left : each;
  const float comfortable = names_above ? 24.0F : 40.0F;
  const float pitch = std::clamp(std::floor(fitted), 9.0F, comfortable);
  layout.lane_gap = pitch >= 16 ? 4.0F : pitch >= 12 ? 2.0F : 1.0F;
  layout.row_gap = 1.0F;
  layout.row_height = std::clamp(std::floor(pitch * kRowShare), 4.0F, 9.0F) - layout.row_gap;
  float y = 6.0F;
  for (const GroupSpec& group : groups) {
    GroupBox box;
    box.header = header;
    box.top = y + header;
    const float own_pitch = group.lanes <= 2 ? std::max(pitch, std::min(comfortable, 24.0F)) : pitch;
    box.lane_height = own_pitch - layout.lane_gap;
    const float body = static_cast<float>(group.lanes) * own_pitch +
                       static_cast<float>(group.rows) * (layout.row_height + layout.row_gap);
    box.bottom = box.top + body - layout.lane_gap;
    layout.groups.push_back(box);
    y = box.top + std::max(body, least) + group_gap;
  }
  layout.content_height = groups.empty() ? 0 : y - group_gap + 4.0F;
  return layout;
}

}  // namespace trilane::ui
