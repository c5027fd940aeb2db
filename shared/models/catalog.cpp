#include <algorithm>

#include "models/builtin.hpp"

namespace trilane {

std::span<const Model* const> model_catalog() {
  static const Model* const models[] = {&sync_model(), &threads_model(), &processes_model(), &async_model()};
  return models;
}

const Model* find_model(std::string_view name) {
  for (const Model* model : model_catalog()) {
    if (model->name() == name) return model;
  }
  return nullptr;
}

}  // namespace trilane
