// The viewers of single experiments: what happened in one of them, step by step or as a graph, in the place of the
// race. Each draws what the engine recorded or tells live; nothing is made up here. UI thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "ui/viewers/step_player.hpp"
#include "ui/widgets.hpp"

namespace trilane::ui {

struct Ui;

/// How the open experiment's viewer is looked at.
struct ViewerUi {
  StepPlayer player;
  int way = 0;  ///< deadlock: which way of writing the program.
};

/// Has the open experiment one? Then it stands where the race does.
bool has_viewer(const Ui& ui);
void viewer_card(Ui& ui, const Rect& rect);
/// Where cards stand one under another.
float viewer_height(const Ui& ui);
/// Once a frame, before drawing: steps that are due, and the viewer's keys.
void viewer_frame(Ui& ui);

/// The same for readers of texts: {"kind","title","lines":[…],"code":[…]?,"line":n?,"step":i?,"steps":n?,
/// "actions":[{"id","text","enabled"}…]}; null: none.
nlohmann::json viewer_json(const Ui& ui);
/// {"do":"viewer","action":id} or {"do":"viewer","step":n}. The answer, or {"error":…}.
nlohmann::json viewer_command(Ui& ui, const nlohmann::json& request);

// The parts, one file each.
namespace viewers {
void draw_await(Ui& ui, const Rect& rect);
nlohmann::json await_json(const Ui& ui);
int await_count(const Ui& ui);  ///< Recorded steps.
void draw_deadlock(Ui& ui, const Rect& rect);
nlohmann::json deadlock_json(const Ui& ui);
int deadlock_ways(const Ui& ui);
void draw_schedule(Ui& ui, const Rect& rect);
nlohmann::json schedule_json(const Ui& ui);
/// "A", "B", "undo", "reset", "finish", or a schedule ("ABBA") that the threads are to make and be held after. False:
/// it cannot be done now.
bool schedule_action(Ui& ui, std::string_view action);
/// The open experiment's details, of its last run; null JSON: none, or it is running again.
const nlohmann::json& details_of(const Ui& ui);
/// A round or square badge with a letter in its middle.
void badge(const Look& look, ImDrawList& list, ImVec2 center, float size, std::string_view letter, ImU32 fill,
           ImU32 ink, ImU32 border = 0, bool square = false);
}  // namespace viewers

}  // namespace trilane::ui
