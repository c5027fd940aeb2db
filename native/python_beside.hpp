// The same work in CPython, beside Trilane's own runs: threading, multiprocessing and asyncio in a real interpreter, as
// child processes, measured the same way (warm-up, repeats, makespan to the last result). What a Python program would
// do: a loop that adds, time.sleep or asyncio.sleep, urllib or asyncio streams.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "engine/engine_service.hpp"
#include "experiments/run/run_result.hpp"

namespace trilane::native {

struct PythonRun {
  RunResult result;            ///< config.model is "python-threading" and so on; what was not measured is empty.
  std::string label;           ///< "CPython 3.11.2 threading (GIL)"
  std::string flavour;         ///< "threading", "multiprocessing", "asyncio"
  nlohmann::json interpreter;  ///< {"implementation","version","gil","free_threaded_build","switch_interval_ms"}
  nlohmann::json spans;        ///< Of the last repeat: [{"task","lane","begin_ms","end_ms"}…]
};
/// trilane.run/1's fields, with "schema" trilane.python/1, "label", "flavour", "counterpart" (the model that it is
/// Python's form of), "interpreter" and "spans".
nlohmann::json to_json(const PythonRun& run);

struct PythonBeside {
  std::vector<PythonRun> runs;
  std::vector<std::string> remarks;  ///< Why something is missing: no Python here, a workload that it does not have.
  std::optional<Error> error;        ///< What went wrong; kCancelled. What was measured before is kept.
};

/// Called when a run in Python begins (config.model as above), and about ten times a second while it goes on.
struct PythonProgress {
  std::function<void(std::size_t index, std::size_t count, const RunConfig& config)> on_run;
  std::function<void(int repeat)> on_repeat;
  std::function<void()> on_wait;
};

/// Every flavour for each different work of `configs` (their model apart). Blocks. `own` are Trilane's results: a
/// checksum that is not theirs makes a run invalid. `only`: one flavour of them.
PythonBeside run_python_beside(std::span<const RunConfig> configs, std::span<const RunResult> own,
                               const CancelToken& cancel, const PythonProgress& progress, std::string_view only = {});

/// One flavour of one run, for the engine (engine_service.hpp); empty where no python3 is found.
RunBeside python_for_engine();

/// A table of them for people; empty without runs.
std::string python_table(std::span<const PythonRun> runs);

}  // namespace trilane::native
