// The workloads that are built in; catalog.cpp lists them. A new workload is one .cpp like sum.cpp, one line here and
// one in catalog.cpp.
#pragma once

#include <memory>

#include "workloads/workload.hpp"

namespace trilane {

template <class T>
std::unique_ptr<Workload> make_workload(const WorkloadParams& params) {
  return std::make_unique<T>(params);
}

extern const WorkloadInfo kSumWorkload;
extern const WorkloadInfo kPrimesWorkload;
extern const WorkloadInfo kMandelbrotWorkload;
extern const WorkloadInfo kSortWorkload;
extern const WorkloadInfo kSleepWorkload;
extern const WorkloadInfo kMixedWorkload;
extern const WorkloadInfo kCounterWorkload;
extern const WorkloadInfo kFetchWorkload;
extern const WorkloadInfo kParseAndSaveWorkload;
extern const WorkloadInfo kEmptyWorkload;

}  // namespace trilane
