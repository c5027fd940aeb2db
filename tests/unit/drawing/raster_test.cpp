// Drawing on the processor: pixels belong to exactly one of two neighbouring triangles, colours blend as on a graphics
// card, nothing falls outside of its clip rectangle or of the picture.
#include "ui/plots/raster.hpp"

#include <gtest/gtest.h>

#include <array>

namespace trilane::ui {
namespace {

constexpr ImU32 kBlack = IM_COL32(0, 0, 0, 255);
constexpr ImVec4 kEverything{-1000, -1000, 1000, 1000};
constexpr std::uint8_t kOpaque[1] = {255};
constexpr AlphaTexture kWhite{kOpaque, 1, 1};

ImDrawVert at(float x, float y, ImU32 color, ImVec2 uv = {0.5F, 0.5F}) { return {{x, y}, uv, color}; }

/// Two triangles with a common diagonal.
void rectangle(PixelImage& image, float x0, float y0, float x1, float y1, ImU32 color, ImVec4 clip = kEverything,
               float scale = 1) {
  const std::array corners{at(x0, y0, color), at(x1, y0, color), at(x1, y1, color), at(x0, y1, color)};
  const std::array<ImDrawIdx, 6> indices{0, 1, 2, 0, 2, 3};
  draw_triangles(image, corners, indices, clip, scale, kWhite);
}

int count(const PixelImage& image, ImU32 color) {
  int found = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) found += image.at(x, y) == color ? 1 : 0;
  }
  return found;
}

TEST(Raster, ARectangleCoversThePixelsWhoseCentresItHolds) {
  PixelImage image(10, 10, kBlack);
  const ImU32 red = IM_COL32(255, 0, 0, 255);
  rectangle(image, 2, 3, 6, 5, red);
  EXPECT_EQ(count(image, red), 8);
  EXPECT_EQ(image.at(2, 3), red);
  EXPECT_EQ(image.at(5, 4), red);
  EXPECT_EQ(image.at(6, 4), kBlack);
  EXPECT_EQ(image.at(2, 5), kBlack);
  // Three tenths of a pixel hold no centre, six tenths do.
  PixelImage thin(4, 4, kBlack);
  rectangle(thin, 1, 0, 1.3F, 4, red);
  EXPECT_EQ(count(thin, red), 0);
  rectangle(thin, 1, 0, 1.6F, 4, red);
  EXPECT_EQ(count(thin, red), 4);
}

TEST(Raster, ASharedEdgeIsDrawnOnce) {
  // Half opaque: a pixel that both triangles drew would be brighter than the others. The diagonal goes through centres.
  PixelImage image(8, 8, kBlack);
  rectangle(image, 0, 0, 8, 8, IM_COL32(255, 255, 255, 128));
  const ImU32 half = image.at(0, 7);
  EXPECT_EQ(half, IM_COL32(128, 128, 128, 255));
  EXPECT_EQ(count(image, half), 64);
  // A fan around a pixel's centre, in both windings.
  PixelImage fan(9, 9, kBlack);
  const ImU32 color = IM_COL32(255, 255, 255, 128);
  const std::array corners{at(4.5F, 4.5F, color), at(0, 0, color), at(9, 0, color), at(9, 9, color), at(0, 9, color)};
  const std::array<ImDrawIdx, 12> indices{0, 1, 2, 0, 2, 3, 4, 3, 0, 1, 0, 4};
  draw_triangles(fan, corners, indices, kEverything, 1, kWhite);
  EXPECT_EQ(count(fan, IM_COL32(128, 128, 128, 255)), 81);
}

TEST(Raster, ColoursRunBetweenCornersAndOpacityBlends) {
  PixelImage image(100, 1, kBlack);
  const std::array corners{at(0, 0, kBlack), at(200, 0, IM_COL32(200, 0, 0, 255)), at(0, 2, kBlack)};
  const std::array<ImDrawIdx, 3> indices{0, 1, 2};
  draw_triangles(image, corners, indices, kEverything, 1, kWhite);
  for (const int x : {10, 50, 90}) EXPECT_NEAR(static_cast<int>(image.at(x, 0) & 0xff), x + 0.5, 1.01) << x;
  rectangle(image, 0, 0, 100, 1, IM_COL32(255, 255, 255, 64));
  EXPECT_NEAR(static_cast<int>(image.at(50, 0) & 0xff), 50 + 205 * 64 / 255, 2);
}

TEST(Raster, ClipAndPictureAreTheLimits) {
  PixelImage image(20, 20, kBlack);
  const ImU32 red = IM_COL32(255, 0, 0, 255);
  rectangle(image, -1e9F, -50, 1e9F, 50, red, {4, 6, 9, 8});
  EXPECT_EQ(count(image, red), 10);
  EXPECT_EQ(image.at(4, 6), red);
  EXPECT_EQ(image.at(9, 6), kBlack);
  rectangle(image, -1e9F, -50, 1e9F, 50, red, {-100, -100, 100, 100});
  EXPECT_EQ(count(image, red), 400);
}

TEST(Raster, ScaleMakesMorePixelsOfTheSameUnits) {
  PixelImage image(20, 20, kBlack);
  const ImU32 red = IM_COL32(255, 0, 0, 255);
  rectangle(image, 1, 1, 4, 3, red, {0, 0, 3, 10}, 2);
  EXPECT_EQ(count(image, red), 4 * 4);
}

TEST(Raster, TheTextureIsTheOpacity) {
  // Two texels, nothing and all: glyphs are such.
  constexpr std::uint8_t texels[2] = {0, 255};
  const AlphaTexture texture{texels, 2, 1};
  PixelImage image(8, 1, kBlack);
  const ImU32 white = IM_COL32(255, 255, 255, 255);
  const std::array corners{at(0, 0, white, {0, 0}), at(8, 0, white, {1, 0}), at(8, 1, white, {1, 1}),
                           at(0, 1, white, {0, 1})};
  const std::array<ImDrawIdx, 6> indices{0, 1, 2, 0, 2, 3};
  draw_triangles(image, corners, indices, kEverything, 1, texture);
  EXPECT_EQ(image.at(0, 0), kBlack);
  EXPECT_EQ(image.at(7, 0), white);
  EXPECT_GT(image.at(4, 0) & 0xff, image.at(3, 0) & 0xff);
}

TEST(Raster, NonsenseDrawsNothing) {
  PixelImage image(8, 8, kBlack);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const ImU32 white = IM_COL32(255, 255, 255, 255);
  const std::array corners{at(nan, 0, white), at(8, 0, white), at(8, 8, white), at(3, 3, white)};
  const std::array<ImDrawIdx, 9> indices{0, 1, 2, 3, 3, 3, 1, 2, 4000};
  draw_triangles(image, corners, indices, kEverything, 1, kWhite);
  EXPECT_EQ(count(image, kBlack), 64);
}

}  // namespace
}  // namespace trilane::ui
