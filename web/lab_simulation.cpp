#include "lab_simulation.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "platform/lab_web_place.hpp"

namespace trilane::web {
namespace {

constexpr double kNsPerMs = 1e6;

Result<LabRequest> parse(std::string_view url) {
  url.remove_prefix(std::string_view(kSimulatedWeb).size());
  return parse_lab_target(url);
}

}  // namespace

bool is_simulated(const HttpGet& request) { return request.url.starts_with(kSimulatedWeb); }

LabSimulation::LabSimulation(const HttpGet& request) : request_(request), lab_(parse(request.url)) {}

std::int64_t LabSimulation::wait_ns() const {
  if (!lab_) return 0;
  return static_cast<std::int64_t>(std::min(lab_->wait_ms, static_cast<double>(request_.timeout_ms)) * kNsPerMs);
}

Result<HttpAnswer> LabSimulation::answer() const {
  if (!lab_) return HttpAnswer{lab_.error().field == "path" ? 404 : 400, lab_.error().message};
  const std::string cannot = "cannot fetch " + request_.url + ": ";
  if (lab_->wait_ms > request_.timeout_ms) {
    return fail(cannot + "timed out after " + std::to_string(request_.timeout_ms) + " ms");
  }
  if (lab_->bytes > request_.max_body_bytes) {
    return fail(cannot + "the answer is longer than " + std::to_string(request_.max_body_bytes) + " bytes");
  }
  return HttpAnswer{lab_->status, lab_body(*lab_)};
}

}  // namespace trilane::web
