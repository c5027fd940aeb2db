// The few widgets that everything is made of, drawn our way on ImGui's items, so that keyboard focus works on all of
// them. All sizes in logical pixels. UI thread, inside a frame.
#pragma once

#include <imgui.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ui/icons.hpp"
#include "ui/theme.hpp"

namespace trilane::ui {

namespace gl {
class PlotLines;
}

/// Two fingers that moved: where their middle is, and how much further apart they are (> 1) or closer together.
struct Pinch {
  ImVec2 at;
  float factor = 1;
};

/// What widgets need to know of how things look now.
struct Look {
  const Palette* colors = nullptr;
  gl::PlotLines* plot_lines = nullptr;  ///< Draws the plots' long lines; null where there is no OpenGL.
  ImDrawCallback fill = nullptr;        ///< Fills large areas (gl/fill.hpp); null where there is no OpenGL.
  Fonts fonts;
  bool touch = false;  ///< Controls at least 40 px high.
  Words words;
  /// Something moves by itself: another frame is wanted. Reset at each frame.
  bool animating = false;
  /// The item that takes up-and-down drags for itself while it is pressed: its page does not scroll then.
  ImGuiID drags = 0;
  /// Since the last frame; whatever lies under it is zoomed.
  std::optional<Pinch> pinch;
  float control_height() const { return touch ? 42.0F : 30.0F; }
};

struct Rect {
  float x = 0, y = 0, w = 0, h = 0;
  float right() const { return x + w; }
  float bottom() const { return y + h; }
  bool contains(ImVec2 at) const { return at.x >= x && at.x < right() && at.y >= y && at.y < bottom(); }
  ImVec2 min() const { return {x, y}; }
  ImVec2 max() const { return {x + w, y + h}; }
  Rect inset(float by) const { return {x + by, y + by, w - 2 * by, h - 2 * by}; }
};

/// Its size in logical pixels.
float font_px(ImFont* font);
ImVec2 text_size(ImFont* font, std::string_view text, float wrap = 0);
/// Cut with "…" when wider than max_width (0: never). Returns the width drawn.
float draw_text(ImDrawList& list, ImFont* font, ImVec2 at, ImU32 color, std::string_view text, float max_width = 0);
/// Wrapped at the cursor, as an item.
void paragraph(const Look& look, ImFont* font, ImU32 color, std::string_view text, float width);

enum class ButtonStyle { ghost, primary, quiet };
struct ButtonSpec {
  const char* label = "";
  Icon icon = Icon::none;
  ButtonStyle style = ButtonStyle::ghost;
  bool menu = false;  ///< A chevron after the label.
  bool enabled = true;
  const char* tip = nullptr;
  ImVec2 size{0, 0};  ///< 0: as large as needed.
};
float button_width(const Look& look, const ButtonSpec& spec);
bool button(Look& look, const char* id, const ButtonSpec& spec);

/// Alternatives in one frame; returns the chosen index.
int segmented(Look& look, const char* id, std::span<const char* const> labels, int current, float width = 0,
              std::span<const char* const> tips = {});
float segmented_width(const Look& look, std::span<const char* const> labels);

/// A rounded toggle with a dot of the model's colour.
bool chip(Look& look, const char* id, const char* label, ImU32 color, bool on, bool enabled, const char* tip);
float chip_width(const Look& look, const char* label);

/// A switch with its label at the left; the whole row is pressed.
bool toggle_row(Look& look, const char* id, const char* label, bool on, float width, const char* tip);

struct NumberSpec {
  const char* id = "";
  const char* label = "";
  const char* tip = nullptr;
  double value = 0;
  double min = 0, max = 1;
  bool integer = true;
  bool logarithmic = false;
  double slider_max = 0;  ///< Less than max: what the slider reaches; typing reaches further. 0: max.
  std::string shown;      ///< The value with its unit.
  bool marked = false;    ///< The last value was clamped.
  bool slider = true;     ///< Without: only the field.
};
/// Label, slider and a field to type in. True when `out` was set: maybe outside of min..max, which the caller clamps
/// and marks.
bool number_row(Look& look, const NumberSpec& spec, float width, double& out);

/// Text for the item before, after a short delay.
void tooltip(const Look& look, const char* text);
/// A tooltip of several lines at the pointer: begin, lines, end.
void begin_tip(const Look& look);
void tip_line(const Look& look, std::string_view label, std::string_view value, ImU32 color = 0);
void end_tip();

/// A large opaque area: a panel's, a card's.
void fill_area(const Look& look, ImDrawList& list, const Rect& rect, ImU32 color);
/// The card's frame and head; returns what is left for its content. `reserve`: room at the head's right for buttons.
Rect card(const Look& look, ImDrawList& list, const Rect& rect, std::string_view title, std::string_view subtitle,
          std::string_view right = {}, float reserve = 0);
void section_title(const Look& look, const char* text);
/// Icon, title and text in the middle of a card that has nothing to show yet.
void empty_state(const Look& look, ImDrawList& list, const Rect& rect, std::string_view title, std::string_view text);
/// The frame of keyboard focus around the item before.
void focus_ring(const Look& look, float rounding);

/// A child window that scrolls, by touch too.
void begin_scroll(Look& look, const char* id, const Rect& rect, ImVec2 padding);
void end_scroll();

}  // namespace trilane::ui
