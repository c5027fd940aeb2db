// Platform seam: HTTP clients, one that blocks and one on the event loop. native/http_client.cpp is libcurl (easy;
// multi driven by libuv), web/http_client.cpp is synchronous XHR and fetch().
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace trilane {

class EventLoop;

struct HttpGet {
  std::string url;                          ///< Absolute, http or https; on the page a path of its own host serves too.
  int timeout_ms = 10'000;                  ///< From the call to the last byte.
  std::size_t max_body_bytes = 16U << 20U;  ///< A longer answer is an error: it is not read to its end.
};

/// Any status: whether 404 is a failure is the caller's business.
struct HttpAnswer {
  int status = 0;
  std::string body;
};

/// One thread's client: keeps its connections alive from one request to the next.
class BlockingHttpClient {
 public:
  static Result<std::unique_ptr<BlockingHttpClient>> create();
  virtual ~BlockingHttpClient() = default;
  /// Blocks until the answer is there. `keep_going` is asked now and then (at least once a second) and may be empty;
  /// when it returns false the request is given up with the error "stopped".
  /// Errors name the cause for people: refused, reset, timed out after …, no such host, too long, not a URL.
  virtual Result<HttpAnswer> get(const HttpGet& request, const std::function<bool()>& keep_going) = 0;
};

/// Many requests at a time on one loop, over connections that are kept alive. Loop thread only.
class AsyncHttpClient {
 public:
  /// `max_per_host`: most connections to one host at a time; further requests wait for one. 0: no limit.
  static Result<std::unique_ptr<AsyncHttpClient>> create(EventLoop& loop, std::size_t max_per_host);
  /// Gives up what is under way; no `done` is called any more.
  virtual ~AsyncHttpClient() = default;
  /// `done` is called once on the loop's thread, never before get() has returned. Errors as in BlockingHttpClient.
  virtual void get(HttpGet request, std::function<void(Result<HttpAnswer>)> done) = 0;
  /// Every request under way ends soon, with the error "stopped".
  virtual void cancel_all() = 0;
};

}  // namespace trilane
