// What App holds; shared by app.cpp and command.cpp.
#pragma once

#include "ui/app.hpp"
#include "ui/ui_state.hpp"

namespace trilane::ui {

struct App::Impl {
  Impl(coro::Scheduler& scheduler, HostServices services) : ui(scheduler, std::move(services)) {}
  Ui ui;
};

}  // namespace trilane::ui
