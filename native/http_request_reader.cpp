#include "http_request_reader.hpp"

#include <algorithm>
#include <climits>
#include <utility>

namespace trilane::native {
namespace {

void append_lower(std::string& to, std::string_view text) {
  for (const char c : text) to += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

}  // namespace

/// What the parser calls. A result other than 0 stops it.
struct HttpRequestReader::Callbacks {
  static HttpRequestReader& self(http_parser* parser) { return *static_cast<HttpRequestReader*>(parser->data); }

  static int on_url(http_parser* parser, const char* at, std::size_t length) {
    HttpRequestReader& reader = self(parser);
    reader.target_.append(at, length);
    if (reader.target_.size() <= kMaxTargetBytes) return 0;
    reader.refuse(414, "the target is too long");
    return 1;
  }
  static int on_name(http_parser* parser, const char* at, std::size_t length) {
    HttpRequestReader& reader = self(parser);
    auto& headers = reader.request_.headers;
    if (headers.empty() || reader.value_begun_) headers.emplace_back();
    reader.value_begun_ = false;
    append_lower(headers.back().first, {at, length});
    if (headers.size() <= kMaxHeaders) return 0;
    reader.refuse(431, "there are too many headers");
    return 1;
  }
  static int on_value(http_parser* parser, const char* at, std::size_t length) {
    HttpRequestReader& reader = self(parser);
    reader.value_begun_ = true;
    reader.request_.headers.back().second.append(at, length);
    return 0;
  }
  static int on_headers(http_parser* parser) {
    HttpRequestReader& reader = self(parser);
    const auto& headers = reader.request_.headers;
    const auto hosts = std::ranges::count(headers, "host", [](const auto& header) { return header.first; });
    const bool has_body =
        (parser->flags & F_CHUNKED) != 0 || (parser->content_length != ULLONG_MAX && parser->content_length > 0);
    reader.closes_ = http_should_keep_alive(parser) == 0 || parser->upgrade != 0 || has_body;
    reader.request_.head = parser->method == HTTP_HEAD;
    if (parser->http_major != 1) {
      reader.refuse(505, "HTTP/1.1 is spoken here");
    } else if (hosts > 1 || (hosts == 0 && parser->http_minor >= 1)) {
      reader.refuse(400, "a request needs exactly one Host header");
    } else if (parser->method != HTTP_GET && parser->method != HTTP_HEAD) {
      reader.problem_ = 405;
    } else if (has_body) {
      reader.refuse(413, "a body is not expected");
    }
    // 1: there is no body. Where one was announced the connection ends with the answer, and its bytes are not looked
    // at.
    return has_body ? 1 : 0;
  }
  static int on_complete(http_parser* parser) {
    HttpRequestReader& reader = self(parser);
    if (reader.state_ == State::reading) reader.state_ = State::whole;
    http_parser_pause(parser, 1);  // the next request waits until this one is answered
    return 0;
  }
};

HttpRequestReader::HttpRequestReader() {
  http_parser_init(&parser_, HTTP_REQUEST);
  parser_.data = this;
}

void HttpRequestReader::begin() {
  http_parser_pause(&parser_, 0);
  state_ = State::reading;
  begun_ = closes_ = value_begun_ = false;
  problem_ = 0;
  why_ = {};
  target_.clear();
  request_ = {};
}

std::size_t HttpRequestReader::feed(std::string_view bytes) {
  static const http_parser_settings settings = [] {
    http_parser_set_max_header_size(kMaxHeaderBytes);
    http_parser_settings s;
    http_parser_settings_init(&s);
    s.on_url = Callbacks::on_url;
    s.on_header_field = Callbacks::on_name;
    s.on_header_value = Callbacks::on_value;
    s.on_headers_complete = Callbacks::on_headers;
    s.on_message_complete = Callbacks::on_complete;
    return s;
  }();
  begun_ = true;
  const std::size_t used = std::min(http_parser_execute(&parser_, &settings, bytes.data(), bytes.size()), bytes.size());
  const http_errno error = HTTP_PARSER_ERRNO(&parser_);
  if (state_ == State::reading && error != HPE_OK) {
    if (error == HPE_HEADER_OVERFLOW)
      refuse(431, "the headers are too long");
    else
      refuse(400, http_errno_description(error));
  }
  return used;
}

void HttpRequestReader::refuse(int status, std::string_view why) {
  state_ = State::refused;
  closes_ = true;
  problem_ = status;
  why_ = why;
}

Result<HttpRequest> HttpRequestReader::take() {
  auto target = parse_target(std::exchange(target_, {}));
  HttpRequest request = std::exchange(request_, {});
  if (!target) return std::unexpected(std::move(target.error()));
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  return request;
}

HttpResponse HttpRequestReader::refusal() const {
  if (!has_wrong_method()) return HttpResponse::text(problem_, why_);
  HttpResponse response = HttpResponse::text(405, "only GET and HEAD are answered");
  response.headers.emplace_back("Allow", "GET, HEAD");
  return response;
}

}  // namespace trilane::native
