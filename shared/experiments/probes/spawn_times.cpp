#include "experiments/probes/spawn_times.hpp"

#include <atomic>
#include <coroutine>
#include <exception>
#include <system_error>
#include <thread>

#include "platform/clock.hpp"

namespace trilane {
namespace {

// Not a coro::Task: awaiting thousands in a row grows the stack where the compiler cannot transfer control without a
// call (WebAssembly).
struct Short {
  struct promise_type {
    Short get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

// Not inlined, or the compiler could put the frame into its caller's and create nothing.
[[gnu::noinline]] Short one_more(std::uint64_t& value) {
  ++value;
  co_return;
}

}  // namespace

Result<std::vector<std::int64_t>> create_threads(int times, const CancelToken& cancel) {
  std::vector<std::int64_t> took_ns;
  std::atomic<int> ran{0};
  for (int i = 0; i < times; ++i) {
    if (cancel.requested()) return fail("stopped");
    const std::int64_t begin = now_ns();
    try {
      // Relaxed: joining orders what the thread did before what follows.
      std::thread([&ran] { ran.fetch_add(1, std::memory_order_relaxed); }).join();
    } catch (const std::system_error& error) {
      return fail("a thread could not be created (" + error.code().message() + "): close other programs and try again");
    }
    took_ns.push_back(now_ns() - begin);
  }
  return took_ns;
}

double create_coroutines(int times) {
  std::uint64_t value = 0;
  const std::int64_t begin = now_ns();
  for (int i = 0; i < times; ++i) {
    const Short one = one_more(value);
    one.handle.resume();
    one.handle.destroy();
  }
  const std::int64_t took = now_ns() - begin;
  // All of them ran, or nothing was measured.
  return value == static_cast<std::uint64_t>(times) ? static_cast<double>(took) / times : 0;
}

}  // namespace trilane
