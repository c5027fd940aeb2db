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

/// What every answer with a file has. The first two give the page its shared memory (cross-origin isolation), and with
/// it threads. Resource-Policy is cross-origin, not same-origin: a course page that is isolated itself may frame this
/// one and load its embed script only then, and nothing here is secret or depends on who asks.
inline constexpr std::string_view kPageHeaders =
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Embedder-Policy: require-corp\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\n"
    "X-Content-Type-Options: nosniff\r\n";

struct HttpResponse {
  int status = 200;
  std::string_view fixed_headers = kPageHeaders;             ///< Whole lines, of a string literal.
  std::vector<std::pair<std::string, std::string>> headers;  ///< Besides those, Date, Content-Length and Connection.
  std::string body;
  UniqueFd file;  ///< Sent instead of `body` when there is one.
  std::uint64_t file_size = 0;

  std::uint64_t size() const { return file ? file_size : body.size(); }
  /// A status whose answers have no body, and no Content-Length.
  bool is_bodiless() const { return status == 204 || status == 304; }
  /// Everything before the body. `closes`: the connection ends with this answer. `http_1_0`: the client must be told
  /// when it does not.
  std::string head(bool closes, bool http_1_0) const;
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
