#include "experiments/probes/idle_crowd.hpp"

#include <coroutine>
#include <new>

namespace trilane {
namespace {

constexpr std::int64_t kLongNs = 3'600'000'000'000;

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

}  // namespace trilane
