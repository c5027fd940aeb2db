// What the tasks of a run fetch from and save to: found out once by the runner, read by every worker.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/workload.hpp"

namespace trilane {

struct WebAccess {
  /// "http://127.0.0.1:4711": a task's target (Workload::target) follows it. On the page a path prefix, or empty.
  std::string base_url;
  std::vector<std::string> urls;  ///< Instead of the lab's web: task i fetches urls[i % urls.size()].
  std::uint32_t timeout_ms = 10'000;
  std::string table;  ///< PageTable::address(); empty when nothing is saved.
  std::uint32_t commit_batch = 1;

  /// Do the tasks fetch?
  bool used() const { return !base_url.empty() || !urls.empty(); }
  std::string url(const Workload& workload, std::uint32_t task) const {
    return urls.empty() ? base_url + workload.target(task) : urls[task % urls.size()];
  }
};

/// A site of others is asked by no more than this many workers or requests at a time.
inline constexpr std::uint32_t kPoliteConnections = 6;

}  // namespace trilane
