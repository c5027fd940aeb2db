#include "experiments/probes/hand_over.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <numeric>

#include "experiments/probes/thread_group.hpp"
#include "platform/clock.hpp"
#include "platform/system_info.hpp"

namespace trilane {
namespace {

constexpr std::chrono::seconds kAnswer{3};

/// What a reader found in a pass.
struct Seen {
  std::uint64_t address = 0;
  std::int64_t thread_id = 0;
  std::int64_t process_id = 0;
  std::uint64_t first = 0, last = 0, sum = 0;
};

/// What the writer and one reader share: a place, and whose turn it is.
struct Rendezvous {
  std::mutex mutex;
  std::condition_variable changed;
  const std::vector<std::uint8_t>* data = nullptr;  // set: the reader's turn
  Seen seen;
  bool over = false;

  void read(ReadPart part) {
    for (;;) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return over || data != nullptr; });
      if (over) return;
      seen = {.address = reinterpret_cast<std::uintptr_t>(data->data()),
              .thread_id = current_thread_id(),
              .process_id = current_process_id(),
              .first = data->front(),
              .last = data->back(),
              .sum = part == ReadPart::every ? sum_of_bytes(data->data(), data->size()) : 0};
      data = nullptr;
      lock.unlock();
      changed.notify_all();
    }
  }

  bool pass(const std::vector<std::uint8_t>& buffer) {
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

void note(const Seen& seen, std::uint64_t value, std::size_t bytes, ReadPart part, HandOver& result) {
  result.addresses.insert(seen.address);
  result.thread_ids.insert(seen.thread_id);
  result.process_ids.insert(seen.process_id);
  const bool whole = part == ReadPart::ends || seen.sum == value * bytes;
  if (seen.first != value || seen.last != value || !whole) ++result.lost;
}

}  // namespace

std::uint64_t sum_of_bytes(const std::uint8_t* data, std::size_t bytes) {
  return std::accumulate(data, data + bytes, std::uint64_t{0});
}

Result<HandOver> hand_over(std::size_t bytes, std::size_t readers, int times, ReadPart part,
                           const CancelToken& cancel) {
  std::vector<std::uint8_t> buffer(bytes);
  HandOver result{.addresses = {reinterpret_cast<std::uintptr_t>(buffer.data())},
                  .thread_ids = {current_thread_id()},
                  .process_ids = {current_process_id()}};
  std::vector<Rendezvous> meetings(readers);
  ThreadGroup group;
  Status status;
  for (Rendezvous& one : meetings) {
    if (status) status = group.start([&one, part] { one.read(part); });
  }
  // Every reader is passed to once before anything counts.
  const int warm = static_cast<int>(readers);
  for (int i = 0; i < warm + times && status; ++i) {
    const auto value = static_cast<std::uint8_t>(i + 1);
    if (part == ReadPart::every) std::ranges::fill(buffer, value);
    // Alone, so that the time between two passes, and with it how deep the reader's core sleeps, is that of any size.
    buffer.front() = buffer.back() = value;
    Rendezvous& reader = meetings[static_cast<std::size_t>(i) % readers];
    const std::int64_t begin = now_ns();
    if (cancel.requested()) {
      status = fail("stopped");
    } else if (!reader.pass(buffer)) {
      status = fail("a thread did not answer within three seconds: close other programs and try again");
    } else {
      if (i >= warm) result.round_trips_ns.push_back(now_ns() - begin);
      // The reader's writes came before its unlock, and we locked after it.
      note(reader.seen, value, bytes, part, result);
    }
  }
  for (Rendezvous& one : meetings) one.end();
  if (!status) return std::unexpected(status.error());
  return result;
}

}  // namespace trilane
