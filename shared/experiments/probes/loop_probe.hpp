// A ticker beside things that run on the engine's own event loop, for the experiment on blocked loops: how late the
// ticker was, and whose fault that was. Loop thread only.
//
// The ticker has a fixed schedule: a tick every 5 ms. While the loop is blocked none runs, and afterwards all that were
// missed count, each with its own lateness: with one sample for the whole block, a percentile would hardly see it.
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
  kCompute,   ///< One that computes for 50 ms without giving the loop back.
  kCommit,    ///< One that commits rows synchronously.
  kOffLoop,   ///< One that has the same rows committed elsewhere and awaits it.
  kLoopWays
};

/// Who blocked the loop. The numbers are stored in documents.
enum class Culprit : std::uint8_t { nobody = 0, cpu_loop = 1, commit = 2, sending = 3 };

/// When a tick was due, and when it ran, on now_ns().
struct Tick {
  std::int64_t due_ns = 0, ran_ns = 0;
  double late_ms() const { return ran_ns > due_ns ? static_cast<double>(ran_ns - due_ns) / 1e6 : 0; }
};

/// One round of one way.
struct LoopRound {
  std::int64_t begin_ns = 0;
  std::vector<Tick> ticks;
  double took_ms = 0;  ///< The computing, or the commit wherever it was made.
  /// The piece that lay longest inside the greatest lag.
  Culprit culprit = Culprit::nobody;
};

/// `database` may be nullptr where nothing is committed. Errors: of the commit.
coro::Task<Result<LoopRound>> run_loop_round(LabContext& lab, LoopWay way, PageDatabase* database, std::size_t rows);

/// A new table, and one connection to it.
struct LoopStorage {
  std::unique_ptr<PageTable> table;
  std::unique_ptr<PageDatabase> database;
};
coro::Task<Result<LoopStorage>> open_loop_storage(LabContext& lab);
/// How many rows make a commit of about 30 ms here; 0 where a commit is not waited for.
coro::Task<Result<std::size_t>> choose_commit_rows(LabContext& lab);

}  // namespace trilane::lab
