// Reads requests of HTTP/1.1 out of a stream of bytes, and says what is wrong with those that are refused. Pure but for
// the limits below. Not thread-safe.
#pragma once

#include <http_parser.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "http_message.hpp"

namespace trilane::native {

class HttpRequestReader {
 public:
  static constexpr std::size_t kMaxTargetBytes = 8 * 1024;
  static constexpr std::size_t kMaxHeaderBytes = 16 * 1024;  ///< Request line and headers together.
  static constexpr std::size_t kMaxHeaders = 100;

  enum class State : std::uint8_t {
    reading,  ///< More bytes are wanted.
    whole,    ///< take() has the request.
    refused,  ///< refusal() answers it; what follows on this connection cannot be read.
  };

  HttpRequestReader();
  HttpRequestReader(const HttpRequestReader&) = delete;
  HttpRequestReader& operator=(const HttpRequestReader&) = delete;

  /// The next request begins.
  void begin();
  /// Reads on, at most to the end of the request, and returns how many bytes that took. While `reading` only.
  std::size_t feed(std::string_view bytes);

  State state() const { return state_; }
  /// Some of its bytes have come.
  bool begun() const { return begun_; }
  /// The connection ends with the answer: the client asked for it, or what follows could not be told apart.
  bool closes() const { return closes_; }
  bool is_http_1_0() const { return parser_.http_minor == 0; }

  /// Of a request that is whole. An error is a target that no request may have (400).
  Result<HttpRequest> take();
  /// Of a request that is whole, but with a method that nobody here answers (405). Asked before take().
  bool has_wrong_method() const { return problem_ == 405; }
  HttpResponse refusal() const;

 private:
  struct Callbacks;
  void refuse(int status, std::string_view why);

  http_parser parser_{};
  State state_ = State::reading;
  bool begun_ = false;
  bool closes_ = false;
  bool value_begun_ = false;  // the last header's value has begun: what comes next is a new name
  int problem_ = 0;           // the status to answer with, beside 400 for a target
  std::string_view why_;
  std::string target_;
  HttpRequest request_;
};

}  // namespace trilane::native
