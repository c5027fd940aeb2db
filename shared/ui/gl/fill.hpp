// Fills large areas the cheapest way that OpenGL has. Where the processor draws, a rectangle of ImGui's costs it a
// texture's sample and a blend for each pixel; clearing costs neither. The context is current; UI thread.
#pragma once

#include <imgui.h>

#include <cstdint>

namespace trilane::ui::gl {

/// A callback for ImDrawList: fills the clip rectangle with the colour that fill_data() put into its data. Opaque.
void fill_clip_rect(const ImDrawList*, const ImDrawCmd* command);
inline void* fill_data(ImU32 color) { return reinterpret_cast<void*>(static_cast<std::uintptr_t>(color)); }

}  // namespace trilane::ui::gl
