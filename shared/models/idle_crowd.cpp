#include "models/idle_crowd.hpp"

#include <condition_variable>
#include <coroutine>
#include <mutex>
#include <new>

#include "models/thread_group.hpp"
#include "platform/system_info.hpp"

namespace trilane {
namespace {

constexpr std::int64_t kLongNs = 3'600'000'000'000;

/// Holds threads until it is opened.
class Door {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++inside_;
    arrived_.notify_one();
    opened_.wait(lock, [this] { return open_; });
  }
  void wait_for(std::uint64_t inside) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this, inside] { return inside_ == inside; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_, opened_;
  std::uint64_t inside_ = 0;
  bool open_ = false;
};

}  // namespace

struct IdleCoroutines::Promise : coro::ListNode {
  explicit Promise(IdleCoroutines& crowd) { crowd.sleeping_.push_back(*this); }
  static void* operator new(std::size_t size, IdleCoroutines& crowd) {
    crowd.frame_bytes_ += size;
    return ::operator new(size);
  }
  static void operator delete(void* frame, std::size_t size) { ::operator delete(frame, size); }
  Idle get_return_object() const;
  std::suspend_never initial_suspend() const noexcept { return {}; }
  std::suspend_never final_suspend() const noexcept { return {}; }
  void return_void() const {}
  [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
};

struct IdleCoroutines::Idle {
  using promise_type = Promise;
};

IdleCoroutines::Idle IdleCoroutines::Promise::get_return_object() const { return {}; }

IdleCoroutines::Idle IdleCoroutines::sleep(IdleCoroutines& crowd) {
  while (true) co_await crowd.scheduler_.delay(kLongNs);
}

IdleCoroutines::~IdleCoroutines() { end_all(); }

void IdleCoroutines::add(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sleep(*this);
  count_ += count;
}

void IdleCoroutines::end_all() {
  while (!sleeping_.empty()) {
    std::coroutine_handle<Promise>::from_promise(static_cast<Promise&>(sleeping_.front())).destroy();
  }
  count_ = 0;
}

coro::Task<void> IdleCoroutines::dissolve() {
  end_all();
  co_return;
}

Result<IdleThreads> gather_threads(int steps, int step, const CancelToken& cancel) {
  IdleThreads result;
  Door door;
  Status status;
  {
    ThreadGroup group;
    for (int i = 0; i < steps && status; ++i) {
      if (cancel.requested()) status = fail("stopped");
      const std::int64_t before = memory_now();
      for (int one = 0; one < step && status; ++one) {
        status = group.start([&door] { door.wait(); });
        if (status) ++result.count;
      }
      // Those that wait have touched what they need of their stacks.
      door.wait_for(result.count);
      if (status) result.grown_bytes.push_back(memory_now() - before);
    }
    door.open();
  }
  if (cancel.requested() || result.grown_bytes.empty()) {
    return status ? fail("stopped") : std::unexpected(status.error());
  }
  return result;
}

std::int64_t memory_now() { return static_cast<std::int64_t>(read_usage().current_rss_bytes.value_or(0)); }

}  // namespace trilane
