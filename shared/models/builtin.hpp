// The models that are built in. A new model is one .cpp, one line here and one in catalog.cpp.
#pragma once

#include "models/model.hpp"

namespace trilane {

const Model& sync_model();
const Model& threads_model();
const Model& processes_model();
const Model& async_model();

}  // namespace trilane
