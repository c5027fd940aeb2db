// Three coroutines on the engine's own loop, each of which waits twice; what the scheduler does with them is told by
// its own observer's hooks, and held against what the coroutines themselves say of where they are. Loop thread only.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "coro/scheduler.hpp"

namespace trilane::lab {

/// A coroutine of the round: `sleep(0)`, 4 ms of computing, `sleep(wait_ms)`.
struct Awaiting {
  const char* name;
  double wait_ms;
};
inline constexpr std::array<Awaiting, 3> kAwaiting{{{"A", 60}, {"B", 10}, {"C", 30}}};

struct AwaitRound {
  /// Of the three: begun, gone on after sleep(0), gone on after sleep(wait_ms).
  std::uint32_t resumptions = 0;
  // Of each of these there must be none.
  std::uint32_t out_of_turn = 0;  ///< Resumed before one that had been ready for longer.
  std::uint32_t misplaced = 0;    ///< What ran after a resumption was not the line after that coroutine's await.
  std::uint32_t intrusions = 0;   ///< Something of another ran between two awaits of one.
  std::uint32_t unordered = 0;    ///< A timer that fired before one that was due earlier.
  /// Computations of one while another one's timer was still running, counted for each other one.
  std::uint32_t meanwhile = 0;
  struct Sleep {
    double slept_ms = 0;      ///< From its await until it went on.
    std::uint32_t place = 0;  ///< The how manieth to go on, from 0.
  };
  std::array<Sleep, kAwaiting.size()> sleeps;
  nlohmann::json steps = nlohmann::json::array();  ///< As in await_details(), when asked for.
};

coro::Task<AwaitRound> run_await_round(coro::Scheduler& scheduler, bool with_steps);

/// What the viewer shows but for the steps:
/// {"code":["async def work(name, wait_ms):", …] (lines from 1), "code_ru", "coroutines":[{"name":"A","wait_ms":60}…],
///  "steps":[{"t_ms":0.1, "event":"created"|"resumed"|"awaits"|"timer"|"ended", "who":"A", "line":n (of who),
///    "running":"A" or null, "ready":["B","C"], "timers":[{"name":"C","due_ms":32.1}…] (soonest first),
///    "lines":{"A":3,…} (where each stands, 0: not begun), "text":{"en","ru"}}…]}
/// Times are ms since the round began; `ready` is the scheduler's own queue at that moment.
nlohmann::json await_details();

}  // namespace trilane::lab
