#include "ui/timeline_layout.hpp"

#include <algorithm>
#include <cmath>

namespace trilane::ui {
namespace {

constexpr float kRowShare = 0.3F;    // of a lane's height, for a row of waits
constexpr std::size_t kSamples = 8;  // spans looked at to judge a merged cell

// Kind and coverage of spans [first, last) merged into a cell of `cell_ns`: exact for few, sampled for many.
void judge(std::span<const Span> spans, double cell_ns, Bar& bar) {
  const std::size_t count = bar.count;
  const std::size_t step = std::max<std::size_t>(1, count / kSamples);
  double by_kind[kSpanKinds] = {};
  double total = 0;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < count; i += step) {
    const Span& span = spans[bar.first + i];
    const auto duration = static_cast<double>(span.end_ns - span.begin_ns);
    by_kind[static_cast<int>(span.kind)] += duration;
    total += duration;
    ++seen;
  }
  bar.kind = static_cast<SpanKind>(std::max_element(by_kind, by_kind + kSpanKinds) - by_kind);
  const double filled = total / static_cast<double>(seen) * static_cast<double>(count);
  bar.coverage = static_cast<float>(std::clamp(filled / cell_ns, 0.15, 1.0));
}

}  // namespace

void Track::add(const Span& span) {
  spans_.push_back(span);
  end_ns_ = std::max(end_ns_, span.end_ns);
}

void Track::clear() {
  spans_.clear();
  settled_ = 0;
  end_ns_ = 0;
}

void Track::settle() {
  if (settled_ == spans_.size()) return;
  const auto by_begin = [](const Span& a, const Span& b) { return a.begin_ns < b.begin_ns; };
  const auto middle = spans_.begin() + static_cast<std::ptrdiff_t>(settled_);
  if (!std::is_sorted(middle, spans_.end(), by_begin)) std::stable_sort(middle, spans_.end(), by_begin);
  if (settled_ != 0 && by_begin(*middle, *(middle - 1))) {
    std::inplace_merge(spans_.begin(), middle, spans_.end(), by_begin);
  }
  settled_ = spans_.size();
}

std::size_t RowPacker::place(const Span& span) {
  for (std::size_t row = 0; row < ends_.size(); ++row) {
    if (ends_[row] <= span.begin_ns) {
      ends_[row] = span.end_ns;
      return row;
    }
  }
  if (ends_.size() == max_rows_) return kNoRow;
  ends_.push_back(span.end_ns);
  return ends_.size() - 1;
}

void visible_bars(std::span<const Span> spans, const TimeWindow& window, float merge_px, std::vector<Bar>& out) {
  const double cell_ns = static_cast<double>(merge_px) / window.px_per_ns();
  // Spans do not overlap, so their ends ascend too.
  const auto first_seen = std::ranges::partition_point(
      spans, [&](const Span& span) { return static_cast<double>(span.end_ns) < window.begin_ns; });
  std::size_t at = static_cast<std::size_t>(first_seen - spans.begin());
  while (at < spans.size() && static_cast<double>(spans[at].begin_ns) <= window.end_ns) {
    const Span& span = spans[at];
    const auto begin = static_cast<double>(span.begin_ns);
    const auto end = static_cast<double>(span.end_ns);
    Bar bar{.kind = span.kind, .first = at};
    if (end - begin >= cell_ns) {
      bar.x0 = std::max(window.x_of(begin), 0.0F);
      bar.x1 = std::min(window.x_of(end), window.width_px);
      out.push_back(bar);
      ++at;
      continue;
    }
    // All small spans that begin in this cell become one bar. Cells are fixed in time, so that panning does not make
    // the merged picture flicker.
    const double cell = std::floor(begin / cell_ns);
    const double cell_end = (cell + 1) * cell_ns;
    const auto rest = spans.subspan(at);
    auto next = std::ranges::partition_point(
        rest, [&](const Span& one) { return static_cast<double>(one.begin_ns) < cell_end; });
    std::size_t count = std::max<std::size_t>(1, static_cast<std::size_t>(next - rest.begin()));
    // The last one may reach far beyond the cell: then it is drawn by itself.
    const Span& last = rest[count - 1];
    if (count > 1 && static_cast<double>(last.end_ns - last.begin_ns) >= cell_ns) --count;
    bar.count = count;
    bar.x0 = std::max(window.x_of(count == 1 ? begin : cell * cell_ns), 0.0F);
    bar.x1 = std::min(std::max(window.x_of(count == 1 ? end : cell_end), bar.x0 + merge_px), window.width_px);
    judge(spans, cell_ns, bar);
    out.push_back(bar);
    at += count;
  }
}

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
