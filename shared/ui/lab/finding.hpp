// What an experiment found, prepared to be looked at: the scale of a predicate, and all of an entry as texts in the
// language that is shown, for the HTML and for embedding pages. Pure: no ImGui; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "experiments/saved_entry.hpp"
#include "ui/settings.hpp"
#include "ui/texts.hpp"

namespace trilane::ui {

/// Where a predicate's value and thresholds are, 0..1 from left to right: all of them have room. Logarithmic where they
/// are far apart.
struct PredicateScale {
  struct Zone {
    float from, to;
    Holds holds;  ///< What the predicate is when all of the interval is in it.
  };
  std::vector<Zone> zones;  ///< From left to right, side by side.
  float low, median, high;
};
/// Nothing without a value.
std::optional<PredicateScale> scale_of(const Predicate& predicate);

/// The racer whose colour a number has ("gil" is threads with the GIL).
std::optional<Racer> racer_of_hue(std::string_view hue);

/// {"verdict", "older": notice or null, "finding": of an older entry,
/// "predicates":[{"id","holds","mark","text","label",
///  "value","thresholds","scale"}], "advice", "plan", "numbers":[{"id","name","value","role","hue"}],
///  "background":{"title","text"}, "terms":{"head","rows","subject"}, "notes":[…]}; null where there is none.
nlohmann::json finding_json(const Words& words, const SavedEntry& entry);

}  // namespace trilane::ui
