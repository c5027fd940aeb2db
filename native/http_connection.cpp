#include "http_connection.hpp"

#include <algorithm>
#include <utility>

namespace trilane::native {
namespace {

/// A piece of a file that the socket did not take at once is kept in memory: small, for there may be 12,000 clients
/// that do not read. When it is gone there is room in the socket for much more.
constexpr std::size_t kKeptFileBytes = 4 * 1024;
/// Of a body in memory, so that a slow client shows that it reads.
constexpr std::size_t kBodyPartBytes = 256 * 1024;
constexpr std::size_t kMaxDiscardedBytes = 1U << 20;

HttpConnection& connection_of(void* handle) {
  return *static_cast<HttpConnection*>(static_cast<uv_handle_t*>(handle)->data);
}

uv_buf_t buffer_of(std::string_view text) {
  return uv_buf_init(const_cast<char*>(text.data()), static_cast<unsigned>(text.size()));
}

}  // namespace

void Responder::send(HttpResponse response) {
  if (const auto connection = std::exchange(connection_, {}).lock()) connection->respond(std::move(response));
}

void Responder::wait_for(std::unique_ptr<PendingAnswer> pending) {
  const auto connection = connection_.lock();
  if (connection && connection->phase_ == HttpConnection::Phase::handling) connection->pending_ = std::move(pending);
}

HttpConnection::HttpConnection(HttpConnectionHost& host) : host_(host) { tcp_.data = write_.data = this; }

void HttpConnection::accept(uv_stream_t* listener) {
  uv_tcp_init(host_.loop.uv(), &tcp_);
  if (uv_accept(listener, reinterpret_cast<uv_stream_t*>(&tcp_)) != 0) return close();
  uv_tcp_nodelay(&tcp_, 1);
  read_request();
}

void HttpConnection::close() {
  if (std::exchange(phase_, Phase::closed) == Phase::closed) return;
  count_held(0);
  pending_.reset();
  uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), [](uv_handle_t* handle) {
    HttpConnection& connection = connection_of(handle);
    connection.host_.on_closed(&connection);
  });
}

void HttpConnection::set_limit(unsigned ms) { limit_ms_ = uv_now(host_.loop.uv()) + ms; }

void HttpConnection::look_at_clock(std::uint64_t now_ms) {
  if (limit_ms_ == 0 || now_ms < limit_ms_ || phase_ == Phase::closed) return;
  // An idle connection just ends; half a request is answered, so that its sender learns why.
  if (phase_ != Phase::reading || !reader_.begun()) return close();
  phase_ = Phase::handling;
  body_wanted_ = true;
  respond(HttpResponse::text(408, "the request was not complete in time"));
}

void HttpConnection::read_request() {
  phase_ = Phase::reading;
  reader_.begin();
  // From now until the request is whole, however slowly its bytes drip.
  set_limit(kRequestMs);
  if (consuming_) return;  // it goes on by itself
  if (!unread_.empty()) consume(std::exchange(unread_, {}));
  if (phase_ != Phase::closed) set_reading(unread_.size() < kMaxUnreadBytes);
}

void HttpConnection::set_reading(bool wanted) {
  if (std::exchange(reading_, wanted) == wanted) return;
  auto* stream = reinterpret_cast<uv_stream_t*>(&tcp_);
  if (!wanted) {
    uv_read_stop(stream);
    return;
  }
  uv_read_start(
      stream, [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) { connection_of(handle).lend_buffer(buffer); },
      [](uv_stream_t* from, ssize_t size, const uv_buf_t* buffer) { connection_of(from).on_read(size, buffer->base); });
}

void HttpConnection::lend_buffer(uv_buf_t* buffer) {
  const auto memory = host_.loop.read_buffer();
  const std::size_t room = phase_ == Phase::lingering ? memory.size() : kMaxUnreadBytes - unread_.size();
  *buffer = uv_buf_init(memory.data(), static_cast<unsigned>(std::min(memory.size(), room)));
}

void HttpConnection::on_read(ssize_t size, const char* bytes) {
  if (size == 0) return;
  if (size < 0) {
    // The end of the client's side. An answer that is on its way is still written to it: a client may say in this way
    // that it asks no more. One that has yet to wait is not: most often that client is gone.
    if (phase_ != Phase::writing || size != UV_EOF) return close();
    reading_ = false;  // libuv stops by itself
    return;
  }
  const std::string_view text(bytes, static_cast<std::size_t>(size));
  if (phase_ == Phase::reading) {
    consume(text);
    if (phase_ == Phase::closed) return;
  } else if (phase_ == Phase::lingering) {
    discarded_ += text.size();
    if (discarded_ > kMaxDiscardedBytes) return close();
    return;
  } else {
    unread_ += text;
  }
  if (phase_ != Phase::lingering) set_reading(unread_.size() < kMaxUnreadBytes);
}

void HttpConnection::consume(std::string_view bytes) {
  consuming_ = true;
  // One answered at once is followed by the next one, without a call into the call: there may be hundreds of them.
  while (phase_ == Phase::reading && !bytes.empty()) {
    bytes.remove_prefix(reader_.feed(bytes));
    if (reader_.state() != HttpRequestReader::State::reading) dispatch();
  }
  consuming_ = false;
  if (phase_ == Phase::handling || phase_ == Phase::writing) unread_.assign(bytes);
}

void HttpConnection::dispatch() {
  limit_ms_ = 0;
  phase_ = Phase::handling;
  body_wanted_ = true;
  if (reader_.state() == HttpRequestReader::State::refused || reader_.has_wrong_method())
    return respond(reader_.refusal());
  const auto request = reader_.take();
  if (!request) return respond(HttpResponse::text(400, request.error().message));
  body_wanted_ = !request->head;
  host_.on_request(*request, Responder(weak_from_this()));
}

void HttpConnection::respond(HttpResponse response) {
  if (phase_ != Phase::handling) return;
  pending_.reset();
  phase_ = Phase::writing;
  response_ = std::move(response);
  head_ = response_.head(reader_.closes() || reader_.state() != HttpRequestReader::State::whole, reader_.is_http_1_0());
  sent_ = 0;
  set_limit(kWriteMs);
  write_at_once();
}

bool HttpConnection::has_body() const { return body_wanted_ && !response_.is_bodiless(); }

void HttpConnection::write_at_once() {
  // Straight into the socket, without a turn of the loop: it takes all of a small answer.
  const bool with_body = has_body() && !response_.file;
  if (!with_body) response_.body.clear();
  const uv_buf_t buffers[] = {buffer_of(head_), buffer_of(response_.body)};
  const int result = uv_try_write(reinterpret_cast<uv_stream_t*>(&tcp_), buffers, response_.body.empty() ? 1 : 2);
  if (result < 0 && result != UV_EAGAIN) return close();
  sent_ = static_cast<std::uint64_t>(std::max(result, 0));
  write_more();
}

void HttpConnection::write_more() {
  const std::size_t all = head_.size() + response_.body.size();
  if (sent_ < all) {
    count_held(response_.body.size());
    const bool in_head = sent_ < head_.size();
    const std::string_view text = in_head ? head_ : response_.body;
    const std::string_view rest = text.substr(static_cast<std::size_t>(in_head ? sent_ : sent_ - head_.size()));
    return write(buffer_of(rest.substr(0, kBodyPartBytes)));
  }
  count_held(0);
  if (response_.file && has_body() && sent_ - all < response_.file_size) return write_file();
  finish_answer();
}

void HttpConnection::write_file() {
  const auto at = sent_ - head_.size();
  const auto memory = host_.loop.read_buffer();
  const std::size_t wanted = std::min<std::uint64_t>(memory.size(), response_.file_size - at);
  const ssize_t got = pread(response_.file.get(), memory.data(), wanted, static_cast<off_t>(at));
  // The file became shorter, or the disk failed: the promised length cannot be kept, and only an end tells of it.
  if (got <= 0) return close();
  const std::string_view text(memory.data(), static_cast<std::size_t>(got));
  const uv_buf_t buffer = buffer_of(text);
  const int result = uv_try_write(reinterpret_cast<uv_stream_t*>(&tcp_), &buffer, 1);
  if (result < 0 && result != UV_EAGAIN) return close();
  const auto taken = static_cast<std::size_t>(std::max(result, 0));
  sent_ += taken;
  if (at + taken == response_.file_size) return finish_answer();
  // What is left, or a little more of the file, goes by way of the loop, so that others have their turn.
  if (taken < text.size()) {
    const std::string_view rest = text.substr(taken, kKeptFileBytes);
    part_.assign(rest.begin(), rest.end());
  } else {
    part_.resize(std::min<std::uint64_t>(kKeptFileBytes, response_.file_size - at - taken));
    const ssize_t more = pread(response_.file.get(), part_.data(), part_.size(), static_cast<off_t>(at + taken));
    if (more <= 0) return close();
    part_.resize(static_cast<std::size_t>(more));
  }
  write(buffer_of({part_.data(), part_.size()}));
}

void HttpConnection::write(uv_buf_t buffer) {
  set_limit(kWriteMs);
  part_bytes_ = buffer.len;
  const int result =
      uv_write(&write_, reinterpret_cast<uv_stream_t*>(&tcp_), &buffer, 1, [](uv_write_t* request, int status) {
        auto& self = *static_cast<HttpConnection*>(request->data);
        if (self.phase_ == Phase::closed) return;
        if (status != 0) return self.close();
        self.sent_ += self.part_bytes_;
        self.write_more();
      });
  if (result != 0) close();
}

void HttpConnection::count_held(std::size_t bytes) {
  host_.held_bytes += bytes;
  host_.held_bytes -= std::exchange(held_bytes_, bytes);
}

void HttpConnection::finish_answer() {
  // An idle connection keeps no buffers.
  response_ = {};
  head_ = {};
  part_ = {};
  if (reader_.closes() || reader_.state() != HttpRequestReader::State::whole) return linger();
  read_request();
}

void HttpConnection::linger() {
  // Closing with bytes unread would make the system reset the connection, and the client might lose the answer.
  phase_ = Phase::lingering;
  unread_ = {};
  discarded_ = 0;
  set_limit(kLingerMs);
  uv_shutdown(&shutdown_, reinterpret_cast<uv_stream_t*>(&tcp_), [](uv_shutdown_t*, int) {});
  set_reading(true);
}

}  // namespace trilane::native
