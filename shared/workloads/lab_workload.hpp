// What the workloads that ask the lab's web for pages have in common: task N's page is page N.
#pragma once

#include "workloads/lab_web.hpp"
#include "workloads/workload.hpp"

namespace trilane {

class LabWorkload : public Workload {
 public:
  explicit LabWorkload(const WorkloadParams& params) : params_(params) {}
  std::string target(std::uint32_t task) const final {
    return lab_page_target(task, params_.wait_ms, params_.jitter_ms, params_.size, params_.seed);
  }

 protected:
  const WorkloadParams& params() const { return params_; }

 private:
  WorkloadParams params_;
};

}  // namespace trilane
