// Names of the numbers behind verdicts in both languages: whole names where words alone would not tell, else word by
// word. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "ui/texts.hpp"

namespace trilane::ui {

/// `key` without its unit: "process_over_thread", "threads_switches_grew". A model before a known name stands before
/// it. Words that are not known are left as they are.
std::string number_name(Lang lang, std::string_view key);

}  // namespace trilane::ui
