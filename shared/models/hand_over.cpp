#include "models/hand_over.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "models/thread_group.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

constexpr std::chrono::seconds kAnswer{1};

/// What the two threads share: a place, and whose turn it is.
struct Meeting {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::uint8_t>* data = nullptr;  // set: the reader's turn
  std::uint64_t seen_address = 0;
  std::uint8_t seen_first = 0, seen_last = 0;
  bool over = false;

  void read() {
    for (;;) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return over || data != nullptr; });
      if (over) return;
      seen_address = reinterpret_cast<std::uintptr_t>(data->data());
      seen_first = data->front();
      seen_last = data->back();
      data = nullptr;
      lock.unlock();
      changed.notify_all();
    }
  }

  bool pass(std::vector<std::uint8_t>& buffer) {
    std::unique_lock lock(mutex);
    data = &buffer;
    changed.notify_all();
    return changed.wait_for(lock, kAnswer, [this] { return data == nullptr; });
  }

  void end() {
    const std::lock_guard lock(mutex);
    over = true;
    changed.notify_all();
  }
};

}  // namespace

Result<HandOver> hand_over(std::size_t bytes, int times, const CancelToken& cancel) {
  std::vector<std::uint8_t> buffer(bytes);
  HandOver result;
  result.value_arrived = true;
  result.writer_address = reinterpret_cast<std::uintptr_t>(buffer.data());
  Meeting meeting;
  ThreadGroup group;
  if (Status status = group.start([&] { meeting.read(); }); !status) return std::unexpected(status.error());
  Status status;
  for (int i = 0; i < times && status; ++i) {
    const auto value = static_cast<std::uint8_t>(i + 1);
    buffer.front() = value;
    buffer.back() = value;
    const std::int64_t begin = now_ns();
    if (cancel.requested()) {
      status = fail("stopped");
    } else if (!meeting.pass(buffer)) {
      status = fail("a thread did not answer within a second: close other programs and try again");
    } else {
      result.round_trips_ns.push_back(now_ns() - begin);
      // The reader's writes came before its unlock, and we locked after it.
      result.reader_address = meeting.seen_address;
      if (meeting.seen_first != value || meeting.seen_last != value) result.value_arrived = false;
    }
  }
  meeting.end();
  if (!status) return std::unexpected(status.error());
  return result;
}

}  // namespace trilane
