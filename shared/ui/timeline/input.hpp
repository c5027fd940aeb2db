// Moving the race's window in time: following a running race, and pan, zoom and scroll by pointer, fingers and keys.
// Inside a frame.
#pragma once

#include <span>

#include "ui/ui_state.hpp"

namespace trilane::ui {

/// Follows the race with a soft movement, unless the user has moved the window; says whether it still moves. `dt`:
/// seconds since the last frame; infinity: it is there at once.
bool follow(TimelineState& view, std::span<const RunView> runs, bool racing, float dt);

/// When the longest of the runs ended, or is now; ms.
double longest_ms(std::span<const RunView> runs);

/// The item under the pointer: `plot` is axis and lanes, `body` the lanes alone. Leaves the item as ImGui's last one.
/// True when it was clicked: pressed and let go without moving.
bool navigate(Ui& ui, const Rect& plot, const Rect& body, float content_height);

}  // namespace trilane::ui
