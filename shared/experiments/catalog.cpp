#include <algorithm>

#include "experiments/experiment.hpp"

namespace trilane {

#define EXPERIMENT(function) const Experiment& function();
#include "experiments/catalog.def"
#undef EXPERIMENT

std::span<const Experiment* const> experiment_catalog() {
  static const Experiment* const experiments[] = {
#define EXPERIMENT(function) &function(),
#include "experiments/catalog.def"
#undef EXPERIMENT
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
