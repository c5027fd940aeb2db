// One client's connection to the server. Requests are answered one after another, so pipelined ones in order. While one
// is being answered the next ones' bytes are kept, up to kMaxUnreadBytes: then nothing more is read until they are
// looked at. A request must be whole within kRequestMs, and every part of an answer taken within kWriteMs.
//
// A client that ends its side of the connection while its request waits has gone: what was kept for it is let go at
// once, and nothing is answered. Loop thread only.
#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "event_loop_uv.hpp"
#include "http_message.hpp"
#include "http_request_reader.hpp"

namespace trilane::native {

class HttpConnection;

/// What an answer waits for. Destroyed when the client goes, or when the answer is given.
class PendingAnswer {
 public:
  PendingAnswer() = default;
  PendingAnswer(const PendingAnswer&) = delete;
  PendingAnswer& operator=(const PendingAnswer&) = delete;
  virtual ~PendingAnswer() = default;
};

/// The one chance to answer a request, now or later. Both do nothing when the client has gone meanwhile.
class Responder {
 public:
  explicit Responder(std::weak_ptr<HttpConnection> connection) : connection_(std::move(connection)) {}
  void send(HttpResponse response);
  /// The connection owns `pending` until then.
  void wait_for(std::unique_ptr<PendingAnswer> pending);

 private:
  std::weak_ptr<HttpConnection> connection_;
};

using RequestHandler = std::function<void(const HttpRequest& request, Responder responder)>;

/// What all connections of a server share: the server, as they see it. Outlives them.
class HttpConnectionHost {
 public:
  explicit HttpConnectionHost(UvEventLoop& event_loop) : loop(event_loop) {}
  virtual ~HttpConnectionHost() = default;
  virtual void on_request(const HttpRequest& request, Responder responder) = 0;
  /// Called once for each connection, when it may be destroyed.
  virtual void on_closed(HttpConnection* connection) = 0;

  UvEventLoop& loop;
  std::uint64_t held_bytes = 0;  ///< Bodies in memory that their clients have not taken whole yet.
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  static constexpr unsigned kRequestMs = 10'000;
  static constexpr unsigned kWriteMs = 30'000;
  static constexpr unsigned kLingerMs = 1'000;
  static constexpr std::size_t kMaxUnreadBytes = 8 * 1024;

  explicit HttpConnection(HttpConnectionHost& host);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void accept(uv_stream_t* listener);
  /// At once, whatever is going on; on_closed follows.
  void close();
  /// Called now and then, at least twice a second: how the limits above are kept, without a timer for each connection.
  void look_at_clock(std::uint64_t now_ms);

 private:
  friend class Responder;
  enum class Phase : std::uint8_t { reading, handling, writing, lingering, closed };

  void read_request();
  void set_reading(bool wanted);
  void lend_buffer(uv_buf_t* buffer);
  void on_read(ssize_t size, const char* bytes);
  void consume(std::string_view bytes);
  void dispatch();
  void respond(HttpResponse response);
  void write_at_once();
  void write_more();
  void write_file();
  void write(uv_buf_t buffer);
  void finish_answer();
  void linger();
  void set_limit(unsigned ms);
  bool has_body() const;
  void count_held(std::size_t bytes);

  HttpConnectionHost& host_;
  uv_tcp_t tcp_{};
  uv_write_t write_{};
  uv_shutdown_t shutdown_{};
  std::uint64_t limit_ms_ = 0;  // on the loop's clock; 0: none
  Phase phase_ = Phase::reading;
  bool reading_ = false;    // libuv was asked to
  bool consuming_ = false;  // consume() is under way and goes on with what follows
  std::size_t discarded_ = 0;

  HttpRequestReader reader_;
  std::string unread_;  // bytes after the request that is being answered

  // The answer that is being given.
  std::unique_ptr<PendingAnswer> pending_;
  HttpResponse response_;
  std::string head_;
  bool body_wanted_ = true;
  std::uint64_t sent_ = 0;      // of head and body, or of the file
  std::size_t held_bytes_ = 0;  // our part of the shared count
  std::vector<char> part_;      // of a file, on its way
  std::size_t part_bytes_ = 0;  // how much is on its way
};

}  // namespace trilane::native
