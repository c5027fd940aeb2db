#include "models/shared_counter.hpp"

#include "platform/clock.hpp"

namespace trilane {
namespace {

// A lock taken without waiting costs no clock reading; a wait is measured.
std::int64_t lock_measured(std::mutex& mutex) {
  if (mutex.try_lock()) return 0;
  const std::int64_t begin = now_ns();
  mutex.lock();
  return now_ns() - begin;
}

}  // namespace

std::int64_t SharedCounter::add(std::uint64_t increments, std::size_t lane) {
  std::int64_t waited_ns = 0;
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
        waited_ns += lock_measured(mutex_);
        const std::uint64_t seen = shared_.load(std::memory_order_relaxed);
        shared_.store(seen + 1, std::memory_order_relaxed);
        mutex_.unlock();
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
  return waited_ns;
}

std::uint64_t SharedCounter::value() const {
  std::uint64_t total = shared_.load(std::memory_order_relaxed);
  for (const Local& local : locals_) total += local.value.load(std::memory_order_relaxed);
  return total;
}

}  // namespace trilane
