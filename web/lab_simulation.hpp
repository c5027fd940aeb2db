// The lab's web where nothing real answers: how long a request waits, and the bytes that it gets. Pure.
#pragma once

#include <cstdint>

#include "platform/http_client.hpp"
#include "workloads/lab_web.hpp"

namespace trilane::web {

bool is_simulated(const HttpGet& request);

class LabSimulation {
 public:
  explicit LabSimulation(const HttpGet& request);

  /// The server's wait, or the timeout when that comes first.
  std::int64_t wait_ns() const;
  /// What there is after that wait. Errors: timed out, longer than max_body_bytes.
  Result<HttpAnswer> answer() const;

 private:
  const HttpGet& request_;
  Result<LabRequest> lab_;
};

}  // namespace trilane::web
