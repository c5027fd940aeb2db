// The plate under a verdict or a question: drawn under its content, whose height is known only afterwards.
#pragma once

#include "ui/widgets.hpp"

namespace trilane::ui {

/// From its constructor to end() what is drawn at the cursor is the plate's content. Inside a frame; one at a time in a
/// window.
class Plate {
 public:
  /// `bar`: with a bar of colour at its left.
  Plate(const Look& look, float width, bool bar);
  /// The content's width.
  [[nodiscard]] float inner() const;
  /// Draws the plate around the content, and the bar in `accent`; the cursor is then below it.
  void end(ImU32 accent = 0);

 private:
  const Look& look_;
  ImDrawList& list_;
  ImVec2 at_;
  float width_, bar_;
};

}  // namespace trilane::ui
