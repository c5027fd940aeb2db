#include "ui/gl/fill.hpp"

#include "ui/gl/gl.hpp"
#include "ui/gl/scissor.hpp"

namespace trilane::ui::gl {

void fill_clip_rect(const ImDrawList*, const ImDrawCmd* command) {
  clip_to(command->ClipRect);  // ImGui sets it anew for whatever it draws next
  const auto data = static_cast<ImU32>(reinterpret_cast<std::uintptr_t>(command->UserCallbackData));
  const ImVec4 color = ImGui::ColorConvertU32ToFloat4(data);
  glClearColor(color.x, color.y, color.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
}

}  // namespace trilane::ui::gl
