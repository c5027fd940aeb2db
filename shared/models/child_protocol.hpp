// The hop between an engine and a child process: frame types (trace/wire.hpp) and payloads.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "models/model.hpp"
#include "trace/span.hpp"
#include "workloads/workload.hpp"

namespace trilane::child {

/// Engine to child.
enum class Command : std::uint16_t {
  ping = 1,   ///< i64: the sender's clock; answered at once with `pong`.
  setup = 2,  ///< Setup: what the jobs that follow are about.
  job = 3,    ///< Job: run these tasks; answered with `result` (and `tile`s before it) or `failed`.
  quit = 4,   ///< Answered with `usage`, then the child exits.
  // From 20 on: what experiments ask (experiments/probes/child_questions.hpp).
};

/// Child to engine.
enum class Event : std::uint16_t {
  ready = 101,   ///< Ready: the first frame.
  pong = 102,    ///< i64: the ping's clock, i64: the child's clock.
  result = 103,  ///< JobResult
  tile = 104,    ///< u32 task, u32 first row, then whole rows of its pixels as an array.
  alive = 105,   ///< Empty: a sign of life in a long job.
  usage = 106,   ///< ChildUsage
  failed = 107,  ///< Text: why it cannot do what was asked.
};

struct Setup {
  std::string workload;
  WorkloadParams params;
  bool trace = true;
  WebAccess web;
};

struct Job {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct Ready {
  std::int64_t clock_ns = 0;       ///< The child's clock when it was ready.
  std::int64_t process_id = 0;     ///< 0 on the page: the parent's number for it is used.
  std::uint64_t memory_bytes = 0;  ///< Its memory when ready; 0 when unknown.
};

/// Times are on the child's clock.
struct JobResult {
  Job job;
  std::vector<TaskRecord> records;  ///< job.count of them, in order.
  std::vector<Span> spans;
  std::uint64_t counted = 0;        ///< What the child's own counter holds so far.
  std::int64_t lock_wait_ns = 0;    ///< So far.
  std::uint64_t dropped_spans = 0;  ///< So far.
  TaskErrors errors;                ///< So far.
};

struct ChildUsage {
  double user_ms = 0, system_ms = 0;  ///< Valid when known is true.
  /// Switches are those since the child was ready.
  std::uint64_t voluntary = 0, involuntary = 0, peak_rss_bytes = 0, current_bytes = 0;  ///< 0: unknown.
  std::uint64_t known = 0;
};

/// How long a child may be silent while it has a job: then it counts as hung. It sends `alive` far more often.
inline constexpr std::int64_t kSilenceNs = 10'000'000'000;
inline constexpr std::int64_t kAliveNs = 500'000'000;

Bytes encode(const Setup& setup);
Bytes encode(const JobResult& result);
Result<Setup> decode_setup(std::span<const std::byte> payload);
/// Checks that records match the job and spans are well-formed.
Result<JobResult> decode_result(std::span<const std::byte> payload);

/// For payloads that are one trivially copyable struct.
template <class T>
Bytes encode_plain(const T& value) {
  ByteWriter writer;
  writer.put(value);
  return writer.take();
}
template <class T>
Result<T> decode_plain(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  T value = reader.get<T>();
  if (!reader.done()) return fail("a message of a wrong size arrived");
  return value;
}

}  // namespace trilane::child
