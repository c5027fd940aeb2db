// An SDL window with an OpenGL context and Dear ImGui's backends: what the interface is drawn on. UI thread only.
#pragma once

#include <SDL.h>

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace trilane::native {

class WindowCanvas {
 public:
  struct Place {
    int width = 1280;  ///< Logical pixels.
    int height = 800;
    bool maximized = false;
  };
  static constexpr int kMinWidth = 360;
  static constexpr int kMinHeight = 480;

  /// `scale`: device pixels per logical pixel, or 0 to ask the system. `ignore_pointer`: draw as if there were none.
  /// Errors: no display, no OpenGL 3.2.
  static Result<std::unique_ptr<WindowCanvas>> open(const Place& place, double scale, bool ignore_pointer);
  ~WindowCanvas();
  WindowCanvas(const WindowCanvas&) = delete;
  WindowCanvas& operator=(const WindowCanvas&) = delete;

  /// Hands an event to ImGui, with places in logical pixels.
  void process(const SDL_Event& event);
  /// Follows the window to another screen. True when the scale has changed.
  bool update_scale();
  float scale() const { return static_cast<float>(scale_); }
  /// Who draws, as OpenGL tells.
  std::string renderer() const;
  /// False while minimised or hidden: drawing would be for nobody.
  bool visible() const;
  Place place() const;

  /// draw() is called between ImGui's NewFrame and Render.
  void frame(const std::function<void()>& draw);
  /// The same, and the pixels of it as a PNG.
  std::string frame_as_png(const std::function<void()>& draw);

 private:
  WindowCanvas(SDL_Window* window, SDL_GLContext gl, double forced_scale, bool ignore_pointer);
  void render(const std::function<void()>& draw);
  double pointer_scale() const;
  void place_pointer();

  SDL_Window* window_;
  SDL_GLContext gl_;
  double forced_scale_;
  bool ignore_pointer_;
  double scale_ = 1;
};

}  // namespace trilane::native
