#include <algorithm>

#include "experiments/builtin.hpp"

namespace trilane {

std::span<const Experiment* const> experiment_catalog() {
  static const Experiment* const experiments[] = {
      // synchronous
      &sequential_experiment(),
      // processes
      &isolation_experiment(),
      &cores_experiment(),
      &spawn_cost_experiment(),
      &switch_cost_experiment(),
      &cpu_bound_experiment(),
      // threads
      &shared_memory_experiment(),
      &cpu_share_experiment(),
      &race_condition_experiment(),
      &you_schedule_experiment(),
      &gil_experiment(),
      &gil_race_experiment(),
      &deadlock_experiment(),
      // asynchrony
      &overlap_waits_experiment(),
      &one_thread_experiment(),
      &io_bound_experiment(),
      &memory_cost_experiment(),
      &blocked_loop_experiment(),
      &tasks_vs_await_experiment(),
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
