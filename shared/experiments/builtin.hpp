// The experiments, one file each: what catalog.cpp lists.
#pragma once

#include "experiments/experiment.hpp"

namespace trilane {

const Experiment& sequential_experiment();
const Experiment& isolation_experiment();
const Experiment& cores_experiment();
const Experiment& spawn_cost_experiment();
const Experiment& switch_cost_experiment();
const Experiment& cpu_bound_experiment();
const Experiment& shared_memory_experiment();
const Experiment& cpu_share_experiment();
const Experiment& race_condition_experiment();
const Experiment& you_schedule_experiment();
const Experiment& gil_experiment();
const Experiment& gil_race_experiment();
const Experiment& deadlock_experiment();
const Experiment& overlap_waits_experiment();
const Experiment& one_thread_experiment();
const Experiment& io_bound_experiment();
const Experiment& memory_cost_experiment();
const Experiment& blocked_loop_experiment();
const Experiment& tasks_vs_await_experiment();
const Experiment& await_order_experiment();
const Experiment& event_loop_experiment();
const Experiment& amdahl_experiment();
const Experiment& model_map_experiment();
const Experiment& parse_and_save_experiment();

}  // namespace trilane
