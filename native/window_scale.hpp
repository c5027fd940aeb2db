// How large the desktop wants things to be drawn.
#pragma once

#include <SDL.h>

namespace trilane::native {

/// Device pixels per logical pixel: what the system scales by itself (Wayland, macOS), otherwise what desktops tell
/// X11 programs (Xft.dpi; 96 is 1), otherwise 1. From 0.5 to 4.
double content_scale(SDL_Window* window);

}  // namespace trilane::native
