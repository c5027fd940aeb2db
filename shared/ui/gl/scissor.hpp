// What a callback inside of ImGui's drawing has to know of the screen.
#pragma once

#include <imgui.h>

#include <algorithm>

#include "ui/gl/gl.hpp"

namespace trilane::ui::gl {

/// Logical size of the screen that is being drawn, and device pixels per logical one.
inline ImVec2 screen_size() { return ImGui::GetDrawData()->DisplaySize; }
inline float screen_scale() { return ImGui::GetDrawData()->FramebufferScale.x; }

/// Clips as ImGui would: it leaves that to callbacks.
inline void clip_to(const ImVec4& rect) {
  const float scale = screen_scale();
  const float height = screen_size().y * scale;
  const auto whole = [](float value) { return static_cast<GLint>(value + 0.5F); };
  const GLint left = whole(std::max(rect.x * scale, 0.0F));
  const GLint bottom = whole(std::max(height - rect.w * scale, 0.0F));
  const GLint right = whole(std::max(rect.z * scale, 0.0F));
  const GLint top = whole(std::max(height - rect.y * scale, 0.0F));
  glEnable(GL_SCISSOR_TEST);
  glScissor(left, bottom, std::max(right - left, 0), std::max(top - bottom, 0));
}

inline void blend_over() {
  glEnable(GL_BLEND);
  glBlendEquation(GL_FUNC_ADD);
  glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
}

}  // namespace trilane::ui::gl
