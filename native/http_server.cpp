#include "http_server.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace trilane::native {
namespace {

constexpr int kBacklog = 1024;

/// How many connections the limit of open files allows: a socket and a file each, and some for ourselves.
std::size_t connection_limit() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return 256;
  // The soft limit is kept low for old programs that use select(); the hard one is what we may really have.
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 2 * HttpServer::kMaxConnections + 128);
  setrlimit(RLIMIT_NOFILE, &files);
  getrlimit(RLIMIT_NOFILE, &files);
  const auto allowed = static_cast<std::size_t>(files.rlim_cur);
  return std::clamp<std::size_t>(allowed > 64 ? (allowed - 64) / 2 : 1, 1, HttpServer::kMaxConnections);
}

}  // namespace

struct HttpServer::Core {
  explicit Core(UvEventLoop& event_loop) : loop(event_loop), limit(connection_limit()) {
    handler = [this](const HttpRequest& request, Responder responder) { route(request, std::move(responder)); };
  }

  void route(const HttpRequest& request, Responder responder) {
    for (const auto& [prefix, to] : routes)
      if (request.path.starts_with(prefix)) return to(request, std::move(responder));
    responder.send(HttpResponse::text(404, "there is nothing here"));
  }

  void accept() {
    // Not accepted, it stays in the system's queue, and libuv asks no more until we do.
    waiting = connections.size() >= limit;
    if (waiting || closing) return;
    auto connection = std::make_shared<HttpConnection>(loop, handler, [this](HttpConnection* gone) {
      connections.erase(gone);
      if (closing) return release();
      if (waiting) accept();
    });
    HttpConnection* raw = connection.get();
    connections.emplace(raw, std::move(connection));
    raw->accept(reinterpret_cast<uv_stream_t*>(&listener));
  }

  void shut_down() {
    closing = true;
    for (const auto& [raw, connection] : connections) raw->close();
    if (!listener_open) return release();
    uv_close(reinterpret_cast<uv_handle_t*>(&listener), [](uv_handle_t* handle) {
      auto* core = static_cast<Core*>(handle->data);
      core->listener_open = false;
      core->release();
    });
  }

  void release() {
    if (!listener_open && connections.empty()) delete this;
  }

  UvEventLoop& loop;
  const std::size_t limit;
  std::vector<std::pair<std::string, RequestHandler>> routes;
  RequestHandler handler;
  std::unordered_map<HttpConnection*, std::shared_ptr<HttpConnection>> connections;
  uv_tcp_t listener{};
  bool listener_open = false;
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
  core_->listener.data = core_;
  core_->listener_open = true;
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
