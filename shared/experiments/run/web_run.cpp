#include "experiments/run/web_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace trilane {
namespace {

/// Browsers open no more HTTP/1.1 connections to one host.
constexpr unsigned kBrowserConnections = 6;

/// `co_await`: where the lab's web answers.
struct Finding {
  coro::Scheduler& scheduler;
  LabWebPlace place;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    find_lab_web(scheduler.loop(), [this, handle](LabWebPlace found) {
      place = std::move(found);
      scheduler.ready(handle);
    });
  }
  LabWebPlace await_resume() { return std::move(place); }
};

/// `co_await`: a new table.
struct Making {
  coro::Scheduler& scheduler;
  bool durable;
  std::optional<Result<std::unique_ptr<PageTable>>> made;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    PageTable::create(scheduler.loop(), durable, [this, handle](Result<std::unique_ptr<PageTable>> table) {
      made.emplace(std::move(table));
      scheduler.ready(handle);
    });
  }
  Result<std::unique_ptr<PageTable>> await_resume() { return std::move(*made); }
};

/// `co_await`: what a table holds.
struct ReadingTable {
  coro::Scheduler& scheduler;
  PageTable& table;
  std::uint64_t rows;
  std::optional<Result<PageTable::Contents>> contents;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    table.read(rows, [this, handle](Result<PageTable::Contents> read) {
      contents.emplace(std::move(read));
      scheduler.ready(handle);
    });
  }
  Result<PageTable::Contents> await_resume() { return std::move(*contents); }
};

}  // namespace

Status check_web(const RunConfig& config) {
  const WorkloadInfo& info = *find_workload(config.workload);
  const Capabilities& host = capabilities();
  if (info.fetches && !host.fetches) return fail("nothing can be fetched on this platform", "workload");
  if (info.saves && !host.has_database) return fail("there is no database on this platform", "workload");
  if (config.urls.empty()) return {};
  if (!info.fetches) return fail(fmt::format("urls are for workloads that fetch, not {}", config.workload), "urls");
  if (!host.starts_lab_server) return fail("a page may not fetch from other sites: use the native program", "urls");
  if (traits_of(config).workers && config.workers > kPoliteConnections) {
    return fail(
        fmt::format("workers is {}: at most {} ask the sites of others at a time", config.workers, kPoliteConnections),
        "workers");
  }
  return {};
}

WebRun::WebRun(const RunConfig& config, coro::Scheduler& scheduler)
    : config_(config), info_(*find_workload(config.workload)), scheduler_(scheduler) {}

coro::Task<Status> WebRun::open() {
  if (!config_.urls.empty()) co_return Status{};
  if (!config_.server.empty()) {
    base_url_ = config_.server;
    while (base_url_.ends_with('/')) base_url_.pop_back();
    // A browser speaks nothing newer without TLS; with it, it may, and does not tell here.
    if (!capabilities().starts_lab_server && base_url_.starts_with("http:")) {
      place_.max_connections = kBrowserConnections;
    }
  } else if (capabilities().starts_lab_server) {
    server_ = std::make_unique<LabServer>(scheduler_);
    auto started = co_await server_->start();
    if (!started) co_return std::unexpected(started.error());
    base_url_ = *started;
  } else {
    Finding finding{scheduler_, {}};  // a variable: see AsyncWeb::fetch
    place_ = co_await finding;
    base_url_ = place_.base_url;
  }
  co_return Status{};
}

coro::Task<Result<WebAccess>> WebRun::begin_repeat() {
  WebAccess access;
  access.base_url = base_url_;
  access.urls = config_.urls;
  access.timeout_ms = config_.timeout_ms;
  access.commit_batch = config_.commit_batch;
  if (!info_.saves) co_return access;
  Making making{scheduler_, config_.durable, {}};  // variables: see AsyncWeb::fetch
  auto table = co_await making;
  if (!table) co_return std::unexpected(table.error());
  table_ = std::move(*table);
  access.table = table_->address();
  co_return access;
}

coro::Task<Result<std::optional<SavedPages>>> WebRun::end_repeat(std::uint64_t checksum) {
  if (!table_) co_return std::nullopt;
  ReadingTable reading{scheduler_, *table_, config_.tasks, {}};
  const auto contents = co_await reading;
  table_.reset();  // its files and its memory are nobody else's
  if (!contents) co_return std::unexpected(contents.error());
  const bool whole = contents->rows == config_.tasks && contents->pages == contents->rows;
  co_return SavedPages{contents->rows, contents->pages, whole && contents->digest == checksum};
}

std::vector<Note> WebRun::notes() const {
  if (simulated()) return {trilane::notes::simulated_wait(place_.simulated_because)};
  const std::uint32_t asked = tasks_in_flight(config_);
  const unsigned most = place_.max_connections;
  if (most == 0 || asked <= most) return {};
  return {trilane::notes::browser_connections(most, asked)};
}

std::string WebRun::server_gone() const { return server_ ? server_->end_reason() : std::string(); }

Error WebRun::explain(Error error) const {
  if (!server_gone().empty()) error.message += " (the latency server: " + server_gone() + ")";
  return error;
}

}  // namespace trilane
