#include "ui/timeline_layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

namespace trilane::ui {
namespace {

Span span_of(std::int64_t begin, std::int64_t end, SpanKind kind = SpanKind::compute) {
  Span span;
  span.begin_ns = begin;
  span.end_ns = end;
  span.kind = kind;
  return span;
}

/// Adjoining and spaced spans from 0 on.
std::vector<Span> random_track(Random& random, int count, std::int64_t longest) {
  std::vector<Span> spans;
  std::int64_t at = 0;
  for (int i = 0; i < count; ++i) {
    const std::int64_t begin = at + static_cast<std::int64_t>(random.next() % 3 == 0 ? random.next() % 1000 : 0);
    const std::int64_t end = begin + 1 + static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(longest));
    spans.push_back(span_of(begin, end, random.next() % 4 == 0 ? SpanKind::wait : SpanKind::compute));
    at = end;
  }
  return spans;
}

TEST(Track, SortsWhatComesInAnyOrder) {
  Track track;
  for (const int begin : {50, 10, 30}) track.add(span_of(begin, begin + 5));
  track.settle();
  track.add(span_of(20, 25));  // late
  track.add(span_of(60, 90));
  track.settle();
  std::vector<std::int64_t> begins;
  for (const Span& span : track.spans()) begins.push_back(span.begin_ns);
  EXPECT_EQ(begins, (std::vector<std::int64_t>{10, 20, 30, 50, 60}));
  EXPECT_EQ(track.end_ns(), 90);
  track.clear();
  EXPECT_TRUE(track.spans().empty());
  EXPECT_EQ(track.end_ns(), 0);
}

TEST(RowPacker, SpreadsOverlapsAndReusesFreeRows) {
  RowPacker packer(3);
  EXPECT_EQ(packer.place(span_of(0, 10)), 0U);
  EXPECT_EQ(packer.place(span_of(2, 20)), 1U);
  EXPECT_EQ(packer.place(span_of(10, 12)), 0U) << "free again at the instant of its end";
  EXPECT_EQ(packer.place(span_of(11, 30)), 2U);
  EXPECT_EQ(packer.place(span_of(11, 40)), RowPacker::kNoRow) << "more than there are rows for";
  EXPECT_EQ(packer.rows(), 3U);
}

TEST(RowPacker, NeverPutsTwoOverlappingSpansInOneRow) {
  Random random(4);
  RowPacker packer(8);
  std::vector<std::vector<Span>> rows(8);
  std::int64_t begin = 0;
  for (int i = 0; i < 2000; ++i) {
    begin += static_cast<std::int64_t>(random.next() % 10);
    const Span span = span_of(begin, begin + static_cast<std::int64_t>(random.next() % 60));
    const std::size_t row = packer.place(span);
    if (row == RowPacker::kNoRow) continue;
    ASSERT_LT(row, rows.size());
    if (!rows[row].empty()) {
      ASSERT_LE(rows[row].back().end_ns, span.begin_ns);
    }
    rows[row].push_back(span);
  }
}

// Whatever the zoom: bars ascend, stay inside the window, and stand for every span that is seen, each exactly once.
TEST(VisibleBars, StandForEverySpanInTheWindowExactlyOnce) {
  Random random(8);
  const auto spans = random_track(random, 3000, 400);
  const double end = static_cast<double>(spans.back().end_ns);
  for (const double zoom : {1.0, 0.3, 0.01, 0.0005}) {
    for (const double from : {0.0, 0.37, 0.999}) {
      const TimeWindow window{from * end, from * end + zoom * end, 800};
      std::vector<Bar> bars;
      visible_bars(spans, window, 1.5F, bars);
      std::size_t next = bars.empty() ? 0 : bars.front().first;
      float last_x = -1;
      for (const Bar& bar : bars) {
        ASSERT_EQ(bar.first, next) << "a span left out or drawn twice";
        next += bar.count;
        ASSERT_GE(bar.x0, 0);
        ASSERT_LE(bar.x1, window.width_px + 0.01F);
        ASSERT_LE(bar.x0, bar.x1 + 0.01F);
        ASSERT_GE(bar.x0, last_x - 0.01F);
        last_x = bar.x0;
        ASSERT_GT(bar.coverage, 0);
        ASSERT_LE(bar.coverage, 1);
      }
      for (std::size_t i = 0; i < spans.size(); ++i) {
        const bool seen = static_cast<double>(spans[i].end_ns) > window.begin_ns &&
                          static_cast<double>(spans[i].begin_ns) < window.end_ns;
        const bool drawn = !bars.empty() && i >= bars.front().first && i < next;
        if (seen) {
          ASSERT_TRUE(drawn) << "span " << i << " is in the window but not drawn";
        }
      }
    }
  }
}

TEST(VisibleBars, DrawWideSpansAtTheirPlace) {
  const std::vector<Span> spans{span_of(0, 100), span_of(100, 300, SpanKind::wait), span_of(500, 600)};
  std::vector<Bar> bars;
  visible_bars(spans, {0, 1000, 1000}, 1, bars);
  ASSERT_EQ(bars.size(), 3U);
  EXPECT_FLOAT_EQ(bars[1].x0, 100);
  EXPECT_FLOAT_EQ(bars[1].x1, 300);
  EXPECT_EQ(bars[1].kind, SpanKind::wait);
  EXPECT_FLOAT_EQ(bars[2].x0, 500);
}

// The sum over the bars is the sum over the raw spans: zooming out must not change how busy a lane looks.
TEST(VisibleBars, KeepTheTimeThatSpansFill) {
  Random random(21);
  const auto spans = random_track(random, 20'000, 300);
  double filled_ns = 0;
  for (const Span& span : spans) filled_ns += static_cast<double>(span.end_ns - span.begin_ns);
  const double end = static_cast<double>(spans.back().end_ns);
  const TimeWindow window{0, end, 500};
  std::vector<Bar> bars;
  visible_bars(spans, window, 2, bars);
  double drawn_px = 0;
  for (const Bar& bar : bars) drawn_px += static_cast<double>((bar.x1 - bar.x0) * bar.coverage);
  EXPECT_NEAR(drawn_px / window.width_px, filled_ns / end, 0.1);
}

TEST(VisibleBars, OfAMillionSpansAreFewerThanThePixels) {
  std::vector<Span> spans;
  for (std::int64_t i = 0; i < 1'000'000; ++i) spans.push_back(span_of(i * 10, i * 10 + 9));
  std::vector<Bar> bars;
  visible_bars(spans, {0, 1e7, 1000}, 1, bars);
  EXPECT_LE(bars.size(), 1010U);
  EXPECT_GE(bars.size(), 500U);
}

TEST(VisibleBars, OfNothingAndOutsideAreNone) {
  std::vector<Bar> bars;
  visible_bars({}, {0, 100, 100}, 1, bars);
  const std::vector<Span> spans{span_of(0, 10)};
  visible_bars(spans, {500, 600, 100}, 1, bars);
  EXPECT_TRUE(bars.empty());
}

TEST(SpanAt, FindsWhatIsUnderTheCursor) {
  const std::vector<Span> spans{span_of(10, 20), span_of(20, 30), span_of(100, 101)};
  EXPECT_EQ(span_at(spans, 15, 0), 0U);
  EXPECT_EQ(span_at(spans, 25, 0), 1U);
  EXPECT_EQ(span_at(spans, 60, 0), kNoSpan);
  EXPECT_EQ(span_at(spans, 98, 5), 2U) << "near enough to a thin one";
  EXPECT_EQ(span_at(spans, 5, 0), kNoSpan);
  EXPECT_EQ(span_at({}, 5, 100), kNoSpan);
}

TEST(LaneLayout, GroupsFollowEachOtherWithoutOverlap) {
  for (const bool above : {false, true}) {
    for (const float height : {0.0F, 100.0F, 400.0F, 3000.0F}) {
      const std::vector<GroupSpec> groups{{1, 0}, {8, 0}, {64, 0}, {1, 16}};
      const LaneLayout layout = layout_lanes(groups, height, above);
      ASSERT_EQ(layout.groups.size(), groups.size());
      EXPECT_GT(layout.row_height, 0);
      float bottom = 0;
      for (std::size_t i = 0; i < groups.size(); ++i) {
        EXPECT_GE(layout.groups[i].top - layout.groups[i].header, bottom);
        EXPECT_GT(layout.groups[i].lane_height, 0);
        for (std::size_t lane = 0; lane < groups[i].lanes; ++lane) {
          EXPECT_GE(layout.lane_top(i, lane), layout.groups[i].top);
          EXPECT_LE(layout.lane_top(i, lane) + layout.groups[i].lane_height,
                    layout.groups[i].bottom + layout.lane_gap + 0.1F);
        }
        bottom = layout.groups[i].bottom;
      }
      EXPECT_LE(bottom, layout.content_height);
    }
  }
}

}  // namespace
}  // namespace trilane::ui
