#include "loop_watcher.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/check.hpp"
#include "platform/clock.hpp"

namespace trilane::native {
namespace {

constexpr std::int64_t kTurnBudgetNs = 10'000'000;

}  // namespace

LoopWatcher::LoopWatcher(UvEventLoop& loop, std::function<void()> wake)
    : loop_(loop), wake_(std::move(wake)), control_(eventfd(0, EFD_CLOEXEC)) {
  TRILANE_CHECK(control_ >= 0);
  thread_ = std::thread([this] { watch(); });
}

LoopWatcher::~LoopWatcher() {
  stop_ = true;
  eventfd_write(control_, 1);
  thread_.join();
  close(control_);
}

bool LoopWatcher::turn() {
  const std::int64_t begin = now_ns();
  while (true) {
    // libuv tells the system which files it waits for only when it polls. So the last turn must be one that had nothing
    // to do: what earlier ones began to wait for is then known to the system, and to the helper.
    pollfd io{loop_.backend_fd(), POLLIN, 0};
    const bool busy = poll(&io, 1, 0) > 0 || loop_.has_work();
    loop_.turn_without_waiting();
    if (!busy) return true;
    if (now_ns() - begin > kTurnBudgetNs) return false;
  }
}

void LoopWatcher::rearm() {
  // Already waiting: it has not woken us since.
  if (!armed_.exchange(true)) eventfd_write(control_, 1);
}

void LoopWatcher::watch() {
  while (true) {
    // Disarmed: only control_. The loop's descriptor would stay readable, and be reported again and again, until the
    // loop's thread has had its turn.
    const bool armed = armed_;
    pollfd files[] = {{control_, POLLIN, 0}, {loop_.backend_fd(), POLLIN, 0}};
    if (poll(files, armed ? 2 : 1, -1) < 0 && errno != EINTR) return;
    if (stop_) return;
    if ((files[0].revents & POLLIN) != 0) {
      eventfd_t count;
      eventfd_read(control_, &count);
    } else if (armed && files[1].revents != 0) {
      armed_ = false;
      wake_();
    }
  }
}

}  // namespace trilane::native
