#include "models/shared_counter.hpp"

#include "platform/clock.hpp"

namespace trilane {
void SharedCounter::add(std::uint64_t increments, std::size_t lane, const OnWait& on_wait) {
  switch (mode_) {
    case CounterMode::split:
    case CounterMode::call:
      for (std::uint64_t i = 0; i < increments; ++i) {
        // `counter += 1` as a machine does it: load, add, store. Relaxed atomics make the lost update of the lesson
        // without the undefined behaviour of a plain data race.
        const std::uint64_t seen = shared_.load(std::memory_order_relaxed);
        shared_.store(seen + 1, std::memory_order_relaxed);
      }
      break;
    case CounterMode::mutex:
      for (std::uint64_t i = 0; i < increments; ++i) {
        // A lock taken without waiting costs no clock reading; a wait is measured.
        std::int64_t begin = 0, end = 0;
        if (!mutex_.try_lock()) {
          begin = now_ns();
          mutex_.lock();
          end = now_ns();
        }
        const std::uint64_t seen = shared_.load(std::memory_order_relaxed);
        shared_.store(seen + 1, std::memory_order_relaxed);
        mutex_.unlock();
        if (begin != 0) on_wait(begin, end);
      }
      break;
    case CounterMode::atomic:
      for (std::uint64_t i = 0; i < increments; ++i) shared_.fetch_add(1, std::memory_order_relaxed);
      break;
    case CounterMode::local: {
      // An atomic too, or the compiler would fold the loop into one addition.
      std::atomic<std::uint64_t>& own = locals_[lane].value;
      for (std::uint64_t i = 0; i < increments; ++i) {
        own.store(own.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      }
      break;
    }
  }
}

std::uint64_t SharedCounter::value() const {
  std::uint64_t total = shared_.load(std::memory_order_relaxed);
  for (const Local& local : locals_) total += local.value.load(std::memory_order_relaxed);
  return total;
}

}  // namespace trilane
