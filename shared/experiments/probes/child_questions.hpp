// What experiments ask of a child process besides the model's jobs (models/child_protocol.hpp), and how it answers. A
// question needs no set-up, and is answered by one frame: the answer, or child::Event::failed.
#pragma once

#include <cstdint>

#include "models/child_service.hpp"

namespace trilane::child {

enum class Question : std::uint16_t {
  global = 20,   ///< AddToGlobal. Answer: GlobalReport (global_probe.hpp).
  deliver = 21,  ///< Any bytes. Answer: Delivery.
  read = 22,     ///< The same, and every byte is read: Delivery::sum.
  look = 23,     ///< i64: for how many ns (at most kMaxLookNs). Answer: f64, stolen_share() of the child's thread.
  occupy = 24,   ///< Occupy: threads that compute. Answer: CpuUse (cpu_use.hpp).
};

/// The frame type of a question's answer.
constexpr std::uint16_t answer_to(Question question) { return static_cast<std::uint16_t>(question) + 100; }

struct AddToGlobal {
  std::int64_t add = 0;      ///< Added to "the same" global variable, in the child.
  std::int64_t wait_ns = 0;  ///< The child blocks for this long before; at most kMaxGlobalWaitNs.
};
inline constexpr std::int64_t kMaxGlobalWaitNs = 1'000'000'000;
inline constexpr std::int64_t kMaxLookNs = 1'000'000'000;

/// What of a message arrived, and where it lay in the child's memory.
struct Delivery {
  std::uint64_t bytes = 0;
  std::uint64_t address = 0;
  std::uint64_t first = 0;  ///< Its first byte, and its last.
  std::uint64_t last = 0;
  std::uint64_t sum = 0;  ///< Question::read: all of its bytes added up.
};

/// `threads` new threads (at most kMaxOccupyThreads) compute for so long (at most kMaxLookNs).
struct Occupy {
  std::uint64_t threads = 1;
  std::int64_t duration_ns = 0;
};
inline constexpr std::uint64_t kMaxOccupyThreads = 64;

/// In the child, for ChildService. False when the frame is no question.
bool answer_question(const wire::Frame& frame, const ChildService::Send& send);

}  // namespace trilane::child
