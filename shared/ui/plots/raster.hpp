// Draws what ImGui would send to a graphics card into memory, on the processor: for pictures that are saved where there
// is no window and no OpenGL. Triangles with colours between their corners, one texture of opacities (the font atlas),
// clip rectangles; blended like the real backends do. Any thread, as long as nobody else uses the draw lists.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <span>
#include <vector>

namespace trilane::ui {

/// Opaque picture, 3 bytes a pixel (red, green, blue), row by row from the top.
struct PixelImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;
  PixelImage(int w, int h, ImU32 background);
  ImU32 at(int x, int y) const;  ///< As IM_COL32.
};

/// The font atlas: 8 bits of opacity a texel.
struct AlphaTexture {
  const std::uint8_t* alpha = nullptr;
  int width = 0;
  int height = 0;
};

/// One triangle list. `scale`: pixels per unit of the vertices; `clip` in the vertices' units. A pixel belongs to a
/// triangle when its centre lies inside; of an edge that two triangles share, to exactly one of them.
void draw_triangles(PixelImage& image, std::span<const ImDrawVert> vertices, std::span<const ImDrawIdx> indices,
                    ImVec4 clip, float scale, const AlphaTexture& texture);
/// All lists of a frame after ImGui::Render(). User callbacks are not called.
void draw_lists(PixelImage& image, const ImDrawData& data, float scale, const AlphaTexture& texture);

}  // namespace trilane::ui
