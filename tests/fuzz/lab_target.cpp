// What the web server reads from a stranger: targets of the lab's own web. The first byte picks a beginning, so that
// the parameters are reached soon.
#include <string>

#include "base/check.hpp"
#include "fuzz/targets.hpp"
#include "workloads/lab_web.hpp"

namespace trilane::fuzz {

void run_lab_target(std::span<const std::byte> input) {
  if (input.empty()) return;
  static constexpr std::string_view kBeginnings[] = {"", "/lab/latency?", "/lab/pages/", "/lab/pages/7?"};
  std::string target(kBeginnings[std::to_integer<std::size_t>(input[0]) % 4]);
  for (const std::byte byte : input.subspan(1)) target += std::to_integer<char>(byte);
  const auto request = parse_lab_target(target);
  if (!request) {
    TRILANE_CHECK(!request.error().message.empty() && request.error().message.size() < 300);
    return;
  }
  // Whatever is accepted is inside its bounds.
  TRILANE_CHECK(is_lab_target(target));
  TRILANE_CHECK(request->wait_ms >= 0 && request->wait_ms <= kMaxLabWaitMs);
  TRILANE_CHECK(request->bytes <= kMaxLabBytes && request->status >= 200 && request->status <= 599);
  if (request->kind == LabRequest::Kind::latency) {
    if (request->bytes <= 100'000 && request->status == 200) TRILANE_CHECK(lab_body(*request).size() == request->bytes);
    return;
  }
  if (request->bytes <= 20'000) TRILANE_CHECK(!lab_body(*request).empty());
  // Without jitter the target can be written again.
  const auto again =
      parse_lab_target(lab_page_target(request->page, request->wait_ms, 0, request->bytes, request->seed));
  TRILANE_CHECK(again && again->wait_ms == request->wait_ms && again->page == request->page &&
                again->bytes == request->bytes && again->seed == request->seed);
}

std::vector<Bytes> lab_target_seeds() {
  std::vector<Bytes> seeds;
  for (const std::string_view text : {
           std::string_view("\0/lab/latency?ms=50&jitter=10&bytes=1000&status=200", 51),
           std::string_view("\1ms=0.25&bytes=10000000"),
           std::string_view("\1%6ds=60000&status=599"),
           std::string_view("\2"
                            "4294967295?seed=18446744073709551615"),
           std::string_view("\3ms=50&bytes=20000&seed=1&jitter=0"),
           std::string_view("\1ms=1&ms=2&%zz=&"),
       }) {
    const auto bytes = as_byte_span(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  }
  return seeds;
}

}  // namespace trilane::fuzz
