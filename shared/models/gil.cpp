#include "models/gil.hpp"

namespace trilane {

void Gil::acquire_locked(std::unique_lock<std::mutex>& lock) {
  while (held_) {
    const std::uint64_t seen = switches_;
    const bool timed_out = released_.wait_for(lock, interval_) == std::cv_status::timeout;
    // Only ask when the holder has kept the lock for the whole interval: a switch in between starts it anew.
    if (timed_out && held_ && switches_ == seen) drop_requested_.store(true, std::memory_order_relaxed);
  }
  held_ = true;
  ++switches_;
  drop_requested_.store(false, std::memory_order_relaxed);
  switched_.notify_all();
}

void Gil::acquire() {
  std::unique_lock lock(mutex_);
  acquire_locked(lock);
}

void Gil::release() {
  const std::lock_guard lock(mutex_);
  held_ = false;
  released_.notify_one();
}

void Gil::yield() {
  std::unique_lock lock(mutex_);
  // The thread that asked is still waiting as long as its request stands: taking the lock clears it. So somebody will
  // take the lock now, and this wait ends.
  if (!drop_requested_.load(std::memory_order_relaxed)) return;
  held_ = false;
  const std::uint64_t mine = switches_;
  released_.notify_one();
  switched_.wait(lock, [&] { return switches_ != mine; });
  acquire_locked(lock);
}

}  // namespace trilane
