// Runs an experiment in-process, for real.
#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "experiments/run/lab_runner.hpp"
#include "platform/event_loop.hpp"

namespace trilane::test {

/// Its entry of a lab document. `stopped`: the stop was asked for before it began.
inline Result<nlohmann::json> run_lab(std::string_view id, nlohmann::json options = nlohmann::json::object(),
                                      bool stopped = false) {
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  CancelToken cancel;
  if (stopped) cancel.request();
  LabRunner lab(scheduler, cancel, std::move(options), nullptr);
  return coro::block_on(scheduler, run_experiment(*find_experiment(id), lab));
}

/// The predicate of an entry.
inline nlohmann::json predicate(const nlohmann::json& entry, std::string_view id) {
  for (const nlohmann::json& one : entry.at("predicates")) {
    if (one.at("id") == id) return one;
  }
  ADD_FAILURE() << "no predicate " << id;
  return nlohmann::json::object();
}

}  // namespace trilane::test
