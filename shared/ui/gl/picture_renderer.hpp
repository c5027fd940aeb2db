// Draws a picture of iteration counts through the palette shader, in its place among what ImGui draws. The context is
// current; UI thread.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "ui/gl/program.hpp"

namespace trilane::ui::gl {

class PictureRenderer {
 public:
  PictureRenderer() = default;
  PictureRenderer(const PictureRenderer&) = delete;
  PictureRenderer& operator=(const PictureRenderer&) = delete;

  /// Compiles what is not compiled yet. The error: what the driver does not like about the shaders.
  Status prepare();
  bool has_texture() const { return texture_ != 0; }
  /// `side`² pixels of two bytes each: the count, and the worker that found it + 1 (0: nobody yet).
  void upload(std::uint32_t side, std::span<const std::uint8_t> pairs);

  struct Look {
    ImVec2 min{}, max{};  ///< Logical pixels.
    bool tinted = false;  ///< By worker.
    ImU32 blank = 0;      ///< Where nobody has been yet.
  };
  void draw(ImDrawList& list, const Look& look);
  /// The context is gone, and all objects with it.
  void forget();

 private:
  static void callback(const ImDrawList*, const ImDrawCmd* command);
  void render(const ImDrawCmd& command);

  Program program_;
  unsigned texture_ = 0;
  unsigned arrays_ = 0;
  std::uint32_t side_ = 0;
  Look look_;
};

}  // namespace trilane::ui::gl
