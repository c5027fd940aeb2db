// The timeline's part of the JSON door (app.hpp).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "ui/ui_state.hpp"

namespace trilane::ui {

/// {"do":"view","timeline":{…}}
nlohmann::json view_command(Ui& ui, const nlohmann::json& request);
/// {"do":"timeline", …}
nlohmann::json timeline_command(Ui& ui, const nlohmann::json& request);

}  // namespace trilane::ui
