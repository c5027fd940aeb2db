#include "ui/plots/raster.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace trilane::ui {
namespace {

/// Red, green, blue, alpha of a vertex, 0..255.
std::array<float, 4> channels(ImU32 color) {
  return {static_cast<float>(color >> IM_COL32_R_SHIFT & 0xff), static_cast<float>(color >> IM_COL32_G_SHIFT & 0xff),
          static_cast<float>(color >> IM_COL32_B_SHIFT & 0xff), static_cast<float>(color >> IM_COL32_A_SHIFT & 0xff)};
}

struct Corner {
  float x, y;  // pixels
  ImVec2 uv;
  std::array<float, 4> color;
};

float texel(const AlphaTexture& texture, int x, int y) {
  x = std::clamp(x, 0, texture.width - 1);
  y = std::clamp(y, 0, texture.height - 1);
  return texture
      .alpha[static_cast<std::size_t>(y) * static_cast<std::size_t>(texture.width) + static_cast<std::size_t>(x)];
}

/// Bilinear, 0..1.
float sample(const AlphaTexture& texture, float u, float v) {
  const float x = u * static_cast<float>(texture.width) - 0.5F;
  const float y = v * static_cast<float>(texture.height) - 0.5F;
  const float fx = std::floor(x);
  const float fy = std::floor(y);
  const int ix = static_cast<int>(fx);
  const int iy = static_cast<int>(fy);
  const float tx = x - fx;
  const float ty = y - fy;
  const float top = texel(texture, ix, iy) * (1 - tx) + texel(texture, ix + 1, iy) * tx;
  const float bottom = texel(texture, ix, iy + 1) * (1 - tx) + texel(texture, ix + 1, iy + 1) * tx;
  return (top * (1 - ty) + bottom * ty) / 255;
}

/// Twice the area of the triangle a, b, (x, y): positive inside of a clockwise (y down) triangle's edge a-b.
float edge(const Corner& a, const Corner& b, float x, float y) {
  return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
}

/// Pixel centres on a shared edge belong to the triangle at its right or below it: the top-left rule.
bool owns_edge(const Corner& a, const Corner& b) { return (a.y == b.y && b.x > a.x) || b.y < a.y; }

void blend(std::uint8_t* pixel, const std::array<float, 4>& color, float alpha) {
  for (std::size_t i = 0; i < 3; ++i) {
    const float under = pixel[i];
    pixel[i] = static_cast<std::uint8_t>(under + (color[i] - under) * alpha + 0.5F);
  }
}

/// Whole pixels whose centres lie in the clip rectangle.
struct PixelClip {
  int left, top, right, bottom;  // right and bottom are not in it
};

void draw_one(PixelImage& image, Corner a, Corner b, Corner c, const PixelClip& clip, const AlphaTexture& texture) {
  const float area = edge(a, b, c.x, c.y);
  if (area == 0 || !std::isfinite(area)) return;
  if (area < 0) std::swap(b, c);
  const float whole = std::fabs(area);
  const auto first = [](float least) { return static_cast<int>(std::ceil(least - 0.5F)); };
  const auto bounded = [](float value) { return std::clamp(value, -1e6F, 1e6F); };
  const int x0 = std::max(first(bounded(std::min({a.x, b.x, c.x}))), clip.left);
  const int y0 = std::max(first(bounded(std::min({a.y, b.y, c.y}))), clip.top);
  const int x1 = std::min(first(bounded(std::max({a.x, b.x, c.x}))) + 1, clip.right);
  const int y1 = std::min(first(bounded(std::max({a.y, b.y, c.y}))) + 1, clip.bottom);
  const bool own_ab = owns_edge(a, b);
  const bool own_bc = owns_edge(b, c);
  const bool own_ca = owns_edge(c, a);
  const bool textured = a.uv.x != b.uv.x || a.uv.y != b.uv.y || a.uv.x != c.uv.x || a.uv.y != c.uv.y;
  const bool plain = a.color == b.color && a.color == c.color;
  const float flat = textured ? 1.0F : sample(texture, a.uv.x, a.uv.y);
  for (int y = y0; y < y1; ++y) {
    const float py = static_cast<float>(y) + 0.5F;
    std::uint8_t* row = &image.rgb[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) * 3];
    for (int x = x0; x < x1; ++x) {
      const float px = static_cast<float>(x) + 0.5F;
      const float in_ab = edge(a, b, px, py);
      const float in_bc = edge(b, c, px, py);
      const float in_ca = edge(c, a, px, py);
      if (in_ab < 0 || in_bc < 0 || in_ca < 0) continue;
      if ((in_ab == 0 && !own_ab) || (in_bc == 0 && !own_bc) || (in_ca == 0 && !own_ca)) continue;
      // How near to each corner: the share of the area opposite to it.
      const float wa = in_bc / whole;
      const float wb = in_ca / whole;
      const float wc = in_ab / whole;
      std::array<float, 4> color = a.color;
      if (!plain) {
        for (std::size_t i = 0; i < 4; ++i) color[i] = a.color[i] * wa + b.color[i] * wb + c.color[i] * wc;
      }
      float opacity = flat;
      if (textured) {
        opacity = sample(texture, a.uv.x * wa + b.uv.x * wb + c.uv.x * wc, a.uv.y * wa + b.uv.y * wb + c.uv.y * wc);
      }
      blend(row + static_cast<std::size_t>(x) * 3, color, std::clamp(color[3] / 255 * opacity, 0.0F, 1.0F));
    }
  }
}

}  // namespace

PixelImage::PixelImage(int w, int h, ImU32 background) : width(w), height(h) {
  const std::array<float, 4> color = channels(background);
  rgb.resize(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 3);
  for (std::size_t i = 0; i < rgb.size(); ++i) rgb[i] = static_cast<std::uint8_t>(color[i % 3]);
}

ImU32 PixelImage::at(int x, int y) const {
  const std::size_t i =
      (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * 3;
  return IM_COL32(rgb[i], rgb[i + 1], rgb[i + 2], 255);
}

void draw_triangles(PixelImage& image, std::span<const ImDrawVert> vertices, std::span<const ImDrawIdx> indices,
                    ImVec4 clip, float scale, const AlphaTexture& texture) {
  const auto pixel = [scale](float at, int most) {
    return std::clamp(static_cast<int>(std::lround(std::clamp(at * scale, -1e6F, 1e6F))), 0, most);
  };
  const PixelClip inside{pixel(clip.x, image.width), pixel(clip.y, image.height), pixel(clip.z, image.width),
                         pixel(clip.w, image.height)};
  const auto corner = [&](ImDrawIdx index) {
    const ImDrawVert& v = vertices[index];
    return Corner{v.pos.x * scale, v.pos.y * scale, v.uv, channels(v.col)};
  };
  for (std::size_t i = 0; i + 2 < indices.size(); i += 3) {
    if (indices[i] >= vertices.size() || indices[i + 1] >= vertices.size() || indices[i + 2] >= vertices.size())
      continue;
    draw_one(image, corner(indices[i]), corner(indices[i + 1]), corner(indices[i + 2]), inside, texture);
  }
}

void draw_lists(PixelImage& image, const ImDrawData& data, float scale, const AlphaTexture& texture) {
  for (const ImDrawList* list : data.CmdLists) {
    const std::span<const ImDrawVert> all(list->VtxBuffer.Data, static_cast<std::size_t>(list->VtxBuffer.Size));
    for (const ImDrawCmd& command : list->CmdBuffer) {
      if (command.UserCallback != nullptr) continue;
      draw_triangles(image, all.subspan(command.VtxOffset),
                     std::span(list->IdxBuffer.Data + command.IdxOffset, command.ElemCount), command.ClipRect, scale,
                     texture);
    }
  }
}

}  // namespace trilane::ui
