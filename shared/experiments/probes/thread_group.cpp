#include "experiments/probes/thread_group.hpp"

#include <chrono>
#include <string>
#include <system_error>

namespace trilane {

ThreadGroup::~ThreadGroup() {
  for (std::thread& thread : threads_) thread.join();
}

Status ThreadGroup::start(std::function<void()> body) {
  {
    const std::lock_guard lock(mutex_);
    ++running_;
  }
  try {
    threads_.emplace_back([this, run = std::move(body)] {
      run();
      // Notified under the mutex: the group may end right after.
      const std::lock_guard lock(mutex_);
      --running_;
      ended_.notify_all();
    });
  } catch (const std::system_error& error) {
    const std::lock_guard lock(mutex_);
    --running_;
    return fail("a thread could not be created (" + error.code().message() + "): close other programs and try again");
  }
  return {};
}

bool ThreadGroup::wait(std::int64_t at_most_ns) {
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, std::chrono::nanoseconds(at_most_ns), [this] { return running_ == 0; });
}

}  // namespace trilane
