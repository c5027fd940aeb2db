// What the parts of the race's card share while they draw one frame: where time and rows lie. Inside a frame.
#pragma once

#include <imgui.h>

#include <string>
#include <vector>

#include "ui/timeline/story.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {

/// A row that is (partly) seen.
struct RowPlace {
  RowKey key;
  const RunView* run = nullptr;
  const Track* track = nullptr;
  float top = 0;  ///< Logical pixels on the screen.
  float height = 0;
  float bottom() const { return top + height; }
  float middle() const { return top + height / 2; }
};

struct Scene {
  Ui& ui;
  ImDrawList& list;
  Rect plot;  ///< Lanes and axis, right of the names.
  Rect body;  ///< Lanes only.
  TimeWindow window;
  bool names_above;
  std::vector<GroupSpec> specs;
  LaneLayout lanes;
  std::vector<RowPlace> rows;

  const std::vector<RunView>& runs() const { return ui.session.runs(); }
  float x_of(std::int64_t ns) const { return body.x + window.x_of(static_cast<double>(ns)); }
  /// Top of the lanes' content on the screen, scrolled.
  float content_top() const { return body.y - ui.timeline.scroll_y; }
  const RowPlace* row(const RowKey& key) const;
};

/// What is under the pointer: a span, or several that share the pixel.
struct Hit {
  const RowPlace* row = nullptr;
  std::size_t span = kNoSpan;  ///< The first.
  std::size_t count = 0;
  Rect bar;
  explicit operator bool() const { return row != nullptr; }
};
Hit hit_at(const Scene& scene, ImVec2 at);

std::string lane_name(const Ui& ui, const RowPlace& row);
std::string lane_name(const Ui& ui, const RunView& run, const RowKey& key);

// timeline_marks.cpp: what lies over the lanes.
void draw_axis(const Scene& scene);
void draw_labels(const Scene& scene);
/// Who created whom and who sent what, and the way of the selected task from lane to lane.
void draw_arrows(const Scene& scene);
void draw_range(const Scene& scene);
void draw_cursor(const Scene& scene);
void draw_tip(const Scene& scene, const Hit& hit);
void draw_legend(const Scene& scene, const Rect& rect);

// timeline_minimap.cpp: the whole race in a strip, with the window on it.
void draw_minimap(Scene& scene, const Rect& rect);

// timeline_details.cpp: the selection's story or statistics, and the search field.
inline constexpr float kDetailsWidth = 236;
inline constexpr float kDetailsHeight = 168;  ///< Under the lanes, where there is no room beside.
bool has_details(const Ui& ui);
void draw_details(Ui& ui, const Rect& rect);
float tools_width(const Ui& ui);
void draw_tools(Ui& ui, const Rect& head);

}  // namespace trilane::ui
