// Answers /lab/… of the HTTP server: the lab's own web (workloads/lab_web.hpp) with its waits. Loop thread only.
#pragma once

#include <memory>

#include "event_loop_uv.hpp"
#include "http_server.hpp"
#include "lab_waits.hpp"
#include "workloads/lab_web.hpp"

namespace trilane::native {

class LabService {
 public:
  /// More than this in bodies that clients have asked for and do not take, and new requests are answered with 503.
  static constexpr std::uint64_t kMaxHeldBytes = 256U << 20;

  /// Becomes the loop's handler: one for each loop, and no scheduler on it.
  explicit LabService(UvEventLoop& loop) : waits_(loop) {}

  /// Before the server's other routes. The service outlives the server.
  void add_to(HttpServer& server);

 private:
  class Waiting;
  void on_request(const HttpRequest& request, Responder responder, const HttpServer& server);
  static HttpResponse answer(const LabRequest& request, const HttpServer& server);

  LabWaits waits_;
};

}  // namespace trilane::native
