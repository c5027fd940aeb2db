#include "models/spawn_times.hpp"

#include <atomic>
#include <system_error>
#include <thread>

#include "platform/clock.hpp"

namespace trilane {
namespace {

// Not inlined, or the compiler could put the frame into its caller's and create nothing.
[[gnu::noinline]] coro::Task<std::uint64_t> one_more(std::uint64_t value) { co_return value + 1; }

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

coro::Task<double> create_coroutines(int times) {
  std::uint64_t value = 0;
  const std::int64_t begin = now_ns();
  for (int i = 0; i < times; ++i) value = co_await one_more(value);
  const std::int64_t took = now_ns() - begin;
  // All of them ran, or nothing was measured.
  co_return value == static_cast<std::uint64_t>(times) ? static_cast<double>(took) / times : 0;
}

}  // namespace trilane
