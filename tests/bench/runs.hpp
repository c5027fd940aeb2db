// Runs a configuration once, in-process, for a row of the benchmark.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "experiments/run/runner.hpp"
#include "platform/event_loop.hpp"

namespace trilane::bench {

/// One measured repeat without warm-up; a refusal or failure ends the benchmark.
inline RunResult run_once(nlohmann::json options) {
  options["repeat"] = 1;
  options["warmup"] = 0;
  const auto config = parse_config(options);
  static const auto loop = EventLoop::create();
  static coro::Scheduler scheduler(*loop);
  CancelToken never;
  if (config) {
    auto result = coro::block_on(scheduler, run_config(*config, scheduler, never, nullptr));
    if (result) return std::move(*result);
    std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
  } else {
    std::fprintf(stderr, "bench: %s\n", config.error().message.c_str());
  }
  std::exit(1);
}

inline double wall_s(const nlohmann::json& options) { return run_once(options).wall_ms.samples.front() / 1e3; }

}  // namespace trilane::bench
