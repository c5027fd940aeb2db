// Small icons, drawn with lines: they follow the text colour and any scale.
#pragma once

#include <imgui.h>

namespace trilane::ui {

enum class Icon {
  none,
  play,
  stop,
  check,
  chevron_down,
  chevron_up,
  chevron_right,
  cross,
  undo,
  sweep,
  info,
  warning,
  share,
  download,
  minus,
  plus,
  leave,  ///< Out of the frame, into a tab of its own.
  search,
  range,
  fit,
  pin,
  eye,
  eye_off,
  pen,
  open,
  more,  ///< Three dots: a menu.
  pause,
  step_back,
  step_forward
};

/// Centred at `center`, `size` logical pixels across.
void draw_icon(ImDrawList& list, Icon icon, ImVec2 center, float size, ImU32 color);
/// The logo: three lanes.
void draw_logo(ImDrawList& list, ImVec2 top_left, float size, const ImU32 lanes[3]);

}  // namespace trilane::ui
