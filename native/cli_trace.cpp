#include "cli_trace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "trace/chrome_trace.hpp"

namespace trilane::native {
namespace {

std::string reason(const std::string& path) {
  return "cannot write the trace to " + path + ": " + std::strerror(errno);
}

std::vector<ChromeTraceLane> name_lanes(const RunResult& result) {
  std::vector<ChromeTraceLane> lanes;
  const std::string& model = result.config.model;
  for (std::size_t i = 0; i < result.lanes.size(); ++i) {
    const LaneInfo& info = result.lanes[i];
    ChromeTraceLane lane;
    lane.process_id = info.process_id;
    lane.process_name = "trilane";
    lane.lane_name = lane_name(model, i);
    lane.thread_id = info.thread_id;
    if (traits_of(result.config).processes) {
      lane.process_name = fmt::format("child {}", i + 1);
      lane.thread_id = info.process_id;  // its main thread, as Linux numbers threads
    }
    lanes.push_back(std::move(lane));
  }
  return lanes;
}

/// We ourselves created the workers and sent them their jobs.
ChromeTraceRun name_run(const RunConfig& config) {
  return {.racer = config.gil ? "threads_gil" : config.model,
          .workload = config.workload,
          .tasks = config.tasks,
          .process_id = getpid(),
          .process_name = "trilane",
          .thread_id = getpid()};
}

}  // namespace

Status TraceFile::open(const std::string& path) {
  path_ = path;
  // Without O_TRUNC: should the run fail, an earlier trace is still there.
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  made_ = fd >= 0;
  if (fd < 0 && errno == EEXIST) fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return fail(reason(path), "trace");
  file_ = fdopen(fd, "w");
  return {};
}

TraceFile::~TraceFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  if (made_) unlink(path_.c_str());
}

Status TraceFile::write(const RunResult& result) {
  const RunConfig& config = result.config;
  const std::vector<ChromeTraceLane> lanes = name_lanes(result);
  const std::pair<std::string, std::string> facts[] = {
      {"program", "Trilane " TRILANE_VERSION},
      {"model", config.model},
      {"workload", config.workload},
      {"tasks", std::to_string(config.tasks)},
      {"size", std::to_string(config.size)},
      {"workers", std::to_string(config.workers)},
      {"seed", std::to_string(config.seed)},
      {"cpu", host_info().cpu},
      {"dropped_spans", std::to_string(result.dropped_spans)},
  };
  const ChromeTraceRun runs[] = {name_run(config)};
  struct stat about{};
  // A pipe or a device cannot be cut, and need not be.
  const bool regular = fstat(fileno(file_), &about) == 0 && S_ISREG(about.st_mode);
  bool ok = !regular || ftruncate(fileno(file_), 0) == 0;
  ok = ok && write_chrome_trace({lanes, spans_, facts, runs}, [this](std::string_view text) {
         return std::fwrite(text.data(), 1, text.size(), file_) == text.size();
       });
  // A full disk may show only when the buffers are written out, on some file systems only at the close.
  ok = ok && std::fflush(file_) == 0 && (!regular || fsync(fileno(file_)) == 0);
  const int why = errno;
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (ok && closed) return {};
  if (!ok) errno = why;
  return fail(reason(path_), "trace");
}

}  // namespace trilane::native
