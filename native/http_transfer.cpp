#include "http_transfer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/check.hpp"

namespace trilane::native {
namespace {

constexpr long kMostRedirects = 5;

/// libcurl asks for this before the first handle; it stays for the program's life.
bool curl_is_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  // Fails for unknown options, which is ours to get right, and for texts when there is no memory.
  TRILANE_CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

bool has_scheme(const std::string& url) {
  return strncasecmp(url.c_str(), "http://", 7) == 0 || strncasecmp(url.c_str(), "https://", 8) == 0;
}

/// libcurl does not tell that there was no descriptor for a socket. The limit is then still reached.
bool no_file_can_be_opened() {
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno == EMFILE || errno == ENFILE;
  close(fd);
  return false;
}

/// "host" or "host:port" of a URL that has a scheme.
std::string_view host_of(std::string_view url) {
  const std::size_t begin = url.find("://") + 3;
  std::string_view host = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  return host.substr(host.find_last_of('@') + 1);
}

}  // namespace

Result<std::unique_ptr<HttpTransfer>> HttpTransfer::create() {
  CURL* easy = curl_is_ready() ? curl_easy_init() : nullptr;
  if (easy == nullptr) return fail("libcurl cannot make an HTTP client: out of memory");
  return std::unique_ptr<HttpTransfer>(new HttpTransfer(easy));
}

HttpTransfer::HttpTransfer(CURL* easy) : easy_(easy) {
  set(easy_, CURLOPT_ERRORBUFFER, curl_words_.data());
  set(easy_, CURLOPT_NOSIGNAL, 1L);    // threads
  set(easy_, CURLOPT_QUICK_EXIT, 1L);  // a request given up does not wait for its name's resolution
  set(easy_, CURLOPT_PROXY, "");       // nor is one looked for in the environment
  set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy_, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(easy_, CURLOPT_FOLLOWLOCATION, 1L);
  set(easy_, CURLOPT_MAXREDIRS, kMostRedirects);
  set(easy_, CURLOPT_USERAGENT, "trilane/" TRILANE_VERSION);
  set(easy_, CURLOPT_WRITEDATA, this);
  set(
      easy_, CURLOPT_WRITEFUNCTION, +[](char* bytes, std::size_t, std::size_t size, void* self) {
        return static_cast<HttpTransfer*>(self)->receive(bytes, size) ? size : 0;
      });
}

Status HttpTransfer::begin(HttpGet request) {
  request_ = std::move(request);
  body_.clear();
  too_long_ = false;
  curl_words_[0] = '\0';
  // Without a scheme libcurl would guess one.
  if (!has_scheme(request_.url)) {
    return fail(
        fmt::format("not a URL that can be fetched: '{}'; it must begin with http:// or https://", request_.url));
  }
  if (curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str()) != CURLE_OK) {
    return fail(fmt::format("cannot fetch '{}': the URL is too long, or memory is out", request_.url));
  }
  const long timeout_ms = std::max(1, request_.timeout_ms);  // 0 would be none
  if (timeout_ms != timeout_set_ms_) set(easy_, CURLOPT_TIMEOUT_MS, timeout_ms);
  timeout_set_ms_ = timeout_ms;
  return {};
}

bool HttpTransfer::receive(const char* bytes, std::size_t size) {
  too_long_ = size > request_.max_body_bytes - body_.size();
  if (!too_long_) body_.append(bytes, size);
  return !too_long_;
}

Result<HttpAnswer> HttpTransfer::end(CURLcode code) {
  if (code != CURLE_OK) {
    body_ = {};
    return std::unexpected(explain(code));
  }
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return HttpAnswer{static_cast<int>(status), std::exchange(body_, {})};
}

Error HttpTransfer::explain(CURLcode code) const {
  long system_error = 0;
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &system_error);
  const std::string_view host = host_of(request_.url);
  const auto cannot = [&](const std::string& why) {
    return Error{fmt::format("cannot fetch {}: {}", request_.url, why), {}};
  };
  switch (code) {
    case CURLE_URL_MALFORMAT: return Error{fmt::format("not a URL that can be fetched: '{}'", request_.url), {}};
    case CURLE_COULDNT_RESOLVE_HOST: return cannot(fmt::format("no such host: {}", host));
    case CURLE_COULDNT_CONNECT:
      if (system_error == ECONNREFUSED) return cannot(fmt::format("{} refused the connection", host));
      if (no_file_can_be_opened())
        return cannot(
            "this program has too many files open; use a smaller concurrency, or raise the limit (ulimit -n)");
      break;
    case CURLE_OPERATION_TIMEDOUT: return cannot(fmt::format("timed out after {} ms", timeout_set_ms_));
    case CURLE_TOO_MANY_REDIRECTS: return cannot(fmt::format("redirected more than {} times", kMostRedirects));
    case CURLE_WRITE_ERROR:
      if (too_long_) return cannot(fmt::format("the answer is longer than {} bytes", request_.max_body_bytes));
      break;
    case CURLE_GOT_NOTHING: return cannot(fmt::format("{} closed the connection without an answer", host));
    case CURLE_PARTIAL_FILE: return cannot(fmt::format("{} closed the connection before the answer's end", host));
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      if (system_error == ECONNRESET || system_error == EPIPE)
        return cannot(fmt::format("{} reset the connection", host));
      break;
    default: break;
  }
  std::string why = curl_words_[0] != '\0' ? curl_words_.data() : curl_easy_strerror(code);
  if (system_error != 0) why += ": " + std::generic_category().message(static_cast<int>(system_error));
  return cannot(why);
}

}  // namespace trilane::native
