#include "http_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <utility>

namespace trilane::native {
namespace {

constexpr std::size_t kFilePartBytes = 64 * 1024;
constexpr std::size_t kMaxHeaders = 100;
constexpr std::size_t kMaxDiscardedBytes = 1U << 20;

// Sent with every answer. The first two give the page its shared memory (cross-origin isolation), and with it threads.
// Resource-Policy is cross-origin, not same-origin: a course page that is isolated itself may frame this one and load
// its embed script only then, and nothing here is secret or depends on who asks.
constexpr std::string_view kCommonHeaders =
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Embedder-Policy: require-corp\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\n"
    "X-Content-Type-Options: nosniff\r\n";

HttpConnection& connection_of(void* handle) {
  return *static_cast<HttpConnection*>(static_cast<uv_handle_t*>(handle)->data);
}

uv_buf_t buffer_of(const std::string& text) {
  return uv_buf_init(const_cast<char*>(text.data()), static_cast<unsigned>(text.size()));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

/// What the parser calls. A result other than 0 stops it.
struct HttpConnection::ParserCallbacks {
  static HttpConnection& self(http_parser* parser) { return *static_cast<HttpConnection*>(parser->data); }

  static int on_url(http_parser* parser, const char* at, std::size_t length) {
    HttpConnection& c = self(parser);
    c.target_.append(at, length);
    if (c.target_.size() <= kMaxTargetBytes) return 0;
    c.problem_ = 414;
    return 1;
  }
  static int on_name(http_parser* parser, const char* at, std::size_t length) {
    HttpConnection& c = self(parser);
    auto& headers = c.request_.headers;
    if (headers.empty() || c.value_begun_) headers.emplace_back();
    c.value_begun_ = false;
    headers.back().first += lower({at, length});
    if (headers.size() <= kMaxHeaders) return 0;
    c.problem_ = 431;
    return 1;
  }
  static int on_value(http_parser* parser, const char* at, std::size_t length) {
    HttpConnection& c = self(parser);
    c.value_begun_ = true;
    c.request_.headers.back().second.append(at, length);
    return 0;
  }
  static int on_headers(http_parser* parser) {
    HttpConnection& c = self(parser);
    const auto hosts = std::ranges::count(c.request_.headers, "host", [](const auto& h) { return h.first; });
    const bool has_body =
        (parser->flags & F_CHUNKED) != 0 || (parser->content_length != ULLONG_MAX && parser->content_length > 0);
    c.close_after_ = http_should_keep_alive(parser) == 0 || parser->upgrade != 0 || has_body;
    c.request_.head = parser->method == HTTP_HEAD;
    if (parser->http_major != 1) {
      c.problem_ = 505;
    } else if (hosts > 1 || (hosts == 0 && parser->http_minor >= 1)) {
      c.problem_ = 400;
    } else if (parser->method != HTTP_GET && parser->method != HTTP_HEAD) {
      c.problem_ = 405;
    } else if (has_body) {
      c.problem_ = 413;
    }
    // 1: there is no body. Where one was announced the connection ends with the answer, and its bytes are not looked
    // at.
    return has_body ? 1 : 0;
  }
  static int on_complete(http_parser* parser) {
    self(parser).whole_ = true;
    http_parser_pause(parser, 1);  // the next request waits until this one is answered
    return 0;
  }
};

void Responder::send(HttpResponse response) {
  if (const auto connection = std::exchange(connection_, {}).lock()) connection->respond(std::move(response));
}

HttpConnection::HttpConnection(UvEventLoop& loop, const RequestHandler& handler,
                               std::function<void(HttpConnection*)> on_closed)
    : loop_(loop), handler_(handler), on_closed_(std::move(on_closed)) {
  http_parser_init(&parser_, HTTP_REQUEST);
  parser_.data = tcp_.data = timer_.data = write_.data = this;
}

void HttpConnection::accept(uv_stream_t* listener) {
  uv_tcp_init(loop_.uv(), &tcp_);
  uv_timer_init(loop_.uv(), &timer_);
  open_handles_ = 2;
  if (uv_accept(listener, reinterpret_cast<uv_stream_t*>(&tcp_)) != 0) return close();
  uv_tcp_nodelay(&tcp_, 1);
  read_request();
}

void HttpConnection::close() {
  if (std::exchange(phase_, Phase::closed) == Phase::closed) return;
  const auto closed = [](uv_handle_t* handle) {
    HttpConnection& connection = connection_of(handle);
    if (--connection.open_handles_ != 0) return;
    // Taken out first: the call destroys the connection, and would destroy the function while it runs.
    const auto on_closed = std::move(connection.on_closed_);
    on_closed(&connection);
  };
  uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), closed);
}

void HttpConnection::set_timer(unsigned ms) {
  uv_timer_start(&timer_, [](uv_timer_t* timer) { connection_of(timer).on_timeout(); }, ms, 0);
}

void HttpConnection::on_timeout() {
  // An idle connection just ends; half a request is answered, so that its sender learns why.
  if (phase_ == Phase::reading && begun_) return refuse(408, "the request was not complete in time");
  close();
}

void HttpConnection::read_request() {
  phase_ = Phase::reading;
  request_ = {};
  target_.clear();
  value_begun_ = begun_ = whole_ = false;
  problem_ = 0;
  http_parser_pause(&parser_, 0);
  close_after_ = false;
  // From now until the request is whole, however slowly its bytes drip.
  set_timer(kRequestMs);
  if (!unread_.empty()) {
    const std::string bytes = std::exchange(unread_, {});
    parse(bytes);
    if (phase_ != Phase::reading) return;
  }
  start_reading();
}

void HttpConnection::start_reading() {
  uv_read_start(
      reinterpret_cast<uv_stream_t*>(&tcp_),
      [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        const auto memory = connection_of(handle).loop_.read_buffer();
        *buffer = uv_buf_init(memory.data(), static_cast<unsigned>(memory.size()));
      },
      [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
        connection_of(stream).on_read(size, buffer->base);
      });
}

void HttpConnection::on_read(ssize_t size, const char* bytes) {
  if (size == 0) return;
  if (size < 0) return close();
  if (phase_ == Phase::reading) return parse({bytes, static_cast<std::size_t>(size)});
  discarded_ += static_cast<std::size_t>(size);
  if (discarded_ > kMaxDiscardedBytes) close();
}

void HttpConnection::parse(std::string_view bytes) {
  static const http_parser_settings settings = [] {
    http_parser_set_max_header_size(kMaxHeaderBytes);
    http_parser_settings s;
    http_parser_settings_init(&s);
    s.on_url = ParserCallbacks::on_url;
    s.on_header_field = ParserCallbacks::on_name;
    s.on_header_value = ParserCallbacks::on_value;
    s.on_headers_complete = ParserCallbacks::on_headers;
    s.on_message_complete = ParserCallbacks::on_complete;
    return s;
  }();
  begun_ = true;
  const std::size_t used = http_parser_execute(&parser_, &settings, bytes.data(), bytes.size());
  const http_errno error = HTTP_PARSER_ERRNO(&parser_);
  if (whole_) {
    unread_.assign(bytes.substr(std::min(used, bytes.size())));
    return dispatch();
  }
  if (error == HPE_OK) return;  // more is to come
  if (problem_ == 0) problem_ = error == HPE_HEADER_OVERFLOW ? 431 : 400;
  refuse(problem_, problem_ == 400 ? http_errno_description(error) : "there is a limit to what is read");
}

void HttpConnection::refuse(int status, std::string_view why) {
  uv_read_stop(reinterpret_cast<uv_stream_t*>(&tcp_));
  close_after_ = true;
  phase_ = Phase::handling;
  respond(HttpResponse::text(status, why));
}

void HttpConnection::dispatch() {
  uv_read_stop(reinterpret_cast<uv_stream_t*>(&tcp_));
  uv_timer_stop(&timer_);
  phase_ = Phase::handling;
  body_wanted_ = !request_.head;
  if (problem_ == 400) return refuse(400, "a request needs exactly one Host header");
  if (problem_ == 405) {
    // Nothing is wrong with the connection, unless a body follows: on_headers() looked at that.
    HttpResponse response = HttpResponse::text(405, "only GET and HEAD are answered");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return respond(std::move(response));
  }
  if (problem_ != 0) return refuse(problem_, problem_ == 413 ? "a body is not expected" : "HTTP/1.1 is spoken here");
  auto target = parse_target(target_);
  if (!target) return respond(HttpResponse::text(400, target.error().message));
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  const HttpRequest request = std::exchange(request_, {});
  handler_(request, Responder(weak_from_this()));
}

void HttpConnection::respond(HttpResponse response) {
  if (phase_ != Phase::handling) return;
  phase_ = Phase::writing;
  response_ = std::move(response);
  head_ = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response_.status, status_text(response_.status),
                      http_date(std::time(nullptr)));
  head_ += kCommonHeaders;
  for (const auto& [name, value] : response_.headers) head_ += fmt::format("{}: {}\r\n", name, value);
  if (response_.status != 304) head_ += fmt::format("Content-Length: {}\r\n", response_.size());
  if (close_after_) {
    head_ += "Connection: close\r\n";
  } else if (parser_.http_minor == 0) {
    head_ += "Connection: keep-alive\r\n";
  }
  head_ += "\r\n";
  file_sent_ = 0;
  write_head_and_body();
}

void HttpConnection::write_head_and_body() {
  uv_buf_t buffers[] = {buffer_of(head_), buffer_of(response_.body)};
  const bool has_body = body_wanted_ && response_.status != 304 && !response_.file && !response_.body.empty();
  write(buffers, has_body ? 2 : 1);
}

void HttpConnection::write_file_part() {
  part_.resize(std::min<std::uint64_t>(kFilePartBytes, response_.file_size - file_sent_));
  const ssize_t got = pread(response_.file.get(), part_.data(), part_.size(), static_cast<off_t>(file_sent_));
  // The file became shorter, or the disk failed: the promised length cannot be kept, and only an end tells of it.
  if (got <= 0) return close();
  file_sent_ += static_cast<std::uint64_t>(got);
  const uv_buf_t buffer = uv_buf_init(part_.data(), static_cast<unsigned>(got));
  write(&buffer, 1);
}

void HttpConnection::write(const uv_buf_t* buffers, unsigned count) {
  set_timer(kWriteMs);
  const int result = uv_write(
      &write_, reinterpret_cast<uv_stream_t*>(&tcp_), buffers, count,
      [](uv_write_t* request, int status) { static_cast<HttpConnection*>(request->data)->on_written(status); });
  if (result != 0) close();
}

void HttpConnection::on_written(int status) {
  if (phase_ == Phase::closed) return;
  if (status != 0) return close();
  const bool more = body_wanted_ && response_.status != 304 && response_.file && file_sent_ < response_.file_size;
  if (more) return write_file_part();
  finish_answer();
}

void HttpConnection::finish_answer() {
  response_ = {};
  head_ = {};
  part_ = {};  // an idle connection keeps no buffers
  body_wanted_ = true;
  if (close_after_) return linger();
  read_request();
}

void HttpConnection::linger() {
  // Closing with bytes unread would make the system reset the connection, and the client might lose the answer.
  phase_ = Phase::lingering;
  unread_ = {};
  discarded_ = 0;
  set_timer(kLingerMs);
  uv_shutdown(&shutdown_, reinterpret_cast<uv_stream_t*>(&tcp_), [](uv_shutdown_t*, int) {});
  start_reading();
}

}  // namespace trilane::native
