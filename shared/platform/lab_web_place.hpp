// Platform seam: where the lab's own web (workloads/lab_web.hpp) answers when no server is started for a run: a page
// finds out when the first run fetches. Native programs start a server instead (Capabilities::starts_lab_server).
#pragma once

#include <functional>
#include <string>

#include "base/both_texts.hpp"

namespace trilane {

class EventLoop;

/// What a base URL begins with where nothing real answers: the HTTP clients then wait with a timer and make the bytes
/// themselves.
inline constexpr const char* kSimulatedWeb = "simulated:";

struct LabWebPlace {
  std::string base_url;          ///< A task's target follows it. kSimulatedWeb where nothing real answers.
  BothTexts simulated_because;   ///< Then: why, a part of a sentence. Otherwise empty.
  unsigned max_connections = 0;  ///< Most that the browser opens to it at a time; 0: no limit.
};

/// Loop thread only; `found` is called there once, never before this returns. May take seconds.
void find_lab_web(EventLoop& loop, std::function<void(LabWebPlace)> found);

}  // namespace trilane
