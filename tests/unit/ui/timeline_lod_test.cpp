// The level of detail keeps the truth: whatever the zoom, what is drawn fills as much time, for the same, as the spans
// do.
#include "ui/timeline/lod.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "ui/timeline/track.hpp"

namespace trilane::ui {
namespace {

Span span_of(std::int64_t begin, std::int64_t end, SpanKind kind = SpanKind::compute) {
  Span span;
  span.begin_ns = begin;
  span.end_ns = end;
  span.kind = kind;
  return span;
}

/// Adjoining and spaced spans of very different lengths and all kinds.
std::vector<Span> random_spans(Random& random, int count) {
  std::vector<Span> spans;
  std::int64_t at = static_cast<std::int64_t>(random.next() % 1000);
  for (int i = 0; i < count; ++i) {
    if (random.next() % 3 == 0) at += static_cast<std::int64_t>(random.next() % 3000);
    const std::int64_t longest = random.next() % 50 == 0 ? 400'000 : random.next() % 5 == 0 ? 5000 : 300;
    const std::int64_t end = at + static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(longest));
    spans.push_back(span_of(at, end, static_cast<SpanKind>(random.next() % kSpanKinds)));
    at = end;
  }
  return spans;
}

Track track_of(const std::vector<Span>& spans) {
  Track track;
  for (const Span& span : spans) track.add(span);
  track.settle();
  return track;
}

Occupancy brute_force(const std::vector<Span>& spans, std::int64_t begin, std::int64_t end) {
  Occupancy sum;
  for (const Span& span : spans) {
    const std::int64_t ns = std::min(end, span.end_ns) - std::max(begin, span.begin_ns);
    if (ns > 0) sum.add(share_of(span.kind), ns);
  }
  return sum;
}

Occupancy sum_of(const std::vector<LodItem>& items) {
  Occupancy sum;
  for (const LodItem& item : items) {
    if (item.merged()) {
      for (std::size_t i = 0; i < kShares; ++i) sum.ns[i] += item.ns[i];
    } else {
      sum.add(share_of(item.kind), item.end_ns - item.begin_ns);
    }
  }
  return sum;
}

/// Ascending, none overlapping the next, no cell fuller than it is long.
void expect_sound(const std::vector<LodItem>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    ASSERT_LE(items[i].begin_ns, items[i].end_ns);
    if (i > 0) {
      ASSERT_LE(items[i - 1].end_ns, items[i].begin_ns) << "at " << i;
    }
    if (!items[i].merged()) continue;
    std::int64_t filled = 0;
    for (const std::uint32_t ns : items[i].ns) filled += ns;
    ASSERT_LE(filled, items[i].end_ns - items[i].begin_ns);
  }
}

constexpr std::int64_t kAll = std::int64_t{1} << 50;

TEST(Lod, SumsAreThoseOfTheRawSpansAtEveryZoom) {
  Random random(11);
  for (const int count : {1, 50, 1023, 1024, 30'000}) {
    const auto spans = random_spans(random, count);
    const Track track = track_of(spans);
    const Occupancy truth = brute_force(spans, 0, kAll);
    for (std::int64_t cell = 1; cell < kAll / 4; cell *= 3) {
      std::vector<LodItem> items;
      items_in(track, 0, kAll, cell, items);
      expect_sound(items);
      ASSERT_EQ(sum_of(items), truth) << count << " spans, cells of " << cell << " ns";
    }
  }
}

TEST(Lod, WindowsShowWhatLiesInThem) {
  Random random(12);
  const auto spans = random_spans(random, 20'000);
  const Track track = track_of(spans);
  const std::int64_t end = track.end_ns();
  for (int i = 0; i < 300; ++i) {
    const auto from = static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(end));
    const std::int64_t to = from + 1 + static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(end));
    const std::int64_t cell = std::max<std::int64_t>(1, (to - from) / 700);
    std::vector<LodItem> items;
    items_in(track, from, to, cell, items);
    expect_sound(items);
    // Cells at the edges reach beyond the window by at most one cell, and that is all that may differ.
    const Occupancy inner = brute_force(spans, from, to);
    std::vector<LodItem> merged;
    Occupancy beyond;
    for (const LodItem& item : items) {
      if (item.merged()) {
        ASSERT_LE(item.end_ns - item.begin_ns, 2 * cell);
        merged.push_back(item);
      } else {
        beyond.add(share_of(item.kind), std::min(item.end_ns, to) - std::max(item.begin_ns, from));
      }
    }
    const Occupancy cells = sum_of(merged);
    for (std::size_t share = 0; share < kShares; ++share) {
      ASSERT_GE(cells.ns[share] + beyond.ns[share], inner.ns[share]);
      ASSERT_LE(cells.ns[share] + beyond.ns[share], inner.ns[share] + 4 * cell);
    }
  }
}

TEST(Lod, OccupancyOfARangeIsExact) {
  Random random(13);
  const auto spans = random_spans(random, 20'000);
  const Track track = track_of(spans);
  const auto end = static_cast<std::uint64_t>(track.end_ns() + 1000);
  for (int i = 0; i < 400; ++i) {
    const auto from = static_cast<std::int64_t>(random.next() % end);
    const auto to = i % 2 == 0 ? static_cast<std::int64_t>(random.next() % end)
                               : from + static_cast<std::int64_t>(random.next() % 3000);
    ASSERT_EQ(occupancy_in(track, from, to), brute_force(spans, from, to)) << from << " to " << to;
  }
}

TEST(Lod, GrowingBitByBitIsTheSameAsAllAtOnce) {
  Random random(14);
  const auto spans = random_spans(random, 12'000);
  Track track;
  std::size_t added = 0;
  while (added < spans.size()) {
    const std::size_t count = std::min<std::size_t>(spans.size() - added, 1 + random.next() % 700);
    for (std::size_t i = 0; i < count; ++i) track.add(spans[added++]);
    track.settle();
    const std::vector<Span> so_far(spans.begin(), spans.begin() + static_cast<std::ptrdiff_t>(added));
    for (const std::int64_t cell : {100, 10'000, 1'000'000}) {
      std::vector<LodItem> items;
      items_in(track, 0, kAll, cell, items);
      expect_sound(items);
      ASSERT_EQ(sum_of(items), brute_force(so_far, 0, kAll)) << added << " spans, cells of " << cell;
    }
  }
}

TEST(Lod, LateSpansAndForgottenOnesChangeWhatIsDrawn) {
  Random random(15);
  auto spans = random_spans(random, 6000);
  Track track;
  for (std::size_t i = 1; i < spans.size(); ++i) track.add(spans[i]);
  track.settle();
  track.add(spans[0]);  // the first comes last
  track.settle();
  std::vector<LodItem> items;
  items_in(track, 0, kAll, 5000, items);
  EXPECT_EQ(sum_of(items), brute_force(spans, 0, kAll));
  track.drop_oldest(2500);
  spans.erase(spans.begin(), spans.begin() + 2500);
  items.clear();
  items_in(track, 0, kAll, 5000, items);
  EXPECT_EQ(sum_of(items), brute_force(spans, 0, kAll));
  EXPECT_EQ(track.spans().size(), spans.size());
}

TEST(Lod, AMillionSpansAreFewItemsAndALittleMemory) {
  Track track;
  Random random(16);
  std::int64_t at = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const std::int64_t end = at + 1 + static_cast<std::int64_t>(random.next() % 2000);
    track.add(span_of(at, end));
    at = end;
  }
  track.settle();
  std::vector<LodItem> items;
  items_in(track, 0, at, at / 1000, items);
  EXPECT_LE(items.size(), 1100U);
  EXPECT_GE(items.size(), 450U);
  std::size_t all = 0;
  for (const Pyramid::Level& level : track.pyramid().levels()) all += level.items.size();
  EXPECT_LT(all, 1'000'000U);
}

// Times that no run can have: only that nothing breaks and it stays cheap.
TEST(Lod, HostileSpansAreDrawnSomehow) {
  Random random(17);
  Track track;
  for (int i = 0; i < 5000; ++i) {
    const auto begin = static_cast<std::int64_t>(random.next()) >> (random.next() % 40);
    track.add(span_of(begin, i % 7 == 0 ? INT64_MAX : begin, static_cast<SpanKind>(random.next() % kSpanKinds)));
  }
  track.settle();
  std::vector<LodItem> items;
  for (const std::int64_t cell : {std::int64_t{1}, std::int64_t{1} << 20, std::int64_t{1} << 45})
    items_in(track, INT64_MIN / 4, INT64_MAX / 4, cell, items);
  EXPECT_LE(items.size(), 60'000U);
  occupancy_in(track, 0, 1000);
}

}  // namespace
}  // namespace trilane::ui
