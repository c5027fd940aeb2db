// `--trace FILE`: the last repeat's spans, collected while it runs and written as Chrome trace JSON.
#pragma once

#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "experiments/run/run_result.hpp"

namespace trilane::native {

/// A file that is known to be writable before the run starts. What it held before stays until write().
class TraceFile {
 public:
  TraceFile() = default;
  /// Removes the file again when it was made for a trace that never came.
  ~TraceFile();
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  Status open(const std::string& path);
  bool is_open() const { return file_ != nullptr; }

  void begin_repeat() { spans_.clear(); }
  void add(std::span<const Span> spans) { spans_.insert(spans_.end(), spans.begin(), spans.end()); }
  /// The error says why not: no space left, and so on.
  Status write(const RunResult& result);

 private:
  std::string path_;
  std::FILE* file_ = nullptr;
  bool made_ = false;
  std::vector<Span> spans_;
};

}  // namespace trilane::native
