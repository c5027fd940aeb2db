// async: what its tasks need to fetch, parse and save on one event loop. Loop thread only.
#pragma once

#include <memory>

#include "models/model.hpp"
#include "models/task_runner.hpp"
#include "platform/http_client.hpp"

namespace trilane {

class AsyncWeb {
 public:
  /// Commits made off the loop are drawn on this lane, so that what the loop does meanwhile is seen beside them.
  static constexpr std::uint16_t kDatabaseLane = 1;
  static bool has_database_lane(const RunConfig& config) {
    return find_workload(config.workload)->saves && !config.save_on_loop;
  }

  AsyncWeb(RunContext& context, TaskRunner& runner, LoopBlocks& blocks)
      : context_(context), runner_(runner), blocks_(blocks), saver_(context.web), commit_lock_(context.scheduler) {}

  /// Before the first task. Fails when there is no client.
  Status open();
  /// Runs the whole script of one task. What fails is noted in errors().
  coro::Task<void> run(std::uint32_t task);
  /// After the last task: commits what is left.
  coro::Task<void> flush();
  /// Requests under way end soon.
  void cancel();
  const TaskErrors& errors() const { return errors_; }
  /// Of requests that timed out while tasks of this very run blocked the loop for most of their time.
  std::optional<Note> blocked_timeouts_note() const;

 private:
  coro::Task<Status> segment(std::uint32_t task, std::uint32_t index, const Segment& segment, PageInWork& page,
                             std::uint64_t& value);
  coro::Task<Status> fetch(std::uint32_t task, std::uint32_t index, PageInWork& page, std::uint64_t& value);
  Status parse(std::uint32_t task, std::uint32_t index, std::uint64_t times, PageInWork& page, std::uint64_t& value);
  coro::Task<void> commit(std::uint32_t task, std::uint32_t index);
  void note_timeout(std::int64_t blocked_ns);
  Status commit_on_loop(const std::vector<PageRow>& rows, std::uint32_t task, std::uint32_t index);
  coro::Task<Status> commit_off_loop(const std::vector<PageRow>& rows, std::uint32_t task, std::uint32_t index);

  RunContext& context_;
  TaskRunner& runner_;
  LoopBlocks& blocks_;
  std::unique_ptr<AsyncHttpClient> client_;
  PageSaver saver_;
  coro::Mutex commit_lock_;
  std::uint32_t save_segment_ = 0;
  std::uint64_t done_ = 0;
  TaskErrors errors_;
  std::int64_t blocked_ns_ = 0;  ///< How long parsing and committing have blocked the loop so far.
  std::uint64_t blocked_timeouts_ = 0;
  std::int64_t longest_blocked_ns_ = 0;  ///< During one request of those.
};

}  // namespace trilane
