// What one event loop handles besides coroutines' own code: a task that sleeps again and again, network requests and
// their callbacks, a subprocess and its messages; alone, and all of them at once. Loop thread only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "experiments/experiment.hpp"
#include "models/run_config.hpp"

namespace trilane {
class WebRun;
struct WebAccess;
}  // namespace trilane

namespace trilane::lab {

enum LoopSource : std::uint8_t { kTimer, kNetwork, kChild, kLoopSources };
inline constexpr std::string_view kLoopSourceNames[kLoopSources] = {"timer", "network", "child"};
/// How many times each is heard of.
inline constexpr std::uint32_t kLoopEvents[kLoopSources] = {8, 4, 4};

struct LoopEvent {
  double t_ms = 0;  ///< Since its round began.
  LoopSource source = kTimer;
  std::int64_t thread = 0;  ///< Whose code handled it.
  BothTexts text;
};

struct LoopEvents {
  std::vector<LoopEvent> events;  ///< In the order in which they were handled.
  double wall_ms = 0;
};

/// The web that is asked, open as long as this lives.
class LoopSources {
 public:
  LoopSources(LabContext& lab, RunConfig config);
  ~LoopSources();
  LoopSources(const LoopSources&) = delete;
  LoopSources& operator=(const LoopSources&) = delete;
  static Result<RunConfig> config();

  coro::Task<Status> open();
  /// Is the network's part only a timer here?
  bool simulated() const;
  /// Those whose bit is set, at once. Errors: of a request, of the subprocess; kCancelled.
  coro::Task<Result<LoopEvents>> run(unsigned sources);
  static constexpr unsigned kAll = (1U << kLoopSources) - 1;

 private:
  LabContext& lab_;
  RunConfig config_;
  std::unique_ptr<Workload> workload_;
  std::unique_ptr<WebRun> web_;
  std::unique_ptr<WebAccess> access_;
};

}  // namespace trilane::lab
