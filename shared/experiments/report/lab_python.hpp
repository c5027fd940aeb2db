// An experiment's question put to a real interpreter, beside Trilane's model of it: what CPython is asked to run, and
// what follows from its answers. Pure; how Python is run is the engine's and the command line's business.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "models/run_config.hpp"

namespace trilane::lab {

/// In the order in which they are run.
inline constexpr std::string_view kPythonFlavours[] = {"threading", "multiprocessing", "asyncio"};

/// Does this experiment (an entry of a lab document) have something to compare with?
bool has_python(const nlohmann::json& entry);
/// What every flavour is to run: sum and sleep, with one worker and with as many as the experiment had.
std::vector<RunConfig> python_works(const nlohmann::json& entry);
/// Adds to the entry "python": [trilane.python/1…]; numbers "python.<flavour>.sum" and "….sleep", ratios of medians
/// that decide nothing, null where something was not measured; and bars in its figure "speedup". `remarks` - why
/// something is missing - become "python_notes". The verdict stays the experiment's own.
void add_python(nlohmann::json& entry, std::span<const nlohmann::json> documents, std::span<const std::string> remarks);

}  // namespace trilane::lab
