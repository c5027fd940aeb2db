#include "ui/timeline/layout.hpp"

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
