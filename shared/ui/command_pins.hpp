// The JSON door's commands on pins and files (app.hpp, App::command).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "ui/ui_state.hpp"

namespace trilane::ui {

bool is_pin_command(std::string_view verb);
nlohmann::json pin_command(Ui& ui, std::string_view verb, const nlohmann::json& request);

}  // namespace trilane::ui
