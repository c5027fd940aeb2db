// Entries of lab documents that are judged anew: every experiment's claim, on samples of a stranger.
#include <nlohmann/json.hpp>
#include <string>

#include "base/check.hpp"
#include "base/json_scan.hpp"
#include "experiments/saved_entry.hpp"
#include "fuzz/targets.hpp"

namespace trilane::fuzz {

using nlohmann::json;

void run_judge(std::span<const std::byte> input) {
  const std::string_view text{reinterpret_cast<const char*>(input.data()), input.size()};
  if (!check_json_shape(text)) return;
  const json entry = json::parse(text, nullptr, false);
  if (entry.is_discarded()) return;
  const auto judged = judge_entry(entry);
  if (!judged) {
    TRILANE_CHECK(!judged.error().message.empty());
    return;
  }
  // What was judged can be shown, and judged again to the same.
  const auto shown = read_entry(*judged);
  const auto again = judge_entry(*judged);
  TRILANE_CHECK(shown && again && (*again)["verdict"] == (*judged)["verdict"]);
}

std::vector<Bytes> judge_seeds() {
  std::vector<Bytes> seeds;
  const auto add = [&seeds](const Experiment& experiment, const Measured& measured) {
    const json entry = entry_of(experiment, measured);
    json kept = json::object();
    for (const char* part : {"id", "settings", "plan", "samples", "details"}) kept[part] = entry[part];
    const std::string text = kept.dump();
    const auto bytes = as_byte_span(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  };
  for (const Experiment* experiment : experiment_catalog()) {
    Measured measured;
    for (const lab::Case* one :
         {&lab::sync_case(), &lab::threads_case(), &lab::gil_case(), &lab::processes_case(), &lab::async_case()}) {
      for (std::size_t round = 0; round < 7; ++round) {
        measured.samples.set(*one, lab::kWallMs, round, 100 + static_cast<double>(round));
      }
    }
    measured.settings = {{"tasks", 8}, {"wait_ms", 20}, {"workers", 4}, {"cores", 4}};
    measured.plan = {.rounds = 7, .error = Plan::kLooks[0].error, .chosen = false};
    add(*experiment, measured);
  }
  return seeds;
}

}  // namespace trilane::fuzz
