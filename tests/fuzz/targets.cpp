#include "fuzz/targets.hpp"

namespace trilane::fuzz {

std::span<const Target> targets() {
  static constexpr Target all[] = {
      {"frames", run_frames, frame_seeds},
      {"payloads", run_payloads, payload_seeds},
      {"config", run_config, config_seeds},
      {"lab_target", run_lab_target, lab_target_seeds},
      {"http_request", run_http_request, http_request_seeds},
      {"import", run_import, import_seeds},
      {"trace_file", run_trace_file, trace_file_seeds},
      {"judge", run_judge, judge_seeds},
  };
  return all;
}

}  // namespace trilane::fuzz
