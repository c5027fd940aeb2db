#include "experiments/probes/lock_watch.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "platform/clock.hpp"

namespace trilane {

std::optional<std::vector<WaitFor>> find_wait_cycle(std::span<const std::size_t> holder,
                                                    std::span<const std::size_t> waits) {
  constexpr std::size_t kNone = LockWatch::kNone;
  for (std::size_t start = 0; start < waits.size(); ++start) {
    std::vector<WaitFor> path;
    // Everybody waits for one lock at most: the path from a thread is a line, and a cycle comes back to it.
    for (std::size_t thread = start; path.size() <= waits.size();) {
      const std::size_t lock = waits[thread];
      if (lock == kNone || holder[lock] == kNone) break;
      path.push_back({thread, lock, holder[lock]});
      thread = holder[lock];
      if (thread == start) return path;
    }
  }
  return std::nullopt;
}

LockWatch::LockWatch(std::size_t threads, std::size_t locks)
    : holder_(locks, kNone), waits_(threads, kNone), waits_since_(threads), refused_(threads) {}

LockWatch::Got LockWatch::lock(std::size_t thread, std::size_t lock) {
  std::unique_lock guard(mutex_);
  TRILANE_CHECK(holder_[lock] != thread);
  if (holder_[lock] != kNone) {
    waits_[thread] = lock;
    waits_since_[thread] = now_ns();
    changed_.wait(guard, [&] { return holder_[lock] == thread || refused_[thread] || stopped_; });
    waits_[thread] = kNone;
    if (holder_[lock] == thread) return Got::lock;
  }
  if (refused_[thread]) {
    refused_[thread] = false;
    return Got::refused;
  }
  if (stopped_) return Got::stopped;
  holder_[lock] = thread;
  return Got::lock;
}

bool LockWatch::try_lock(std::size_t thread, std::size_t lock) {
  const std::lock_guard guard(mutex_);
  if (stopped_ || holder_[lock] != kNone) return false;
  holder_[lock] = thread;
  return true;
}

void LockWatch::unlock(std::size_t thread, std::size_t lock) {
  {
    const std::lock_guard guard(mutex_);
    TRILANE_CHECK(holder_[lock] == thread);
    // Handed to whoever has waited longest. Were it only made free, a victim that tries again at once would take it
    // back before the other has woken, and run into the same deadlock for ever.
    std::size_t next = kNone;
    for (std::size_t i = 0; i < waits_.size(); ++i) {
      if (waits_[i] != lock || refused_[i] || stopped_) continue;
      if (next == kNone || waits_since_[i] < waits_since_[next]) next = i;
    }
    holder_[lock] = next;
    if (next != kNone) waits_[next] = kNone;
  }
  changed_.notify_all();
}

std::optional<Deadlock> LockWatch::look() {
  Deadlock found;
  {
    const std::lock_guard guard(mutex_);
    // An attempt that was refused, and whose thread has not run yet, waits no more.
    std::vector<std::size_t> waits = waits_;
    for (std::size_t i = 0; i < waits.size(); ++i) {
      if (refused_[i]) waits[i] = kNone;
    }
    auto cycle = find_wait_cycle(holder_, waits);
    if (!cycle) return std::nullopt;
    const auto last =
        std::ranges::max_element(*cycle, {}, [&](const WaitFor& arrow) { return waits_since_[arrow.thread]; });
    found.victim = last->thread;
    const std::int64_t now = now_ns();
    found.after_ns = now - waits_since_[last->thread];
    for (const WaitFor& arrow : *cycle) found.waited_ns.push_back(now - waits_since_[arrow.thread]);
    found.cycle = std::move(*cycle);
    refused_[found.victim] = true;
  }
  changed_.notify_all();
  return found;
}

void LockWatch::stop() {
  {
    const std::lock_guard guard(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

}  // namespace trilane
