// What a run that fetches and saves needs around its repeats: a server to ask, a table to save to, and the check of it.
// Loop thread only.
#pragma once

#include <memory>
#include <optional>

#include "coro/scheduler.hpp"
#include "experiments/run_result.hpp"
#include "models/lab_server.hpp"
#include "models/model.hpp"
#include "platform/database.hpp"

namespace trilane {

/// Can this platform do what the workload asks for? The error says what is missing.
Status check_web(const RunConfig& config);

/// For a workload that does not fetch every function does nothing.
class WebRun {
 public:
  /// The config outlives it.
  WebRun(const RunConfig& config, coro::Scheduler& scheduler);

  /// Starts the latency server where the run needs one of its own.
  coro::Task<Status> open();
  /// A new, empty table.
  Result<WebAccess> begin_repeat();
  /// Reads the table. `checksum`: of the tasks' values, which the rows must give too. Nothing when nothing is saved.
  Result<std::optional<SavedPages>> end_repeat(std::uint64_t checksum);
  /// Adds that the server had ended, when it had.
  Error explain(Error error) const;

 private:
  const RunConfig& config_;
  const WorkloadInfo& info_;
  coro::Scheduler& scheduler_;
  std::unique_ptr<LabServer> server_;
  std::string base_url_;
  std::unique_ptr<PageTable> table_;
};

}  // namespace trilane
