// The canvas under the front end: an SDL window with WebGL 2 and an ImGui context on it. The page's script decides when
// a frame is drawn and how large the canvas is (canvas.js); this draws it. Page's thread only.
#pragma once

#include <memory>

#include "base/result.hpp"

namespace trilane::web {

/// Two fingers moved, since the frame before: by which factor apart, about which point. Factor 1: they did not.
struct Pinch {
  float x = 0;
  float y = 0;
  float factor = 1;
};

class Canvas {
 public:
  /// Takes over the element #canvas. Errors: the browser gives no WebGL 2; the front end then goes on without a canvas.
  static Result<std::unique_ptr<Canvas>> open();
  virtual ~Canvas() = default;

  /// Size in CSS pixels and in the pixels of the screen: the element's own drawing buffer has the latter.
  virtual void resize(int width, int height, int pixel_width, int pixel_height) = 0;
  /// Takes in what the user did, and begins an ImGui frame.
  virtual Pinch begin_frame() = 0;
  /// Draws it.
  virtual void end_frame() = 0;

  /// The GL context is gone / a new one is there. No frames in between.
  virtual void lost() = 0;
  virtual void restored() = 0;
};

}  // namespace trilane::web
