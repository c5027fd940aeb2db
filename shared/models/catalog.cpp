#include <algorithm>

#include "models/model.hpp"

namespace trilane {

#define MODEL(name, function) const Model& function();
#include "models/catalog.def"
#undef MODEL

std::span<const Model* const> model_catalog() {
  static const Model* const models[] = {
#define MODEL(name, function) &function(),
#include "models/catalog.def"
#undef MODEL
  };
  return models;
}

const Model* find_model(std::string_view name) {
  for (const Model* model : model_catalog()) {
    if (model->name() == name) return model;
  }
  return nullptr;
}

ModelTraits traits_of(const RunConfig& config) {
  const Model* const model = find_model(config.model);
  return model != nullptr ? model->traits() : ModelTraits{};
}

std::uint32_t tasks_in_flight(const RunConfig& config) {
  const ModelTraits traits = traits_of(config);
  if (traits.workers) return std::min(config.busy_workers(), config.tasks);
  if (!traits.loop) return 1;
  return config.concurrency == 0 ? config.tasks : std::min(config.concurrency, config.tasks);
}

}  // namespace trilane
