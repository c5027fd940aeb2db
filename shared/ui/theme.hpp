// Colours, fonts and metrics: the look. One hue for each model everywhere, distinguishable for colour-blind readers
// (Okabe & Ito's blue, orange, bluish green and vermilion, tuned for each background).
#pragma once

#include <imgui.h>

#include "ui/settings.hpp"

namespace trilane::ui {

struct Palette {
  ImU32 page, panel, raised, hover, border, strong_border;
  ImU32 text, muted, faint;
  ImU32 accent, accent_hover, on_accent;
  ImU32 grid, lane;
  ImU32 model[kRacers];      ///< Computing.
  ImU32 model_dim[kRacers];  ///< Waiting, being created.
  ImU32 lock, lock_dim;      ///< Waiting for a lock or the GIL.
  ImU32 good, warn, bad;
  ImU32 shadow;
};
const Palette& palette(bool dark);

/// The colour with its opacity multiplied by `alpha`.
ImU32 fade(ImU32 color, float alpha);
/// From a to b, t in 0..1.
ImU32 mix(ImU32 a, ImU32 b, float t);

struct Fonts {
  ImFont* body = nullptr;
  ImFont* small = nullptr;
  ImFont* bold = nullptr;
  ImFont* small_bold = nullptr;
  ImFont* title = nullptr;
};
/// Makes the font atlas for `scale` device pixels per logical pixel: glyphs are rasterised at device size, so they are
/// crisp at any scale. The texture is (re)made by the caller.
Fonts load_fonts(float scale);

/// ImGui's own style, for the few stock widgets and the keyboard focus.
void apply_style(bool dark);

namespace metric {
inline constexpr float kTopBar = 48;
inline constexpr float kStatusBar = 26;
inline constexpr float kLeft = 290;
inline constexpr float kRight = 336;
inline constexpr float kGap = 10;
inline constexpr float kCardHead = 38;
inline constexpr float kRound = 8;
inline constexpr float kSmallRound = 6;
inline constexpr float kWide = 1100;   ///< Three columns from here.
inline constexpr float kNarrow = 760;  ///< Tabs below this.
}  // namespace metric

}  // namespace trilane::ui
