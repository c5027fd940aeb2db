// Requests and answers of HTTP/1.1 (RFC 9110, 9112) as values, and the pure parts of handling them.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace trilane::native {

/// A file descriptor that closes itself.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~UniqueFd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct HttpRequest {
  bool head = false;                                         ///< HEAD: as GET, but the body is not sent.
  std::string path;                                          ///< Decoded and harmless (parse_target); begins with '/'.
  std::string query;                                         ///< After the '?', as it came.
  std::vector<std::pair<std::string, std::string>> headers;  ///< Names in lower case.

  /// Empty when there is none. Of several with one name, the first.
  std::string_view header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Besides those that every answer has.
  std::string body;
  UniqueFd file;  ///< Sent instead of `body` when there is one.
  std::uint64_t file_size = 0;

  std::uint64_t size() const { return file ? file_size : body.size(); }
  /// A short text for people.
  static HttpResponse text(int status, std::string_view why);
};

struct HttpTarget {
  std::string path;
  std::string query;
};

/// Splits and decodes a request's target, in origin form or absolute form. Refused: broken escapes, NUL and other
/// control characters, backslashes, and "." or ".." as a segment however written: what is left can only lead downwards.
/// Runs of slashes become one.
Result<HttpTarget> parse_target(std::string_view target);

/// The path as it may stand in a header: everything but unreserved characters and slashes escaped.
std::string encode_path(std::string_view path);

enum class Encoding : std::uint8_t { identity, gzip, brotli };

/// The best of what is there, by the Accept-Encoding header's q-values (RFC 9110, 12.5.3); the smaller one of equals.
/// Identity also where the header forbids it and nothing else is left: better than no answer.
Encoding choose_encoding(std::string_view accept_encoding, bool has_brotli, bool has_gzip);

/// If-None-Match: a list of tags or "*", compared weakly.
bool etag_matches(std::string_view if_none_match, std::string_view etag);

/// True for a name that holds a hash of its file's content ("engine.1f3a9c02.wasm"): such a file never changes.
bool has_content_hash(std::string_view path);

std::string_view status_text(int status);
/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::time_t time);

}  // namespace trilane::native
