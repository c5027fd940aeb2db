// What App holds; shared by app*.cpp and command.cpp.
#pragma once

#include "ui/app.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {

struct App::Impl {
  Impl(coro::Scheduler& scheduler, HostServices services) : ui(scheduler, std::move(services)) {}
  Ui ui;
};

/// Everything between the top bar and the status bar, as the width allows. Inside a frame.
void lay_out(Ui& ui, const Rect& rect);
/// Ui::toast, while it is to be seen. Inside a frame.
void toast(Ui& ui, const Rect& screen);
/// What the window's own keys do. Inside a frame.
void keys(Ui& ui);
/// Since the frame before: ImGui comes to rest a few frames after the last input.
bool had_input();

}  // namespace trilane::ui
