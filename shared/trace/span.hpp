// What a trace is made of: spans on lanes.
#pragma once

#include <cstdint>
#include <string_view>

namespace trilane {

/// What a lane did between two instants. Stored and sent as a number: append only.
enum class SpanKind : std::uint8_t {
  compute,    ///< Ran a kernel (or an empty task).
  wait,       ///< A task's own wait: blocking in sync, threads and children; suspended in async.
  lock_wait,  ///< Waited for a mutex of the workload.
  gil_wait,   ///< Waited for the lock that stands for CPython's GIL.
  create,     ///< A thread, process or Worker was being created: from the request to its first instruction.
  message,    ///< A job travelled to an idle child: from sending to the start of its first task.
  loop_lag,   ///< The event loop could not turn: from when a timer was due until it ran.
  fetch,      ///< An HTTP request was under way: blocking in sync, threads and children; suspended in async.
  parse,      ///< A page's HTML was parsed.
  save,       ///< Rows were committed to the database.
};
inline constexpr int kSpanKinds = 10;

constexpr std::string_view span_kind_name(SpanKind kind) {
  constexpr std::string_view names[kSpanKinds] = {"compute", "wait",     "lock wait", "GIL wait", "create",
                                                  "message", "loop lag", "fetch",     "parse",    "save"};
  return names[static_cast<int>(kind)];
}

/// Kinds that an event loop has many of at one time: the task is suspended meanwhile.
constexpr bool suspends_in_async(SpanKind kind) { return kind == SpanKind::wait || kind == SpanKind::fetch; }

inline constexpr std::uint32_t kNoTask = 0xffffffff;

/// 32 bytes, as recorded, sent and stored. Times are ns on the recording clock; after the drain (recorder.hpp) ns since
/// the start of the run's measured repeat.
struct Span {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::uint32_t task = kNoTask;
  std::uint16_t lane = 0;
  SpanKind kind = SpanKind::compute;
  std::uint8_t segment = 0;  ///< Index of the segment in its task's script; 255 and above is 255.
  std::uint64_t arg = 0;     ///< compute: kernel units; message: payload bytes; otherwise 0.
};
static_assert(sizeof(Span) == 32);

}  // namespace trilane
