#include "http_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "number_text.hpp"

namespace trilane::native {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// Calls `each` with every element of a comma-separated list.
template <class Each>
void for_each_element(std::string_view list, Each each) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    each(trimmed(list.substr(0, comma)));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

/// The weight of one element, "gzip;q=0.5"; 1 when it has none, 0 for one that cannot be read.
double weight_of(std::string_view parameters) {
  const std::string_view text = trimmed(parameters);
  if (text.empty()) return 1;
  if (!text.starts_with("q=") && !text.starts_with("Q=")) return 1;
  const auto weight = parse_number(text.substr(2));
  return weight && *weight >= 0 && *weight <= 1 ? *weight : 0;
}

std::optional<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') return std::nullopt;
    out += c;
  }
  return out;
}

/// The Date header's value, made once a second.
const std::string& date_now() {
  thread_local std::time_t second = 0;
  thread_local std::string text;
  if (const std::time_t now = std::time(nullptr); now != second) {
    second = now;
    text = http_date(now);
  }
  return text;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

HttpResponse HttpResponse::text(int status, std::string_view why) {
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = fmt::format("{} {}: {}\n", status, status_text(status), why);
  return response;
}

std::string HttpResponse::head(bool closes, bool http_1_0) const {
  fmt::memory_buffer out;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "HTTP/1.1 {} {}\r\nDate: {}\r\n{}", status, status_text(status), date_now(), fixed_headers);
  for (const auto& [name, value] : headers) fmt::format_to(to, "{}: {}\r\n", name, value);
  if (!is_bodiless()) fmt::format_to(to, "Content-Length: {}\r\n", size());
  if (closes)
    out.append(std::string_view("Connection: close\r\n"));
  else if (http_1_0)
    out.append(std::string_view("Connection: keep-alive\r\n"));
  out.append(std::string_view("\r\n"));
  return fmt::to_string(out);
}

Result<HttpTarget> parse_target(std::string_view target) {
  target = target.substr(0, target.find('#'));
  if (!target.starts_with('/')) {
    const std::size_t scheme = target.find("://");
    if (scheme == target.npos) return fail("the request's target is no path");
    target.remove_prefix(scheme + 3);
    const std::size_t slash = target.find_first_of("/?");
    target.remove_prefix(std::min(slash, target.size()));
  }
  HttpTarget out;
  const std::size_t question = std::min(target.find('?'), target.size());
  if (question != target.size()) out.query = target.substr(question + 1);
  const auto decoded = decode(target.substr(0, question));
  if (!decoded) return fail("the path has a broken escape or a character that no path may have");
  std::string_view rest = *decoded;
  while (!rest.empty()) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, slash);
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    if (segment.empty()) continue;
    if (segment == "." || segment == "..") return fail("the path has a segment . or ..");
    out.path += '/';
    out.path += segment;
  }
  if (out.path.empty() || decoded->ends_with('/')) out.path += '/';
  return out;
}

std::string encode_path(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Encoding choose_encoding(std::string_view accept_encoding, bool has_brotli, bool has_gzip) {
  std::optional<double> brotli, gzip, identity, others;
  for_each_element(accept_encoding, [&](std::string_view element) {
    const std::size_t semicolon = std::min(element.find(';'), element.size());
    const std::string_view name = trimmed(element.substr(0, semicolon));
    const double weight = weight_of(element.substr(std::min(semicolon + 1, element.size())));
    if (equal_ignoring_case(name, "br")) brotli = weight;
    if (equal_ignoring_case(name, "gzip") || equal_ignoring_case(name, "x-gzip")) gzip = weight;
    if (equal_ignoring_case(name, "identity")) identity = weight;
    if (name == "*") others = weight;
  });
  const double brotli_weight = has_brotli ? brotli.value_or(others.value_or(0)) : 0;
  const double gzip_weight = has_gzip ? gzip.value_or(others.value_or(0)) : 0;
  // Not named, identity is acceptable, but whoever names an encoding wants that rather.
  const double identity_weight = identity.value_or(0);
  if (brotli_weight > 0 && brotli_weight >= gzip_weight && brotli_weight >= identity_weight) return Encoding::brotli;
  if (gzip_weight > 0 && gzip_weight >= identity_weight) return Encoding::gzip;
  return Encoding::identity;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  bool found = false;
  for_each_element(if_none_match, [&](std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    found = found || tag == etag || tag == "*";
  });
  return found;
}

bool has_content_hash(std::string_view path) {
  // The page's own: all files of one version in one folder, assets-<16 hexadecimal digits>.
  constexpr std::string_view kFolder = "/assets-";
  if (const std::size_t at = path.rfind(kFolder); at != std::string_view::npos) {
    const std::string_view hash = path.substr(at + kFolder.size());
    if (hash.find('/') == 16 && std::ranges::all_of(hash.substr(0, 16), [](char c) { return hex_digit(c) >= 0; }))
      return true;
  }
  std::string_view name = path.substr(path.rfind('/') + 1);
  while (!name.empty()) {
    const std::size_t end = std::min(name.find_first_of(".-_"), name.size());
    const std::string_view part = name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
    if (name.empty()) return false;  // the last part is the ending, or a whole name that only looks like a hash
    const bool hex = std::ranges::all_of(part, [](char c) { return hex_digit(c) >= 0; });
    const bool digit = std::ranges::any_of(part, [](char c) { return c >= '0' && c <= '9'; });
    if (part.size() >= 8 && hex && digit) return true;
  }
  return false;
}

std::string_view status_text(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 205: return "Reset Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

std::string http_date(std::time_t time) {
  std::tm utc{};
  gmtime_r(&time, &utc);
  // Not strftime: its names follow the locale.
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[utc.tm_wday], utc.tm_mday, kMonths[utc.tm_mon],
                     utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace trilane::native
