#include "experiments/web_run.hpp"

#include <fmt/format.h>

namespace trilane {

Status check_web(const RunConfig& config) {
  const WorkloadInfo& info = *find_workload(config.workload);
  const Capabilities& host = capabilities();
  if (info.fetches && !host.fetches) return fail("nothing can be fetched on this platform", "workload");
  if (info.saves && !host.has_database) return fail("there is no database on this platform", "workload");
  if (config.urls.empty()) return {};
  if (!info.fetches) return fail(fmt::format("urls are for workloads that fetch, not {}", config.workload), "urls");
  if (!host.starts_lab_server) return fail("a page may not fetch from other sites: use the native program", "urls");
  const bool pooled = config.model == "threads" || config.model == "processes";
  if (pooled && config.workers > kPoliteConnections) {
    return fail(
        fmt::format("workers is {}: at most {} ask the sites of others at a time", config.workers, kPoliteConnections),
        "workers");
  }
  return {};
}

WebRun::WebRun(const RunConfig& config, coro::Scheduler& scheduler)
    : config_(config), info_(*find_workload(config.workload)), scheduler_(scheduler) {}

coro::Task<Status> WebRun::open() {
  if (!info_.fetches || !config_.urls.empty()) co_return Status{};
  if (!config_.server.empty()) {
    base_url_ = config_.server;
    while (base_url_.ends_with('/')) base_url_.pop_back();
  } else if (capabilities().starts_lab_server) {
    server_ = std::make_unique<LabServer>(scheduler_);
    auto started = co_await server_->start();
    if (!started) co_return std::unexpected(started.error());
    base_url_ = *started;
  } else {
    base_url_ = capabilities().lab_web_url;
  }
  co_return Status{};
}

Result<WebAccess> WebRun::begin_repeat() {
  WebAccess access;
  if (!info_.fetches) return access;
  access.base_url = base_url_;
  access.urls = config_.urls;
  access.timeout_ms = config_.timeout_ms;
  access.commit_batch = config_.commit_batch;
  if (!info_.saves) return access;
  table_.reset();  // the last repeat's files, before there are new ones
  auto table = PageTable::create(config_.durable);
  if (!table) return std::unexpected(table.error());
  table_ = std::move(*table);
  access.table = table_->address();
  return access;
}

Result<std::optional<SavedPages>> WebRun::end_repeat(std::uint64_t checksum) {
  if (!table_) return std::nullopt;
  const auto contents = table_->read();
  if (!contents) return std::unexpected(contents.error());
  const bool whole = contents->rows == config_.tasks && contents->pages == contents->rows;
  return SavedPages{contents->rows, contents->pages, whole && contents->digest == checksum};
}

Error WebRun::explain(Error error) const {
  if (server_ && !server_->end_reason().empty())
    error.message += " (the latency server: " + server_->end_reason() + ")";
  return error;
}

}  // namespace trilane
