// A menu under the item before: choices that pointer, finger and keyboard press. Inside a frame; UI thread.
#pragma once

#include <span>
#include <string>

#include "ui/widgets.hpp"

namespace trilane::ui {

struct MenuItem {
  const char* label = "";
  bool chosen = false;   ///< Marked: it is what is shown.
  bool divided = false;  ///< A line above it.
};

/// Opened by ImGui::OpenPopup(id). Returns the pressed item's index, or -1.
int popup_menu(Look& look, const char* id, std::span<const MenuItem> items);

}  // namespace trilane::ui
