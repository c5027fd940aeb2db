// SIGINT and SIGTERM stop a run in order; a second one ends the program at once.
#pragma once

#include "base/cancel.hpp"

namespace trilane::native {

/// One at a time in a process; the token outlives it. A handler sets the token by itself, because the loop may be
/// blocked by the very run that is to be stopped.
class StopSignals {
 public:
  explicit StopSignals(CancelToken& cancel);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The signal that came, or 0.
  int caught() const;
};

}  // namespace trilane::native
