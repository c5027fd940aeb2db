// Run and sweep configurations as they come from command lines, scripts and URLs: text that may or may not be JSON.
#include <nlohmann/json.hpp>

#include "base/check.hpp"
#include "experiments/run/runner.hpp"
#include "fuzz/targets.hpp"

namespace trilane::fuzz {

using nlohmann::json;

void run_config(std::span<const std::byte> input) {
  const auto* text = reinterpret_cast<const char*>(input.data());
  const json document = json::parse(text, text + input.size(), nullptr, false);
  if (document.is_discarded()) return;
  if (const auto config = parse_config(document)) {
    // Whatever is accepted is inside its bounds, and is accepted again.
    const json again = to_json(*config);
    for (const ConfigField& field : config_fields()) {
      const double value = again.at(std::string(field.name)).get<double>();
      TRILANE_CHECK(value >= field.min && value <= field.max);
    }
    const auto twice = parse_config(again);
    TRILANE_CHECK(twice && *twice == *config);
  } else {
    TRILANE_CHECK(!config.error().message.empty());
  }
  if (const auto sweep = parse_sweep(document)) TRILANE_CHECK(expand_sweep(*sweep).has_value());
}

std::vector<Bytes> config_seeds() {
  std::vector<Bytes> seeds;
  for (const std::string_view text : {
           R"({"model":"threads","workload":"primes","tasks":64,"workers":4,"gil":true})",
           R"({"model":"async","workload":"sleep","wait_ms":1.5,"concurrency":10,"trace":false})",
           R"({"workload":"counter","counter_mode":"mutex","size":1e6,"seed":3,"spawn_per_task":true})",
           R"({"over":"workers","values":[1,2,4],"models":["sync","threads"],"workload":"sum"})",
           R"({"over":"wait-ms","values":[0.5]})",
           R"({"tasks":-1})",
           R"({"tasks":1e999,"size":null,"model":[]})",
           R"([{"a":{}}])",
       }) {
    const auto bytes = as_byte_span(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  }
  return seeds;
}

}  // namespace trilane::fuzz
