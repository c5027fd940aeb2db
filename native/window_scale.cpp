#include "window_scale.hpp"

#include <algorithm>

#include "number_text.hpp"
#include "text_file.hpp"

// Last: it brings in Xlib, which defines Status, Bool and more as macros.
#include <SDL_syswm.h>

namespace trilane::native {
namespace {

/// SDL 2 itself does not look at it. libX11 is there when SDL has opened an X11 window, but we do not link it.
double scale_by_xft_dpi(SDL_Window* window) {
#ifdef SDL_VIDEO_DRIVER_X11
  SDL_SysWMinfo info;
  SDL_VERSION(&info.version);
  if (SDL_GetWindowWMInfo(window, &info) != SDL_TRUE || info.subsystem != SDL_SYSWM_X11) return 1;
  void* library = SDL_LoadObject("libX11.so.6");
  if (library == nullptr) return 1;
  using Resources = char* (*)(Display*);
  const auto resources = reinterpret_cast<Resources>(SDL_LoadFunction(library, "XResourceManagerString"));
  const char* text = resources == nullptr ? nullptr : resources(info.info.x11.display);
  const double dpi = text == nullptr ? 96 : leading_number(line_value(text, "Xft.dpi:")).value_or(96);
  SDL_UnloadObject(library);
  return dpi / 96;
#else
  static_cast<void>(window);
  return 1;
#endif
}

}  // namespace

double content_scale(SDL_Window* window) {
  int width = 0, pixels = 0;
  SDL_GetWindowSize(window, &width, nullptr);
  SDL_GL_GetDrawableSize(window, &pixels, nullptr);
  const double by_system = width > 0 ? static_cast<double>(pixels) / width : 1;
  const double scale = by_system > 1.01 ? by_system : scale_by_xft_dpi(window);
  return scale > 0 ? std::clamp(scale, 0.5, 4.0) : 1;
}

}  // namespace trilane::native
