#include "http_server.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace trilane::native {
namespace {

constexpr int kBacklog = 4096;
constexpr std::uint64_t kClockMs = 500;

/// How many connections the limit of open files allows: a socket each, a third as many files for those that are being
/// sent one, and some for ourselves.
std::size_t connection_limit() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return 256;
  // The soft limit is kept low for old programs that use select(); the hard one is what we may really have.
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 2 * HttpServer::kMaxConnections + 128);
  setrlimit(RLIMIT_NOFILE, &files);
  getrlimit(RLIMIT_NOFILE, &files);
  const auto allowed = static_cast<std::size_t>(files.rlim_cur);
  return std::clamp<std::size_t>(allowed > 64 ? (allowed - 64) / 4 * 3 : 1, 1, HttpServer::kMaxConnections);
}

}  // namespace

struct HttpServer::Core final : HttpConnectionHost {
  explicit Core(UvEventLoop& event_loop) : HttpConnectionHost(event_loop), limit(connection_limit()) {
    uv_timer_init(loop.uv(), &clock);
    clock.data = listener.data = this;
  }

  void on_request(const HttpRequest& request, Responder responder) override {
    for (const auto& [prefix, to] : routes)
      if (request.path.starts_with(prefix)) return to(request, std::move(responder));
    responder.send(HttpResponse::text(404, "there is nothing here"));
  }

  void on_closed(HttpConnection* gone) override {
    connections.erase(gone);
    if (closing) return release();
    if (connections.empty()) uv_timer_stop(&clock);
    if (waiting) accept();
  }

  void accept() {
    // Not accepted, it stays in the system's queue, and libuv asks no more until we do.
    waiting = connections.size() >= limit;
    if (waiting || closing) return;
    if (connections.empty()) uv_timer_start(&clock, on_clock, kClockMs, kClockMs);
    auto connection = std::make_shared<HttpConnection>(*this);
    HttpConnection* raw = connection.get();
    connections.emplace(raw, std::move(connection));
    raw->accept(reinterpret_cast<uv_stream_t*>(&listener));
  }

  static void on_clock(uv_timer_t* timer) {
    // None is destroyed in the call: that is a later turn's.
    for (const auto& [raw, connection] : static_cast<Core*>(timer->data)->connections)
      raw->look_at_clock(uv_now(timer->loop));
  }

  void shut_down() {
    closing = true;
    for (const auto& [raw, connection] : connections) raw->close();
    const auto closed = [](uv_handle_t* handle) {
      auto* core = static_cast<Core*>(handle->data);
      --core->handles;
      core->release();
    };
    uv_close(reinterpret_cast<uv_handle_t*>(&clock), closed);
    if (listening) uv_close(reinterpret_cast<uv_handle_t*>(&listener), closed);
  }

  void release() {
    if (handles == 0 && connections.empty()) delete this;
  }

  const std::size_t limit;
  std::vector<std::pair<std::string, RequestHandler>> routes;
  std::unordered_map<HttpConnection*, std::shared_ptr<HttpConnection>> connections;
  uv_tcp_t listener{};
  uv_timer_t clock{};
  int handles = 1;  // open ones of these two
  bool listening = false;
  bool waiting = false;
  bool closing = false;
};

HttpServer::HttpServer(UvEventLoop& loop) : core_(new Core(loop)) {}

HttpServer::~HttpServer() { core_->shut_down(); }

void HttpServer::add_route(std::string prefix, RequestHandler handler) {
  core_->routes.emplace_back(std::move(prefix), std::move(handler));
}

Status HttpServer::listen(const sockaddr& address, std::uint16_t port) {
  uv_tcp_init(core_->loop.uv(), &core_->listener);
  core_->listening = true;
  ++core_->handles;
  int error = uv_tcp_bind(&core_->listener, &address, 0);
  // libuv reports a port in use only here.
  if (error == 0) {
    error = uv_listen(reinterpret_cast<uv_stream_t*>(&core_->listener), kBacklog, [](uv_stream_t* stream, int status) {
      if (status == 0) static_cast<Core*>(stream->data)->accept();
    });
  }
  if (error == 0) return {};
  if (error == UV_EADDRINUSE) return fail(fmt::format("port {} is in use; choose another with --port", port), "port");
  if (error == UV_EACCES)
    return fail(fmt::format("port {} needs more rights than this program has; choose one above 1023 with --port", port),
                "port");
  if (error == UV_EADDRNOTAVAIL)
    return fail("this machine does not have that address; choose another with --host", "host");
  return fail(fmt::format("cannot listen on port {}: {}", port, uv_strerror(error)), "port");
}

std::uint64_t HttpServer::held_bytes() const { return core_->held_bytes; }

std::uint16_t HttpServer::port() const {
  sockaddr_storage address{};
  int size = sizeof address;
  if (uv_tcp_getsockname(&core_->listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  // The port lies at the same place in both families' addresses.
  sockaddr_in v4{};
  std::memcpy(&v4, &address, sizeof v4);
  return ntohs(v4.sin_port);
}

}  // namespace trilane::native
