// From spans to what the GPU draws.
#include "ui/timeline/quads.hpp"

#include <gtest/gtest.h>

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

Track track_of(std::initializer_list<Span> spans) {
  Track track;
  for (const Span& span : spans) track.add(span);
  track.settle();
  return track;
}

float x_of(std::uint16_t units) { return static_cast<float>(units) / 8 - kQuadMargin; }

TEST(Quads, WideSpansStandAtTheirPlaceInTheirFill) {
  const Track track =
      track_of({span_of(0, 100), span_of(100, 300, SpanKind::wait), span_of(500, 600, SpanKind::gil_wait)});
  QuadBuilder builder;
  builder.begin({0, 1000, 1000}, 1);
  builder.add(track, {20, 12, 3});
  ASSERT_EQ(builder.quads().size(), 3U);
  const SpanQuad& wait = builder.quads()[1];
  EXPECT_EQ(wait.fill, Fill::wait);
  EXPECT_FLOAT_EQ(x_of(wait.x0), 100);
  EXPECT_FLOAT_EQ(x_of(wait.x1), 299) << "a pixel between neighbours";
  EXPECT_EQ(wait.y, 20 * 8);
  EXPECT_EQ(wait.height, 12 * 8);
  EXPECT_EQ(wait.model, 3);
  EXPECT_EQ(builder.quads()[2].fill, Fill::lock);
}

TEST(Quads, InkIsTheTimeThatSpansFill) {
  Random random(3);
  Track track;
  std::int64_t at = 0;
  double filled = 0;
  for (int i = 0; i < 50'000; ++i) {
    at += static_cast<std::int64_t>(random.next() % 500);
    const auto length = static_cast<std::int64_t>(random.next() % 500);
    track.add(span_of(at, at + length));
    filled += static_cast<double>(length);
    at += length;
  }
  track.settle();
  QuadBuilder builder;
  builder.begin({0, static_cast<double>(at), 900}, 1);
  builder.add(track, {0, 10, 0});
  double ink = 0;
  for (const SpanQuad& quad : builder.quads()) {
    ASSERT_NE(quad.flags & SpanQuad::kMergedFlag, 0);
    ink += static_cast<double>(x_of(quad.x1) - x_of(quad.x0)) * quad.share[0] / 255;
  }
  EXPECT_NEAR(ink / 900, filled / static_cast<double>(at), 0.01);
}

TEST(Quads, AMillionSpansOn64LanesStayBelowTheMegabyte) {
  std::vector<Track> tracks(64);
  for (std::size_t lane = 0; lane < 64; ++lane) {
    std::int64_t at = 0;
    for (int i = 0; i < 15'625; ++i) {
      tracks[lane].add(span_of(at, at + 700 + static_cast<std::int64_t>(lane)));
      at += 1000;
    }
    tracks[lane].settle();
  }
  for (const double zoom : {1.0, 0.3, 0.1, 0.01}) {
    QuadBuilder builder;
    builder.begin({1e6, 1e6 + 15.6e6 * zoom, 1900}, merge_px_for(64, 1900));
    for (std::size_t lane = 0; lane < 64; ++lane) builder.add(tracks[lane], {static_cast<float>(lane) * 9, 8, 1});
    EXPECT_LE(builder.quads().size() * sizeof(SpanQuad), 1'000'000U) << zoom;
    EXPECT_GE(builder.quads().size(), 64U * 100) << zoom;
  }
}

TEST(Quads, ASelectedSpanIsSeenHoweverShort) {
  QuadBuilder builder;
  builder.begin({0, 1e9, 1000}, 1);
  builder.add_selected(span_of(500'000'000, 500'000'001), {0, 10, 0});
  ASSERT_EQ(builder.quads().size(), 1U);
  EXPECT_EQ(builder.quads()[0].flags, SpanQuad::kSelectedFlag);
}

TEST(Quads, NothingOutsideOfTheWindow) {
  const Track track = track_of({span_of(0, 10), span_of(2000, 3000)});
  QuadBuilder builder;
  builder.begin({500, 1000, 800}, 1);
  builder.add(track, {0, 10, 0});
  EXPECT_TRUE(builder.quads().empty());
}

TEST(Quads, RowsScrolledOverTheTopAreCut) {
  const Track track = track_of({span_of(0, 1000)});
  QuadBuilder builder;
  builder.begin({0, 1000, 800}, 1);
  builder.add(track, {-6, 10, 0});
  builder.add(track, {-30, 10, 0});
  ASSERT_EQ(builder.quads().size(), 1U);
  EXPECT_EQ(builder.quads()[0].y, 0);
  EXPECT_EQ(builder.quads()[0].height, 4 * 8);
}

}  // namespace
}  // namespace trilane::ui
