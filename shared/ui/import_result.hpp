// Files made elsewhere: results (trilane.run/1, .sweep/1, .lab/2 and /1, .race/1) and traces (Chrome trace event
// format), read into a pin. Whatever the text holds, the answer is a pin that can be drawn, or an error that names what
// is wrong; it comes from strangers. Pure: no ImGui, no engine; any thread.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "ui/pins.hpp"

namespace trilane::ui {

/// Longer files are refused before they are read.
inline constexpr std::size_t kMostImportBytes = sizeof(void*) == 4 ? 48U << 20U : 512U << 20U;
/// Results are small; only traces are long.
inline constexpr std::size_t kMostResultBytes = 16U << 20U;
inline constexpr std::size_t kMostImportedRuns = 64;

/// The pin has no id, and a name only where the file gives one. `imported` is set.
Result<Pin> read_import(std::string_view text);

/// What read_run_result() would pass over: a field of a run document of the wrong type, negative, not finite or without
/// end. The field's path is in the error ("wall_ms.samples").
Status check_run_document(const nlohmann::json& document);

}  // namespace trilane::ui
