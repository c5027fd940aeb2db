#include <algorithm>

#include "unit/claims/fixtures.hpp"

namespace trilane::claims {
namespace {

Fixture sequential() {
  Measured good;
  good.settings = {{"tasks", 8}, {"size", 64e6}, {"wait_ms", 24}, {"cpu_share", 0.5}};
  fill(good, "sync", "overlaps", 0, 0);
  fill(good, "sync", "sum_ms", 160);
  fill(good, "sync", "wall_ms", 160.8);
  fill(good, "async", "overlaps", 7, 0);
  fill(good, "async", "sum_ms", 400);
  fill(good, "async", "wall_ms", 75);
  fill(good, "sync.task.0", "begin_ms", 0.1);
  fill(good, "async.task.0", "begin_ms", 0.1);
  return {"sequential",
          good,
          {{"one-at-a-time", [](Measured& m) { m.samples.set({"sync", {}, ""}, {"overlaps", {}, ""}, 3, 1); }, nullptr},
           {"sum", [](Measured& m) { fill(m, "sync", "wall_ms", 230); },
            [](Measured& m) { fill(m, "sync", "wall_ms", 170); }},
           {"loop-overlaps", [](Measured& m) { fill(m, "async", "overlaps", 0, 0); }, nullptr}}};
}

Fixture isolation() {
  Measured good;
  good.settings = {{"cores", 2}, {"page", 0}};
  for (const char* of : {"program", "thread", "child"}) {
    fill(good, of, "added", of == std::string_view("program") ? 0 : 7, 0);
    fill(good, of, "process_id", of == std::string_view("child") ? 4242 : 4200, 0);
    fill(good, of, "address", 0x5500'1000, 0);
  }
  fill(good, "thread", "seen", 7, 0);
  fill(good, "child", "seen", 0, 0);
  return {"isolation",
          good,
          {{"thread-seen", [](Measured& m) { m.samples.set({"thread", {}, ""}, {"seen", {}, ""}, 2, 0); },
            [](Measured& m) { fill(m, "thread", "added", 0, 0); }},
           {"child-unseen", [](Measured& m) { m.samples.set({"child", {}, ""}, {"seen", {}, ""}, 2, 7); },
            [](Measured& m) { fill(m, "child", "added", 0, 0); }},
           {"own-process", [](Measured& m) { fill(m, "child", "process_id", 4200, 0); }, nullptr}}};
}

/// On two cores, computing and switching as they should.
Fixture cores() {
  Measured good;
  good.settings = {{"cores", 2}, {"page", 0}, {"size", 3e7}, {"most_threads", 256}, {"most_processes", 256}};
  std::vector<OfPredicate> predicates;
  for (const std::string model : {"threads", "processes"}) {
    const auto level = [&](const char* id, double rate, double switches) {
      fill(good, model + id, "rate_per_s", rate);
      fill(good, model + id, "workers_switches", switches);
    };
    level(".one", 1e9, 1);
    level(".cores", 1.9e9, 4);
    level(".beyond.4", 1.9e9, 30);
    level(".beyond.8", 1.85e9, 35);
    const auto rates = [model](Measured& m, const char* id, double rate) { fill(m, model + id, "rate_per_s", rate); };
    const auto switches = [model](Measured& m, double beyond) {
      fill(m, model + ".beyond.8", "workers_switches", beyond);
    };
    // What is said of the rates beyond is said against the rate at the cores: they change together.
    const auto to_cores = [rates](double rate) {
      return [rates, rate](Measured& m) {
        for (const char* id : {".cores", ".beyond.4", ".beyond.8"}) rates(m, id, rate);
      };
    };
    predicates.push_back({model == "threads" ? "threads-rise" : "processes-rise", to_cores(1.1e9), to_cores(1.4e9)});
    predicates.push_back({model == "threads" ? "threads-flat" : "processes-flat",
                          [rates](Measured& m) { rates(m, ".beyond.4", 2.6e9); },
                          [rates](Measured& m) { rates(m, ".beyond.4", 2.2e9); }});
    predicates.push_back({model == "threads" ? "threads-switches" : "processes-switches",
                          [switches](Measured& m) { switches(m, 4); }, [switches](Measured& m) { switches(m, 6); }});
  }
  return {"cores", good, std::move(predicates)};
}

Fixture spawn_cost() {
  Measured good;
  good.settings = {{"cores", 2}, {"page", 0}, {"has_threads", 1}};
  fill(good, "coroutine", "cost_us", 0.05);
  fill(good, "pooled", "cost_us", 12);
  fill(good, "thread", "cost_us", 40);
  fill(good, "process", "cost_us", 4000);
  fill(good, "process", "ready_bytes", 3e6);
  return {"spawn-cost",
          good,
          {{"process-over-thread", [](Measured& m) { fill(m, "process", "cost_us", 36); },
            [](Measured& m) { fill(m, "process", "cost_us", 80); }},
           {"thread-over-coroutine", [](Measured& m) { fill(m, "coroutine", "cost_us", 30); },
            [](Measured& m) { fill(m, "coroutine", "cost_us", 5); }}}};
}

Fixture switch_cost() {
  Measured good;
  good.settings = {{"cores", 2}, {"page", 0}, {"has_threads", 1}, {"one_core", 1}};
  fill(good, "coroutine", "switch_ns", 6);
  fill(good, "thread", "switch_ns", 2000);
  fill(good, "process", "switch_ns", 5000);
  fill(good, "alone", "work_ms", 20);
  fill(good, "together", "work_ms", 20.4);
  return {"switch-cost",
          good,
          {{"thread-over-coroutine", [](Measured& m) { fill(m, "thread", "switch_ns", 12); },
            [](Measured& m) { fill(m, "thread", "switch_ns", 60); }},
           {"process-over-coroutine", [](Measured& m) { fill(m, "process", "switch_ns", 12); },
            [](Measured& m) { fill(m, "process", "switch_ns", 60); }}}};
}

/// So small that there is one N only: what smaller ones tell is in probes_test.cpp.
Fixture cpu_bound() {
  Measured good;
  good.settings = {{"size", 5e4}, {"tasks", 32}, {"workers", 2}, {"has_threads", 1}};
  fill(good, "sync.largest", "wall_ms", 100);
  fill(good, "async.largest", "wall_ms", 100);
  fill(good, "gil.largest", "wall_ms", 103);
  fill(good, "threads.largest", "wall_ms", 52);
  fill(good, "processes.largest", "wall_ms", 60);
  const auto makespan = [](const char* of, double ms) { return [of, ms](Measured& m) { fill(m, of, "wall_ms", ms); }; };
  return {"cpu-bound",
          good,
          {{"over-sync", makespan("sync.largest", 58), makespan("sync.largest", 69)},
           {"over-async", makespan("async.largest", 58), makespan("async.largest", 69)},
           {"over-gil", makespan("gil.largest", 58), makespan("gil.largest", 69)}}};
}

}  // namespace

std::vector<Fixture> process_fixtures() {
  return {sequential(), isolation(), cores(), spawn_cost(), switch_cost(), cpu_bound()};
}

}  // namespace trilane::claims
