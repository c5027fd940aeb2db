// What it takes to switch: two of a kind take turns, and nothing else is done.
#pragma once

#include "base/cancel.hpp"
#include "base/result.hpp"

namespace trilane::lab {

/// Two coroutines on one ready queue: the mean of `switches`, ns. Any thread. 0 when the clock saw no time pass.
double switch_coroutines(int switches);

/// Two threads, each woken by the other, on one core where the platform has that (stay_on_one_core()): the mean of
/// `switches`, ns. Blocks; not on the loop's thread. Errors: no thread to be had; "stopped".
Result<double> switch_threads(int switches, const CancelToken& cancel);

/// The same work done by so many threads that share one core: the time from when all were there until the last had
/// ended, ns. Blocks; not on the loop's thread. Errors: no thread to be had; that nobody can choose a core here.
Result<double> share_one_core(unsigned threads);

}  // namespace trilane::lab
