// One client's connection to the server. Requests are answered one after another, so pipelined ones in order; while
// one is being answered nothing more is read, so a client can make us keep no more than one read's worth of bytes.
// A request must be whole within kRequestMs, and every part of an answer taken within kWriteMs. Loop thread only.
#pragma once

#include <http_parser.h>
#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "event_loop_uv.hpp"
#include "http_message.hpp"

namespace trilane::native {

class HttpConnection;

/// The one chance to answer a request, now or later. send() does nothing when the client has gone meanwhile.
class Responder {
 public:
  explicit Responder(std::weak_ptr<HttpConnection> connection) : connection_(std::move(connection)) {}
  void send(HttpResponse response);

 private:
  std::weak_ptr<HttpConnection> connection_;
};

using RequestHandler = std::function<void(const HttpRequest& request, Responder responder)>;

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  static constexpr unsigned kRequestMs = 10'000;
  static constexpr unsigned kWriteMs = 30'000;
  static constexpr unsigned kLingerMs = 1'000;
  static constexpr std::size_t kMaxTargetBytes = 8 * 1024;
  static constexpr std::size_t kMaxHeaderBytes = 16 * 1024;  ///< Request line and headers together.

  /// `handler` outlives the connection; `on_closed` is called once, when it may be destroyed.
  HttpConnection(UvEventLoop& loop, const RequestHandler& handler, std::function<void(HttpConnection*)> on_closed);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void accept(uv_stream_t* listener);
  /// At once, whatever is going on; on_closed follows.
  void close();

 private:
  friend class Responder;
  struct ParserCallbacks;
  enum class Phase : std::uint8_t { reading, handling, writing, lingering, closed };

  void read_request();
  void start_reading();
  void on_read(ssize_t size, const char* bytes);
  void parse(std::string_view bytes);
  void refuse(int status, std::string_view why);
  void dispatch();
  void respond(HttpResponse response);
  void write_head_and_body();
  void write_file_part();
  void write(const uv_buf_t* buffers, unsigned count);
  void on_written(int status);
  void finish_answer();
  void linger();
  void set_timer(unsigned ms);
  void on_timeout();

  UvEventLoop& loop_;
  const RequestHandler& handler_;
  std::function<void(HttpConnection*)> on_closed_;
  uv_tcp_t tcp_{};
  uv_timer_t timer_{};
  uv_write_t write_{};
  uv_shutdown_t shutdown_{};
  http_parser parser_{};
  int open_handles_ = 0;
  Phase phase_ = Phase::reading;

  // The request that is being read.
  HttpRequest request_;
  std::string target_;
  bool value_begun_ = false;  // the last header's value has begun: what comes next is a new name
  bool begun_ = false;        // some of its bytes have come
  bool whole_ = false;
  bool close_after_ = false;
  int problem_ = 0;     // the status to refuse it with
  std::string unread_;  // bytes after it, of the next ones

  // The answer that is being written.
  HttpResponse response_;
  std::string head_;
  bool body_wanted_ = true;
  std::uint64_t file_sent_ = 0;
  std::vector<char> part_;
  std::size_t discarded_ = 0;
};

}  // namespace trilane::native
