// HTTP clients of the page: the one that blocks is a synchronous XMLHttpRequest in whatever Worker calls it (a pthread,
// a child, the plain engine), the other is fetch(). Where the lab's web is only simulated (platform/lab_web_place.hpp)
// both wait with the platform's own timers.
//
// What a browser does not give: the cause of a failed connection, a look at Stop in the middle of a synchronous request
// (the engine is ended from outside then), and a synchronous answer that is cut short at max_body_bytes: it is refused
// when it has come.
#include "platform/http_client.hpp"

#include <emscripten.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <string_view>
#include <utility>

#include "lab_simulation.hpp"
#include "platform/clock.hpp"
#include "platform/event_loop.hpp"
#include "platform/host.hpp"

// http_client.lib.js. Bodies and texts that come from there are malloc'd, and ours to free. A status of 0 means that
// there is no answer: then the body is a text that says why.
extern "C" {
EMSCRIPTEN_KEEPALIVE void trilane_http_done(void* client, int id, int status, char* body, std::size_t size);
EMSCRIPTEN_KEEPALIVE void trilane_http_waited(void* client, int id);
int trilane_js_http_block(const char* url, int timeout_ms, double max_bytes, char** body, std::size_t* size);
void trilane_js_http_start(void* client, int id, const char* url, int timeout_ms, double max_bytes);
void trilane_js_http_wait(void* client, int id, double wait_ms);
/// Ends it; `tell` is 0 when nobody wants to hear of it any more.
void trilane_js_http_cancel(int id, int tell);
}

namespace trilane {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kAskEveryNs = 100 * kNsPerMs;
constexpr const char* kStopped = "stopped";

Result<HttpAnswer> to_answer(const HttpGet& request, int status, char* body, std::size_t size) {
  std::string text(body == nullptr ? "" : body, size);
  std::free(body);
  if (status == 0) return fail(text == kStopped ? text : "cannot fetch " + request.url + ": " + text);
  return HttpAnswer{status, std::move(text)};
}

class XhrClient final : public BlockingHttpClient {
 public:
  Result<HttpAnswer> get(const HttpGet& request, const std::function<bool()>& keep_going) override {
    if (web::is_simulated(request)) return simulate(request, keep_going);
    if (keep_going && !keep_going()) return fail(kStopped);
    char* body = nullptr;
    std::size_t size = 0;
    const int status = trilane_js_http_block(request.url.c_str(), request.timeout_ms,
                                             static_cast<double>(request.max_body_bytes), &body, &size);
    return to_answer(request, status, body, size);
  }

 private:
  static Result<HttpAnswer> simulate(const HttpGet& request, const std::function<bool()>& keep_going) {
    const web::LabSimulation simulation(request);
    const std::int64_t end = now_ns() + simulation.wait_ns();
    for (std::int64_t left = end - now_ns(); left > 0; left = end - now_ns()) {
      if (keep_going && !keep_going()) return fail(kStopped);
      sleep_ns(std::min(left, kAskEveryNs));
    }
    return simulation.answer();
  }
};

class FetchClient final : public AsyncHttpClient {
 public:
  FetchClient(EventLoop& loop, std::size_t max_per_host) : loop_(loop), max_per_host_(max_per_host) {}
  ~FetchClient() override {
    *alive_ = false;
    for (const auto& [id, entry] : entries_) {
      if (entry.started) trilane_js_http_cancel(id, 0);
    }
  }
  FetchClient(const FetchClient&) = delete;
  FetchClient& operator=(const FetchClient&) = delete;

  void get(HttpGet request, std::function<void(Result<HttpAnswer>)> done) override {
    const int id = next_id();
    entries_.emplace(id, Entry{std::move(request), std::move(done)});
    waiting_.push_back(id);
    start_waiting();
  }

  void cancel_all() override {
    waiting_.clear();
    for (auto& [id, entry] : entries_) {
      if (entry.started && !entry.simulated) {
        trilane_js_http_cancel(id, 1);
        continue;
      }
      if (entry.started) trilane_js_http_cancel(id, 0);
      // Later: nothing is told inside this call, and whoever is told may destroy us.
      loop_.post([this, alive = alive_, id] {
        if (*alive) end(id, fail(kStopped));
      });
    }
  }

  void done(int id, int status, char* body, std::size_t size) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return std::free(body);
    end(id, to_answer(found->second.request, status, body, size));
  }

  void waited(int id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    // Browsers' timers may be early by a part of a millisecond.
    const std::int64_t left = found->second.end_ns - now_ns();
    if (left > 0) return wait(id, left);
    end(id, web::LabSimulation(found->second.request).answer());
  }

 private:
  struct Entry {
    HttpGet request;
    std::function<void(Result<HttpAnswer>)> done;
    bool started = false;
    bool simulated = false;
    std::int64_t end_ns = 0;
  };

  /// One sequence for all clients of a thread: http_client.lib.js knows requests by it.
  static int next_id() {
    thread_local int last = 0;
    return ++last;
  }

  static std::string host_of(const std::string& url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string::npos) return {};
    return url.substr(0, url.find_first_of("/?#", scheme + 3));
  }

  bool may_start(const Entry& entry) const {
    if (max_per_host_ == 0) return true;
    const auto open = open_.find(host_of(entry.request.url));
    return open == open_.end() || open->second < max_per_host_;
  }

  void start_waiting() {
    for (auto it = waiting_.begin(); it != waiting_.end();) {
      Entry& entry = entries_.at(*it);
      if (!may_start(entry)) {
        ++it;
        continue;
      }
      const int id = *it;
      it = waiting_.erase(it);
      start(id, entry);
    }
  }

  void start(int id, Entry& entry) {
    entry.started = true;
    entry.simulated = web::is_simulated(entry.request);
    if (max_per_host_ != 0) ++open_[host_of(entry.request.url)];
    if (entry.simulated) {
      const std::int64_t wait_ns = web::LabSimulation(entry.request).wait_ns();
      entry.end_ns = now_ns() + wait_ns;
      return wait(id, wait_ns);
    }
    trilane_js_http_start(this, id, entry.request.url.c_str(), entry.request.timeout_ms,
                          static_cast<double>(entry.request.max_body_bytes));
  }

  void wait(int id, std::int64_t wait_ns) {
    trilane_js_http_wait(this, id, static_cast<double>((wait_ns + kNsPerMs - 1) / kNsPerMs));
  }

  void end(int id, Result<HttpAnswer> answer) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    Entry entry = std::move(found->second);
    entries_.erase(found);
    if (max_per_host_ != 0 && entry.started) {
      --open_[host_of(entry.request.url)];
      start_waiting();
    }
    entry.done(std::move(answer));  // last: it may destroy us
  }

  EventLoop& loop_;
  std::size_t max_per_host_;
  std::map<int, Entry> entries_;
  std::deque<int> waiting_;  // ids that have not been started, in order
  std::map<std::string, std::size_t> open_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

Result<std::unique_ptr<BlockingHttpClient>> BlockingHttpClient::create() { return std::make_unique<XhrClient>(); }

Result<std::unique_ptr<AsyncHttpClient>> AsyncHttpClient::create(EventLoop& loop, std::size_t max_per_host) {
  return std::make_unique<FetchClient>(loop, max_per_host);
}

}  // namespace trilane

void trilane_http_done(void* client, int id, int status, char* body, std::size_t size) {
  static_cast<trilane::FetchClient*>(client)->done(id, status, body, size);
}

void trilane_http_waited(void* client, int id) { static_cast<trilane::FetchClient*>(client)->waited(id); }
