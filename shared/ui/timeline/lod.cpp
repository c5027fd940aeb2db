#include "ui/timeline/lod.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "ui/timeline/track.hpp"

namespace trilane::ui {
namespace {

constexpr std::size_t kLeastSpans = 1024;  // fewer are walked as they are
constexpr std::int64_t kSpansPerCell = 2;  // of the finest level, on average
constexpr int kMaxCellLog2 = 31;           // shares of a cell are 32 bit

std::uint32_t capped(std::int64_t ns) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(ns, 0, std::int64_t{1} << kMaxCellLog2));
}

/// Longest power of two that is not above.
int floor_log2(std::int64_t ns) {
  return ns <= 1 ? 0 : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(ns))) - 1;
}

/// log2 of the finest cell: by how close the spans are.
int finest_log2(std::span<const Span> spans) {
  const std::int64_t range = std::max<std::int64_t>(1, spans.back().begin_ns - spans.front().begin_ns);
  const std::int64_t cell = range / static_cast<std::int64_t>(spans.size()) * kSpansPerCell;
  return std::clamp(floor_log2(cell) + 1, 0, kMaxCellLog2);
}

/// Index of the first that ends after `ns`.
template <class Item>
std::size_t first_ending_after(std::span<const Item> items, std::int64_t ns) {
  return static_cast<std::size_t>(
      std::ranges::partition_point(items, [ns](const Item& item) { return item.end_ns <= ns; }) - items.begin());
}

void add_clipped(const Span& span, std::int64_t begin_ns, std::int64_t end_ns, Occupancy& sum) {
  const std::int64_t ns = std::min(span.end_ns, end_ns) - std::max(span.begin_ns, begin_ns);
  if (ns > 0) sum.add(share_of(span.kind), ns);
}

/// The raw spans in [begin, end), clipped.
void add_raw(std::span<const Span> spans, std::int64_t begin_ns, std::int64_t end_ns, Occupancy& sum) {
  for (std::size_t i = first_ending_after(spans, begin_ns); i < spans.size() && spans[i].begin_ns < end_ns; ++i)
    add_clipped(spans[i], begin_ns, end_ns, sum);
}

}  // namespace

Share share_of(SpanKind kind) {
  switch (kind) {
    case SpanKind::compute:
    case SpanKind::parse: return Share::work;
    case SpanKind::wait:
    case SpanKind::fetch: return Share::wait;
    case SpanKind::lock_wait:
    case SpanKind::gil_wait:
    case SpanKind::loop_lag: return Share::lock;
    case SpanKind::create:
    case SpanKind::message:
    case SpanKind::save: return Share::other;
  }
  return Share::other;
}

void CellMerger::flush(std::vector<LodItem>& out) {
  if (!std::exchange(open_, false)) return;
  out.push_back(cell_);
}

void CellMerger::piece(std::int64_t begin_ns, std::int64_t end_ns, const std::array<std::uint32_t, kShares>& ns,
                       std::vector<LodItem>& out) {
  // Never back to a cell before: spans of hostile input may overlap.
  const std::int64_t cell = open_ ? std::max(begin_ns >> log2_, open_cell_) : begin_ns >> log2_;
  if (open_ && cell != open_cell_) flush(out);
  if (!open_) {
    open_ = true;
    open_cell_ = cell;
    cell_ = {.begin_ns = begin_ns, .end_ns = end_ns, .ns = ns};
    return;
  }
  cell_.end_ns = std::max(cell_.end_ns, end_ns);
  for (std::size_t i = 0; i < kShares; ++i) cell_.ns[i] = capped(std::int64_t{cell_.ns[i]} + ns[i]);
}

void CellMerger::single(std::int64_t begin_ns, std::int64_t end_ns, std::uint32_t index, SpanKind kind,
                        std::vector<LodItem>& out) {
  if (end_ns - begin_ns >= cell_ns()) {
    flush(out);
    out.push_back({.begin_ns = begin_ns, .end_ns = end_ns, .ns = {}, .span = index, .kind = kind});
    return;
  }
  // Shorter than a cell: it reaches at most into the next one.
  const auto share = static_cast<std::size_t>(share_of(kind));
  const std::int64_t border = ((begin_ns >> log2_) + 1) << log2_;
  std::array<std::uint32_t, kShares> ns{};
  ns[share] = capped(std::min(end_ns, border) - begin_ns);
  piece(begin_ns, std::min(end_ns, border), ns, out);
  if (end_ns <= border) return;
  ns[share] = capped(end_ns - border);
  piece(border, end_ns, ns, out);
}

void CellMerger::add(const Span& span, std::uint32_t index, std::int64_t from_ns, std::vector<LodItem>& out) {
  const std::int64_t begin = std::max(span.begin_ns, from_ns);
  if (begin < span.end_ns || span.begin_ns == span.end_ns) single(begin, span.end_ns, index, span.kind, out);
}

void CellMerger::add(const LodItem& item, std::vector<LodItem>& out) {
  if (item.merged()) {
    piece(item.begin_ns, item.end_ns, item.ns, out);
  } else {
    single(item.begin_ns, item.end_ns, item.span, item.kind, out);
  }
}

void Pyramid::clear() {
  levels_.clear();
  seen_ = reviewed_ = 0;
}

void Pyramid::start(std::span<const Span> spans) {
  clear();
  reviewed_ = spans.size();
  for (int log2 = finest_log2(spans); log2 <= kMaxCellLog2; ++log2) levels_.push_back({CellMerger(log2), {}, 0, 0});
  for (Level& level : levels_) level.covered_ns = spans.front().begin_ns;
}

void Pyramid::extend(std::span<const Span> spans) {
  if (spans.size() < kLeastSpans) return;
  // Spans may have become much denser, or rarer, than those that the finest cell was chosen for.
  const bool review = spans.size() >= 2 * reviewed_;
  if (levels_.empty() || (review && std::abs(finest_log2(spans) - levels_.front().merger.cell_log2()) >= 2))
    start(spans);
  if (review) reviewed_ = spans.size();
  if (levels_.empty()) return;
  Level& finest = levels_.front();
  const auto note = [](Level& level, std::size_t before) {
    for (std::size_t i = before; i < level.items.size(); ++i)
      level.covered_ns = std::max(level.covered_ns, level.items[i].end_ns);
  };
  const std::size_t before = finest.items.size();
  for (; seen_ < spans.size(); ++seen_)
    finest.merger.add(spans[seen_], static_cast<std::uint32_t>(seen_), INT64_MIN, finest.items);
  note(finest, before);
  for (std::size_t i = 1; i < levels_.size(); ++i) {
    Level& from = levels_[i - 1];
    Level& to = levels_[i];
    const std::size_t had = to.items.size();
    for (; from.taken < from.items.size(); ++from.taken) to.merger.add(from.items[from.taken], to.items);
    note(to, had);
  }
}

const Pyramid::Level* Pyramid::level_for(std::int64_t cell_ns) const {
  if (levels_.empty()) return nullptr;
  const int above = floor_log2(cell_ns) - levels_.front().merger.cell_log2();
  if (above < 0) return nullptr;
  return &levels_[std::min(static_cast<std::size_t>(above), levels_.size() - 1)];
}

void items_in(const Track& track, std::int64_t begin_ns, std::int64_t end_ns, std::int64_t cell_ns,
              std::vector<LodItem>& out) {
  const std::span<const Span> spans = track.spans();
  const int log2 = std::min(floor_log2(std::max<std::int64_t>(cell_ns, 1) * 2 - 1), kMaxCellLog2);
  std::int64_t from = begin_ns;
  if (const Pyramid::Level* level = track.pyramid().level_for(std::int64_t{1} << log2)) {
    const std::span<const LodItem> items(level->items);
    for (std::size_t i = first_ending_after(items, begin_ns); i < items.size() && items[i].begin_ns <= end_ns; ++i)
      out.push_back(items[i]);
    from = std::max(from, level->covered_ns);
  }
  // What came last is not yet in the level; without one, everything.
  CellMerger merger(log2);
  const bool rest = from > begin_ns;
  for (std::size_t i = first_ending_after(spans, from); i < spans.size() && spans[i].begin_ns <= end_ns; ++i)
    merger.add(spans[i], static_cast<std::uint32_t>(i), rest ? from : INT64_MIN, out);
  merger.flush(out);
}

Occupancy occupancy_in(const Track& track, std::int64_t begin_ns, std::int64_t end_ns) {
  Occupancy sum;
  if (end_ns <= begin_ns) return sum;
  std::int64_t from = begin_ns;
  if (const Pyramid::Level* level = track.pyramid().level_for((end_ns - begin_ns) / 64)) {
    // Whole items in the middle; the ragged edges from the raw spans.
    const std::span<const LodItem> items(level->items);
    std::size_t i = first_ending_after(items, begin_ns);
    if (i < items.size() && items[i].begin_ns < begin_ns) {
      from = std::min(items[i].end_ns, end_ns);
      add_raw(track.spans(), begin_ns, from, sum);
      ++i;
    }
    for (; i < items.size() && items[i].end_ns <= end_ns; ++i) {
      if (items[i].merged()) {
        for (std::size_t share = 0; share < kShares; ++share) sum.ns[share] += items[i].ns[share];
      } else {
        sum.add(share_of(items[i].kind), items[i].end_ns - items[i].begin_ns);
      }
      from = items[i].end_ns;
    }
  }
  add_raw(track.spans(), from, end_ns, sum);
  return sum;
}

}  // namespace trilane::ui
