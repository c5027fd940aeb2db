#include "workloads/lab_web.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "workloads/lab_page.hpp"

namespace trilane {
namespace {

constexpr std::string_view kRoot = "/lab/";
constexpr std::string_view kLatency = "/lab/latency";
constexpr std::string_view kPages = "/lab/pages/";
constexpr std::uint32_t kLatencyBytes = 1'000;
constexpr std::uint32_t kPageBytes = 20'000;
constexpr std::uint64_t kUsPerMs = 1000;

/// Not fmt: the page's service worker and every child load this file, and fmt would be most of what they load.
std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

/// What one parameter may be, in words.
std::unexpected<Error> wrong(std::string_view name, std::string_view value, std::string_view allowed) {
  // Only the beginnings: name and value are a stranger's, and may be long.
  name = name.substr(0, 40);
  return fail(joined({name, " is \"", value.substr(0, 40), "\": ", allowed}), std::string(name));
}

std::unexpected<Error> no_such_path() {
  return fail("there is no such path: /lab/latency and /lab/pages/N (N from 0 to 4294967295) are", "path");
}

/// Digits only, without a sign, blanks or needless zeros; nothing when it is no such number or above `most`, which is
/// at least 9.
std::optional<std::uint64_t> whole_number(std::string_view text, std::uint64_t most) {
  if (text.empty() || text.size() > 20 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (most - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

/// Milliseconds as "12" or "0.25", to the microsecond, as whole microseconds: exact, and the same everywhere.
std::optional<std::uint64_t> milliseconds_us(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto whole = whole_number(text.substr(0, point), static_cast<std::uint64_t>(kMaxLabWaitMs));
  if (!whole) return std::nullopt;
  std::uint64_t us = 0;
  if (point != text.size()) {
    const std::string_view digits = text.substr(point + 1);
    if (digits.empty() || digits.size() > 3) return std::nullopt;
    for (std::size_t i = 0; i < 3; ++i) {
      const char c = i < digits.size() ? digits[i] : '0';
      if (c < '0' || c > '9') return std::nullopt;
      us = us * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
  us += *whole * kUsPerMs;
  return us <= static_cast<std::uint64_t>(kMaxLabWaitMs) * kUsPerMs ? std::optional(us) : std::nullopt;
}

std::string milliseconds_text(double ms) {
  const double bounded = std::clamp(std::isnan(ms) ? 0 : ms, 0.0, kMaxLabWaitMs);
  const auto us = static_cast<std::uint64_t>(std::llround(bounded * static_cast<double>(kUsPerMs)));
  const std::string fraction = std::to_string(kUsPerMs + us % kUsPerMs);  // "1" and three digits
  std::string text = joined({std::to_string(us / kUsPerMs), ".", std::string_view(fraction).substr(1)});
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

struct Query {
  std::uint64_t wait_us = 0;
  std::uint64_t jitter_us = 0;
};

Status read_parameter(std::string_view name, std::string_view value, LabRequest& request, Query& query) {
  const bool page = request.kind == LabRequest::Kind::page;
  if (name == "ms" || name == "jitter") {
    const auto us = milliseconds_us(value);
    if (!us) return wrong(name, value, "0 to 60000 milliseconds are allowed, such as 50 or 0.25");
    (name == "ms" ? query.wait_us : query.jitter_us) = *us;
    return {};
  }
  if (name == "bytes") {
    const auto bytes = whole_number(value, kMaxLabBytes);
    if (!bytes) return wrong(name, value, "a whole number from 0 to 10000000 is allowed");
    request.bytes = static_cast<std::uint32_t>(*bytes);
    return {};
  }
  if (name == "status" && !page) {
    const auto status = whole_number(value, 599);
    if (!status || *status < 200) return wrong(name, value, "a status from 200 to 599 is allowed");
    request.status = static_cast<int>(*status);
    return {};
  }
  if (name == "seed" && page) {
    const auto seed = whole_number(value, ~std::uint64_t{0});
    if (!seed) return wrong(name, value, "a whole number from 0 to 18446744073709551615 is allowed");
    request.seed = *seed;
    return {};
  }
  return fail(joined({"there is no parameter \"", name.substr(0, 40), "\" here: ms, jitter, bytes and ",
                      page ? "seed" : "status", " are"}),
              std::string(name.substr(0, 40)));
}

Status read_query(std::string_view text, LabRequest& request, Query& query) {
  std::array<std::string, 4> seen;  // there are four parameters
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view parameter = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const auto name = percent_decoded(parameter.substr(0, equals));
    if (!name) return wrong("a parameter's name", parameter, "its percent escape is broken");
    if (equals == parameter.size()) return wrong(*name, "", "NAME=VALUE is expected");
    const auto value = percent_decoded(parameter.substr(equals + 1));
    if (!value) return wrong(*name, parameter.substr(equals + 1), "its percent escape is broken");
    if (std::ranges::find(seen, *name) != seen.end()) return wrong(*name, *value, "it is given twice");
    if (Status read = read_parameter(*name, *value, request, query); !read) return read;
    seen[count++] = *name;
  }
  return {};
}

bool has_no_body(int status) { return status == 204 || status == 205 || status == 304; }

}  // namespace

bool is_lab_target(std::string_view target) { return target.starts_with(kRoot); }

Result<LabRequest> parse_lab_target(std::string_view target) {
  const std::size_t question = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, question);
  LabRequest request;
  if (path == kLatency) {
    request.bytes = kLatencyBytes;
  } else if (path.starts_with(kPages)) {
    const auto page = whole_number(path.substr(kPages.size()), 0xffff'ffffU);
    if (!page) return no_such_path();
    request.kind = LabRequest::Kind::page;
    request.page = static_cast<std::uint32_t>(*page);
    request.bytes = kPageBytes;
  } else {
    return no_such_path();
  }
  Query query;
  if (question != target.size()) {
    if (Status read = read_query(target.substr(question + 1), request, query); !read)
      return std::unexpected(std::move(read.error()));
  }
  const auto most_us = static_cast<std::uint64_t>(kMaxLabWaitMs) * kUsPerMs;
  if (query.wait_us + query.jitter_us > most_us)
    return wrong("jitter", milliseconds_text(static_cast<double>(query.jitter_us) / kUsPerMs),
                 "ms and jitter together may be 60000 milliseconds at most");
  // Whole microseconds, so that no platform rounds otherwise.
  const std::uint64_t drawn_us = query.jitter_us == 0 ? 0 : mix64(fnv1a(target)) % query.jitter_us;
  request.wait_ms = static_cast<double>(query.wait_us + drawn_us) / kUsPerMs;
  return request;
}

std::string_view lab_content_type(const LabRequest& request) {
  return request.kind == LabRequest::Kind::page ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
}

std::string lab_body(const LabRequest& request) {
  if (has_no_body(request.status)) return {};
  if (request.kind == LabRequest::Kind::page) return make_lab_page(request.page, request.seed, request.bytes);
  // Repeated, not drawn: making it must cost next to nothing beside the client that is measured.
  constexpr std::string_view kLine = "The latency is real, these bytes are only here to be carried.\n";
  std::string body;
  body.reserve(request.bytes);
  while (body.size() < request.bytes) body += kLine.substr(0, request.bytes - body.size());
  return body;
}

std::string lab_page_target(std::uint32_t page, double wait_ms, double jitter_ms, std::uint64_t bytes,
                            std::uint64_t seed) {
  return joined({kPages, std::to_string(page), "?ms=", milliseconds_text(wait_ms), "&bytes=", std::to_string(bytes),
                 "&seed=", std::to_string(seed), "&jitter=", milliseconds_text(jitter_ms)});
}

}  // namespace trilane
