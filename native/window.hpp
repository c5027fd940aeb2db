// The desktop window: SDL2, OpenGL 3 and Dear ImGui around ui::App. window.cpp, or window_none.cpp in a build without.
#pragma once

#include <string>
#include <vector>

namespace trilane::native {

struct WindowOptions {
  int width = 0;  ///< Logical pixels; 0: as remembered.
  int height = 0;
  std::string theme;     ///< "dark", "light" or empty: as remembered.
  std::string language;  ///< "en", "ru" or empty.
  double scale = 0;      ///< Device pixels per logical pixel; 0: ask the system.
  /// For tests and documentation: write the window into this PNG file once it is at rest, and exit. Settings are
  /// neither read nor remembered then.
  std::string screenshot;
  /// Results and traces that are opened beside the current ones: paths.
  std::vector<std::string> files;
  /// JSON for App::command(), done in order before the first frame; those with "at_rest": true when nothing is left to
  /// do, before the picture is taken. Answers, and later events other than progress, are printed on standard output, a
  /// JSON document in each line.
  std::vector<std::string> commands;
};

/// Returns the exit code: 0 after the window was closed, 1 when there can be none (why, on stderr).
int window_main(const WindowOptions& options);

}  // namespace trilane::native
