// Draws SpanQuads: one instanced draw call, in its place among what ImGui draws. The context is current; UI thread.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "ui/gl/program.hpp"
#include "ui/settings.hpp"
#include "ui/theme.hpp"
#include "ui/timeline/quads.hpp"

namespace trilane::ui::gl {

class SpanRenderer {
 public:
  SpanRenderer() = default;
  SpanRenderer(const SpanRenderer&) = delete;
  SpanRenderer& operator=(const SpanRenderer&) = delete;

  /// Compiles what is not compiled yet. The error: what the driver does not like about the shaders.
  Status prepare();

  bool ready() const { return program_.ready(); }

  struct Look {
    const Palette* colors = nullptr;
    ImVec2 origin{};  ///< The lanes' left top corner, logical pixels.
    float faded = 0;  ///< 0..1: how far what is not selected steps back.
  };
  /// Puts a draw of these quads into `list`, clipped as the list is now. Uploads only what differs from the last frame.
  void draw(ImDrawList& list, const Look& look, std::span<const SpanQuad> quads);
  /// The context is gone, and all objects with it.
  void forget();

  std::size_t uploaded_bytes() const { return uploaded_bytes_; }  ///< By the last frame.

 private:
  static void callback(const ImDrawList*, const ImDrawCmd* command);
  void render(const ImDrawCmd& command);
  void upload();

  Program program_;
  unsigned arrays_ = 0;
  unsigned buffer_ = 0;
  std::vector<SpanQuad> quads_;
  bool changed_ = true;
  std::size_t uploaded_bytes_ = 0;
  Look look_;
};

}  // namespace trilane::ui::gl
