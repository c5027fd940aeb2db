#include "models/idle_crowd.hpp"

#include <coroutine>
#include <new>

namespace trilane {
namespace {

constexpr std::int64_t kLongNs = 3'600'000'000'000;

}  // namespace

struct IdleCoroutines::Idle {
  struct promise_type {
    static void* operator new(std::size_t size, IdleCoroutines& crowd) {
      crowd.frame_bytes_ += size;
      return ::operator new(size);
    }
    static void operator delete(void* frame, std::size_t size) { ::operator delete(frame, size); }
    Idle get_return_object() const { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
};

IdleCoroutines::Idle IdleCoroutines::sleep(IdleCoroutines& crowd) {
  ++crowd.count_;
  while (!crowd.over_) co_await crowd.scheduler_.delay(kLongNs);
  --crowd.count_;
}

void IdleCoroutines::add(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sleep(*this);
}

coro::Task<void> IdleCoroutines::dissolve() {
  over_ = true;
  scheduler_.wake_sleepers();
  while (count_ != 0) co_await scheduler_.yield();
}

}  // namespace trilane
