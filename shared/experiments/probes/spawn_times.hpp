// What it takes to create something, let it do nothing, and wait for its end: for the experiment on the cost of
// creation.
#pragma once

#include <cstdint>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"

namespace trilane {

/// New threads, one after another: from the request until it is joined, ns each. Blocks; not on the loop's thread.
/// Errors: no more threads; "stopped".
Result<std::vector<std::int64_t>> create_threads(int times, const CancelToken& cancel);

/// Coroutines, one after another: created suspended, run to their end and destroyed. The mean of all, ns: one is
/// quicker than the clock's step. Any thread.
double create_coroutines(int times);

}  // namespace trilane
