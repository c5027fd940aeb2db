#include "experiments/probes/interleavings.hpp"
#include "unit/claims/fixtures.hpp"

namespace trilane::claims {
namespace {

/// The same in every round.
Change same(std::string_view of, std::string_view metric, double value) {
  return [=](Measured& m) { fill(m, of, metric, value, 0); };
}
Change around(std::string_view of, std::string_view metric, double value) {
  return [=](Measured& m) { fill(m, of, metric, value); };
}
Change without(std::string of) {
  return [of](Measured& m) { m.samples.erase_case(of); };
}
/// In one round alone.
Change once(std::string of, std::string_view metric, double value) {
  return [=](Measured& m) { m.samples.set({of, {}, ""}, {metric, {"", ""}, ""}, 3, value); };
}

Fixture shared_memory() {
  Measured good;
  good.settings = {{"threads", 4}};
  fill(good, "thread", "thread_ids", 4, 0);
  fill(good, "thread", "process_ids", 1, 0);
  fill(good, "thread", "addresses", 1, 0);
  for (const char* of : {"thread", "process"}) fill(good, of, "values_lost", 0, 0);
  fill(good, "thread", "hand_64_us", 12);
  fill(good, "thread", "hand_1048576_us", 13);
  fill(good, "thread", "read_1048576_us", 300);
  fill(good, "process", "hand_64_us", 50);
  fill(good, "process", "hand_1048576_us", 900);
  fill(good, "process", "read_1048576_us", 1200);
  return {"shared-memory",
          good,
          {{"several-threads", once("thread", "thread_ids", 3), nullptr},
           {"one-process", once("thread", "process_ids", 2), nullptr},
           {"same-address", once("thread", "addresses", 2), nullptr},
           {"nothing-lost", once("process", "values_lost", 1),
            [](Measured& m) {
              m.samples.erase_case("process");
              fill(m, "process", "hand_64_us", 50);
              fill(m, "process", "hand_1048576_us", 900);
            }},
           {"thread-growth", around("thread", "hand_1048576_us", 120), around("thread", "hand_1048576_us", 54)},
           {"process-growth", around("process", "hand_1048576_us", 60), around("process", "hand_1048576_us", 300)}}};
}

Fixture cpu_share() {
  Measured good;
  good.settings = {{"threads", 4}};
  fill(good, "one", "cores_used", 0.2);
  fill(good, "four", "cores_used", 0.79);
  fill(good, "limited", "cores_used", 0.99);
  fill(good, "unlimited", "cores_used", 1.98);
  return {"cpu-share",
          good,
          {{"limit-holds-for-all", around("limited", "cores_used", 1.9), around("limited", "cores_used", 1.15)},
           {"one-core",
            [](Measured& m) {
              fill(m, "one", "cores_used", 0.5);
              fill(m, "four", "cores_used", 1.4);
            },
            [](Measured& m) {
              fill(m, "one", "cores_used", 0.25);
              fill(m, "four", "cores_used", 0.92);
            }},
           {"counts-threads",
            [](Measured& m) {
              fill(m, "one", "cores_used", 0.5);
              fill(m, "four", "cores_used", 0.5);
            },
            [](Measured& m) {
              fill(m, "one", "cores_used", 0.4);
              fill(m, "four", "cores_used", 0.6);
            }}}};
}

Fixture race_condition() {
  Measured good;
  good.settings = {{"size", 4'000'000}, {"workers", 4}};
  fill(good, "split", "lost", 1'500'000, 0.2);
  fill(good, "split", "startup_ms", 0.3);
  for (const char* remedy : {"mutex", "atomic", "own"}) fill(good, remedy, "lost", 0, 0);
  for (const char* way : {"split", "mutex", "atomic", "own"}) fill(good, way, "wall_ms", 20);
  return {"race-condition",
          good,
          {{"split-loses",
            [](Measured& m) {
              fill(m, "split", "lost", 0, 0);
              once("split", "lost", 7)(m);  // luck, the other way round
            },
            [](Measured& m) {
              // In six of eleven rounds something was lost: most, or just about half?
              fill(m, "split", "lost", 0, 0);
              for (const std::size_t round : {0U, 1U, 2U, 3U, 4U, 5U}) {
                m.samples.set({"split", {}, ""}, {"lost", {"", ""}, ""}, round, 1000.0 + static_cast<double>(round));
              }
            }},
           {"results-differ", same("split", "lost", 1'500'000), nullptr},
           {"mutex", once("mutex", "lost", 1), without("mutex")},
           {"atomic", once("atomic", "lost", 1), without("atomic")},
           {"own", once("own", "lost", 1), without("own")}}};
}

Fixture you_schedule() {
  Measured good;
  for (const std::string& order : all_interleavings()) {
    fill(good, order, "final", order == "AAABBB" || order == "BBBAAA" ? 2 : 1, 0);
  }
  fill(good, "free", "free_rounds", 20'000, 0);
  fill(good, "free", "free_rounds_that_lost", 12, 0);
  return {"you-schedule",
          good,
          {{"most-orders-lose", same("ABABAB", "final", 2), without("ABABAB")},
           {"order-tells",
            [](Measured& m) {
              fill(m, "AAABBB", "final", 1, 0);
              fill(m, "AABABB", "final", 2, 0);
            },
            without("AAABBB")},
           {"repeats-agree", once("BBBAAA", "final", 1), [](Measured& m) {
              for (const std::string& order : all_interleavings()) {
                m.samples.erase_case(order);
                m.samples.set({order, {}, ""}, {"final", {"", ""}, ""}, 0,
                              order == "AAABBB" || order == "BBBAAA" ? 2 : 1);
              }
            }}}};
}

Fixture gil() {
  Measured good;
  good.settings = {{"workers", 4}, {"tasks", 8}, {"wait_ms", 10}};
  fill(good, "compute.one", "wall_ms", 400);
  fill(good, "compute.threads", "wall_ms", 110);
  fill(good, "compute.threads", "overlap_percent", 70);
  fill(good, "compute.gil", "wall_ms", 410);
  fill(good, "compute.gil", "overlap_percent", 0, 0);
  fill(good, "compute.gil", "lock_wait_ms", 1200);
  fill(good, "compute.gil", "gil_wait_thread_1_ms", 300);
  fill(good, "wait.one", "wall_ms", 81);
  fill(good, "wait.gil", "wall_ms", 20.5);
  return {"gil",
          good,
          {{"no-speedup", around("compute.gil", "wall_ms", 120), around("compute.gil", "wall_ms", 315)},
           {"one-at-a-time", around("compute.gil", "overlap_percent", 60), around("compute.gil", "overlap_percent", 3)},
           {"at-once-without", same("compute.threads", "overlap_percent", 0),
            around("compute.threads", "overlap_percent", 3)},
           {"one-by-one",
            [](Measured& m) {
              fill(m, "wait.one", "wall_ms", 160);
              fill(m, "wait.gil", "wall_ms", 40);
            },
            [](Measured& m) {
              fill(m, "wait.one", "wall_ms", 100);
              fill(m, "wait.gil", "wall_ms", 25);
            }},
           {"waits-overlap", around("wait.gil", "wall_ms", 80), around("wait.gil", "wall_ms", 45)}}};
}

Fixture gil_race() {
  Measured good;
  good.settings = {{"size", 60'000'000}, {"workers", 4}, {"switch_interval_ms", 5}};
  fill(good, "whole", "lost", 0, 0);
  fill(good, "interruptible", "lost", 20'000'000, 0.3);
  for (const char* of : {"whole", "interruptible"}) {
    fill(good, of, "wall_ms", 90);
    fill(good, of, "lock_wait_ms", 250);
  }
  return {"gil-race",
          good,
          {{"whole-keeps", once("whole", "lost", 1), nullptr},
           {"interruptible-loses", same("interruptible", "lost", 0), [](Measured& m) {
              fill(m, "interruptible", "lost", 0, 0);
              for (const std::size_t round : {0U, 1U, 2U, 3U, 4U, 5U}) {
                m.samples.set({"interruptible", {}, ""}, {"lost", {"", ""}, ""}, round, 5000);
              }
            }}}};
}

Fixture deadlock() {
  Measured good;
  good.settings = {{"meetings", 8}, {"transfers", 16}};
  for (const char* way : {"none", "ordered", "try-lock", "messages", "async"}) {
    const bool opposite = way == std::string_view("none");
    fill(good, way, "wall_ms", opposite ? 190 : 20);
    fill(good, way, "deadlocks", opposite ? 8 : 0, 0);
    fill(good, way, "stuck", opposite ? 8 : 0, 0);
    fill(good, way, "unbalanced", 0, 0);
    fill(good, way, "retries", opposite ? 8 : 0, 0);
  }
  fill(good, "none", "search_ms", 19);
  return {"deadlock",
          good,
          {{"opposite-deadlocks", once("none", "deadlocks", 7), nullptr},
           {"found-in-time", once("none", "search_ms", 1200),
            [](Measured& m) { m.samples.erase_case("none"), same("none", "deadlocks", 8)(m); }},
           {"ordered", once("ordered", "stuck", 1), without("ordered")},
           {"try-lock", once("try-lock", "stuck", 1), without("try-lock")},
           {"messages", once("messages", "stuck", 16), without("messages")},
           {"async", once("async", "stuck", 1), without("async")},
           {"balanced", once("async", "unbalanced", 1), nullptr}}};
}

}  // namespace

std::vector<Fixture> thread_fixtures() {
  return {shared_memory(), cpu_share(), race_condition(), you_schedule(), gil(), gil_race(), deadlock()};
}

}  // namespace trilane::claims
