// One libcurl easy handle, made once and used for one GET after another: what both HTTP clients are made of.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

#include "platform/http_client.hpp"

namespace trilane::native {

/// Used by one thread at a time. Stays where it is: libcurl knows its address.
class HttpTransfer {
 public:
  /// Error: no memory.
  static Result<std::unique_ptr<HttpTransfer>> create();
  ~HttpTransfer() { curl_easy_cleanup(easy_); }
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  /// Sets the handle up for this request; it is then the caller's to drive. Error: not an http or https URL.
  Status begin(HttpGet request);
  /// What came of the request, in words when it failed. The transfer may begin the next one.
  Result<HttpAnswer> end(CURLcode code);
  /// The error of a request that is given up at somebody's will.
  static std::unexpected<Error> stopped() { return fail("stopped"); }

  CURL* easy() { return easy_; }

 private:
  explicit HttpTransfer(CURL* easy);
  bool receive(const char* bytes, std::size_t size);
  Error explain(CURLcode code) const;

  CURL* easy_;
  HttpGet request_;
  long timeout_set_ms_ = 0;
  std::string body_;
  bool too_long_ = false;
  std::array<char, CURL_ERROR_SIZE> curl_words_{};
};

}  // namespace trilane::native
