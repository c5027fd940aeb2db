#include <algorithm>

#include "experiments/builtin.hpp"

namespace trilane {

std::span<const Experiment* const> experiment_catalog() {
  static const Experiment* const experiments[] = {
      // synchronous
      // processes
      // threads
      // asynchrony
      &overlap_waits_experiment(),
      &await_order_experiment(),
      &event_loop_experiment(),
      // choosing
      &amdahl_experiment(),
      &model_map_experiment(),
      &parse_and_save_experiment(),
  };
  return experiments;
}

const Experiment* find_experiment(std::string_view id) {
  for (const Experiment* experiment : experiment_catalog()) {
    if (experiment->id == id) return experiment;
  }
  return nullptr;
}

}  // namespace trilane
