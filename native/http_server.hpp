// An HTTP/1.1 server on the event loop: a listening socket, its connections, and a table of routes. Loop thread only.
#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "event_loop_uv.hpp"
#include "http_connection.hpp"

namespace trilane::native {

class HttpServer {
 public:
  /// More clients wait in the system's queue until others leave.
  static constexpr std::size_t kMaxConnections = 12'000;

  explicit HttpServer(UvEventLoop& loop);
  /// Closes everything; the loop's next turns, or its end, free it.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Requests whose path begins with `prefix` go to `handler`; of several that fit, the one that was added first.
  void add_route(std::string prefix, RequestHandler handler);

  /// Errors say what to do: the port is in use, no such address, no right to it.
  Status listen(const sockaddr& address, std::uint16_t port);
  /// Bodies in memory that their clients have not taken whole yet, of all connections.
  std::uint64_t held_bytes() const;
  /// The port that it listens on: the one chosen, where 0 was asked for.
  std::uint16_t port() const;

 private:
  struct Core;
  Core* core_;  // freed by the last of its handles: the loop may still hold them when we are gone
};

}  // namespace trilane::native
