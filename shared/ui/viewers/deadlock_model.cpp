#include "ui/viewers/deadlock_model.hpp"

#include <nlohmann/json.hpp>

#include "ui/json_value.hpp"
#include "ui/lab/book.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

std::optional<double> number_in(const json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number() ? std::optional(it->get<double>()) : std::nullopt;
}

}  // namespace

std::optional<DeadlockShow> read_deadlock(const json& details) {
  if (!details.is_object()) return std::nullopt;
  DeadlockShow show;
  if (const auto cycle = details.find("cycle"); cycle != details.end() && cycle->is_array()) {
    for (const json& one : *cycle) {
      if (!one.is_object()) continue;
      show.cycle.push_back({value_or<std::string>(one, "thread", ""), value_or<std::string>(one, "holds", ""),
                            value_or<std::string>(one, "waits_for", ""), value_or<std::string>(one, "held_by", ""),
                            number_in(one, "waited_ms")});
    }
  }
  show.victim = value_or<std::string>(details, "victim", "");
  show.found_after_ms = number_in(details, "found_after_ms");
  const auto ways = details.find("remedies");
  if (ways == details.end() || !ways->is_array()) return std::nullopt;
  for (const json& one : *ways) {
    if (!one.is_object()) continue;
    WayOutcome way;
    way.id = value_or<std::string>(one, "id", "");
    if (const auto name = one.find("name"); name != one.end()) way.name = both_texts_from(*name);
    way.wanted = value_or(one, "wanted", 0.0);
    way.done = value_or(one, "done", 0.0);
    way.deadlocks = value_or(one, "deadlocks", 0.0);
    way.retries = value_or(one, "retries", 0.0);
    way.balanced = value_or(one, "balanced", false);
    way.wall_ms = number_in(one, "wall_ms");
    show.ways.push_back(std::move(way));
  }
  if (show.ways.empty()) return std::nullopt;
  return show;
}

}  // namespace trilane::ui
