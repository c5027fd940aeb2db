// What a run that fetches and saves needs around its repeats: a server to ask, a table to save to, and the check of it.
// Loop thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coro/scheduler.hpp"
#include "experiments/run/run_result.hpp"
#include "models/lab_server.hpp"
#include "models/model.hpp"
#include "platform/database.hpp"
#include "platform/lab_web_place.hpp"

namespace trilane {

/// Can this platform do what the workload asks for? The error says what is missing.
Status check_web(const RunConfig& config);

/// What a run of a workload that fetches has of the web, and of the database where it saves.
class WebRun {
 public:
  /// The config outlives it.
  WebRun(const RunConfig& config, coro::Scheduler& scheduler);

  /// Starts the latency server where the run needs one of its own; on the page finds out where the lab's web is.
  coro::Task<Status> open();
  /// A new, empty table.
  coro::Task<Result<WebAccess>> begin_repeat();
  /// Reads the table. `checksum`: of the tasks' values, which the rows must give too. Nothing when nothing is saved.
  coro::Task<Result<std::optional<SavedPages>>> end_repeat(std::uint64_t checksum);
  /// After the first begin_repeat(): how pages are kept here, English.
  std::vector<Note> table_notes() const { return table_ ? table_->notes() : std::vector<Note>(); }
  /// After open(). Is the network's part only a timer here?
  bool simulated() const { return !place_.simulated_because.en.empty(); }
  /// After open(): what a reader of the result must know about the web that was asked, English.
  std::vector<Note> notes() const;
  /// Adds that the server had ended, when it had.
  Error explain(Error error) const;
  /// Why the run's own server ended, a sentence; empty while it answers. What is asked of it then can only fail.
  std::string server_gone() const;

 private:
  const RunConfig& config_;
  const WorkloadInfo& info_;
  coro::Scheduler& scheduler_;
  std::unique_ptr<LabServer> server_;
  std::string base_url_;
  LabWebPlace place_;  // page
  std::unique_ptr<PageTable> table_;
};

}  // namespace trilane
