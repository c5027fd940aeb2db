// The parts of a task that fetch, parse and save, for workers that block. The event loop shares the parse and the saver
// (async_web.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "models/web_access.hpp"
#include "platform/database.hpp"
#include "platform/http_client.hpp"

namespace trilane {

/// What failed while the run went on: HTTP errors, refused connections, a locked database…
struct TaskErrors {
  std::uint64_t count = 0;
  std::string first;  ///< Of the first task that failed: its number and the cause.

  void add(std::uint32_t task, const std::string& cause);
  void add(const TaskErrors& others);
};

/// One task's page on its way through fetch, parse and save.
struct PageInWork {
  std::string body;
  PageRow row;
};

/// Takes over an answer; its bytes become the task's value. A status from 400 is an error, as a failed request is.
Status take_answer(Result<HttpAnswer> answer, const std::string& url, PageInWork& page, std::uint64_t& value);

/// Parses the page once; its row becomes the task's value. One call is one checkpoint's worth of work.
void parse_body(std::uint32_t task, PageInWork& page, std::uint64_t& value);

/// One worker's rows and connection; commits in batches. One thread at a time.
class PageSaver {
 public:
  explicit PageSaver(const WebAccess& web) : web_(web) {}
  void keep(PageRow row) { rows_.push_back(std::move(row)); }
  /// Is it time to commit what is kept?
  bool full() const { return rows_.size() >= web_.commit_batch; }
  std::size_t kept() const { return rows_.size(); }
  std::vector<PageRow> take() { return std::exchange(rows_, {}); }
  /// This worker's connection, opened by the first call.
  Result<PageDatabase*> database();
  /// One transaction. Blocks.
  Status commit(const std::vector<PageRow>& rows);

 private:
  const WebAccess& web_;
  std::unique_ptr<PageDatabase> database_;
  std::vector<PageRow> rows_;
};

/// One thread's client and saver.
class WebWorker {
 public:
  /// `keep_going`: see BlockingHttpClient::get. The access outlives the worker.
  WebWorker(const WebAccess& web, std::function<bool()> keep_going)
      : web_(web), keep_going_(std::move(keep_going)), saver_(web) {}

  Status fetch(const std::string& url, PageInWork& page, std::uint64_t& value);
  PageSaver& saver() { return saver_; }

 private:
  const WebAccess& web_;
  std::function<bool()> keep_going_;
  std::unique_ptr<BlockingHttpClient> client_;
  PageSaver saver_;
};

}  // namespace trilane
