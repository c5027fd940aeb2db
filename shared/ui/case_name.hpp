// An experiment runs one model several times: what tells such runs apart. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ui/run_view.hpp"
#include "ui/texts.hpp"

namespace trilane::ui {

/// What the run has that the others of its racer among `runs` have not, most telling first and no more than is needed:
/// {"primes", "2 workers"}. Empty when it is the only one of its racer, or the same as another. Pins and other
/// programs' runs have names of their own: nothing.
std::vector<std::string> case_names(const Words& words, const RunView& run, std::span<const RunView> runs);
/// The same in one text: "primes, 2 workers".
std::string case_name(const Words& words, const RunView& run, std::span<const RunView> runs);

}  // namespace trilane::ui
