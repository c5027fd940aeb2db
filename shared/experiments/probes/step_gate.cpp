#include "experiments/probes/step_gate.hpp"

#include <chrono>

namespace trilane {

bool StepGate::arrive(std::size_t thread) {
  std::unique_lock lock(mutex_);
  threads_[thread] = At::waiting;
  changed_.notify_all();
  changed_.wait(lock, [&] { return closed_ || threads_[thread] == At::stepping; });
  return !closed_;
}

void StepGate::depart(std::size_t thread) {
  const std::lock_guard lock(mutex_);
  threads_[thread] = At::away;
  changed_.notify_all();
}

void StepGate::leave(std::size_t thread) {
  const std::lock_guard lock(mutex_);
  threads_[thread] = At::left;
  changed_.notify_all();
}

bool StepGate::step(std::size_t thread, std::int64_t at_most_ns) {
  std::unique_lock lock(mutex_);
  const auto until = std::chrono::steady_clock::now() + std::chrono::nanoseconds(at_most_ns);
  if (!changed_.wait_until(lock, until, [&] { return closed_ || threads_[thread] != At::away; })) return false;
  if (closed_ || threads_[thread] != At::waiting) return false;
  threads_[thread] = At::stepping;
  changed_.notify_all();
  return changed_.wait_until(lock, until, [&] { return closed_ || threads_[thread] != At::stepping; }) && !closed_;
}

void StepGate::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace trilane
