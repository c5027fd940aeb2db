// The lab's own web: what the latency server answers, and on static hosting the page's service worker. Pure, so that
// both answer the same bytes.
//
//   /lab/latency?ms=50&jitter=10&bytes=1000&status=200     waits, then answers `bytes` bytes of plain text
//   /lab/pages/7?ms=50&jitter=10&bytes=20000&seed=1        waits, then answers page 7 of the web that the seed makes:
//                                                          HTML with a title, paragraphs, lists, tables and links
//
// Every parameter may be left out: no wait, no jitter, 1000 bytes (20000 for a page), status 200, seed 1. Times are to
// the microsecond; the jitter is uniform in [0, jitter) ms and drawn from the whole target, so that it is the same on
// every platform.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace trilane {

struct LabRequest {
  enum class Kind : std::uint8_t { latency, page };
  Kind kind = Kind::latency;
  double wait_ms = 0;       ///< Jitter included.
  std::uint32_t bytes = 0;  ///< Of the body: exactly for latency, within 5 % for a page of 1 kB or more.
  int status = 200;
  std::uint32_t page = 0;
  std::uint64_t seed = 1;
};

inline constexpr std::uint32_t kMaxLabBytes = 10'000'000;
inline constexpr double kMaxLabWaitMs = 60'000;

/// Is this target ("/lab/pages/7?ms=5") one of ours?
bool is_lab_target(std::string_view target);
/// The error says which parameter is wrong and what is allowed (answered as 400), or that there is no such path (404:
/// Error::field is then "path").
Result<LabRequest> parse_lab_target(std::string_view target);

std::string_view lab_content_type(const LabRequest& request);
/// Empty for the statuses that HTTP gives no body: 204, 205, 304.
std::string lab_body(const LabRequest& request);

/// The target of a page, for clients: "/lab/pages/7?ms=50&bytes=20000&seed=1&jitter=0". Times are rounded to the
/// microsecond and kept between 0 and kMaxLabWaitMs.
std::string lab_page_target(std::uint32_t page, double wait_ms, double jitter_ms, std::uint64_t bytes,
                            std::uint64_t seed);

}  // namespace trilane
