// A ticker beside things that run on the engine's own event loop, for the experiment on blocked loops: how late the
// ticker was, and whose fault that was. Loop thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "experiments/experiment.hpp"
#include "platform/database.hpp"

namespace trilane::lab {

/// What runs beside the ticker.
enum LoopWay : std::uint8_t {
  kAwaiting,  ///< Coroutines that only wait.
  kCompute,   ///< One that computes for 60 ms without giving the loop back.
  kCommit,    ///< One that commits rows synchronously.
  kOffLoop,   ///< One that has the same rows committed elsewhere and awaits it.
  kLoopWays
};

/// When a tick was due, and when it ran, on now_ns().
struct Tick {
  std::int64_t due_ns = 0, ran_ns = 0;
  double late_ms() const { return ran_ns > due_ns ? static_cast<double>(ran_ns - due_ns) / 1e6 : 0; }
};

/// One round of one way.
struct LoopRound {
  std::int64_t begin_ns = 0;
  std::vector<Tick> ticks;
  double took_ms = 0;        ///< The computing, or the commit wherever it was made.
  std::string_view culprit;  ///< What lay longest inside the greatest lag: "CPU loop", "commit"…; empty: nothing.
};
/// What must be found guilty; empty where nothing blocks.
std::string_view loop_culprit(LoopWay way);

/// `database` may be nullptr where nothing is committed. Errors: of the commit.
coro::Task<Result<LoopRound>> run_loop_round(LabContext& lab, LoopWay way, PageDatabase* database, std::size_t rows);

/// A new table, and one connection to it.
struct LoopStorage {
  std::unique_ptr<PageTable> table;
  std::unique_ptr<PageDatabase> database;
};
coro::Task<Result<LoopStorage>> open_loop_storage(LabContext& lab);
/// How many rows make a commit of about 40 ms here; 0 where a commit is not waited for.
coro::Task<Result<std::size_t>> choose_commit_rows(LabContext& lab);

}  // namespace trilane::lab
