// Two threads that each add 1 to one variable in three steps - load, add, store - in a chosen order of the steps, or
// running free. The variable is atomic and every access relaxed, so nothing is undefined: what is lost is lost between
// the load and the store.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"

namespace trilane {

inline constexpr std::string_view kIncrementSteps[] = {"load", "add", "store"};

/// After one step.
struct IncrementState {
  char thread = 'A';               ///< Whose step it was.
  int step = 0;                    ///< Index into kIncrementSteps.
  std::int64_t shared = 0;         ///< What the variable holds.
  std::int64_t registers[2] = {};  ///< What A and B have loaded and added to; valid once loaded.
  int made[2] = {};                ///< Steps A and B have made.
};

/// "AAABBB" and the 19 others, in alphabetical order.
std::vector<std::string> all_interleavings();

/// A schedule is a text of A and B, at most three of each; it need not be whole. Errors name the field "schedule".
Status check_schedule(std::string_view schedule);

/// Two real threads that make the increment, each held before every step until it is let go. Every function, and the
/// end, blocks: on a thread that may. One user at a time.
class HeldIncrements {
 public:
  /// Fails when the system has no more threads.
  static Result<std::unique_ptr<HeldIncrements>> start();
  ~HeldIncrements();  ///< Sends them home.
  HeldIncrements(const HeldIncrements&) = delete;
  HeldIncrements& operator=(const HeldIncrements&) = delete;

  /// 'A' or 'B' makes its next step. Fails when it has none left, or does not make it in time.
  Result<IncrementState> step(char thread);

 private:
  struct Impl;
  explicit HeldIncrements(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Runs the schedule on two real threads, held before each step; those that are not at their end then go home. One
/// state for each letter. Blocks, on a thread that may; ends within 5 s whatever happens.
Result<std::vector<IncrementState>> run_schedule(std::string_view schedule, const CancelToken& cancel);

/// Both threads run free, again and again from 0: how often each final value came out. `rounds` times, or as often as
/// 150 ms allow. Blocks, on a thread that may.
Result<std::map<std::int64_t, std::uint64_t>> run_free(std::uint32_t rounds, const CancelToken& cancel);

}  // namespace trilane
