#include "experiments/probes/global_probe.hpp"

#include <atomic>

#include "platform/system_info.hpp"

namespace trilane {
namespace {

// Relaxed everywhere: whoever looks has joined the thread that wrote before, or waited for its message.
std::atomic<std::int64_t> global{0};

}  // namespace

GlobalReport add_to_global(std::int64_t amount) {
  const std::int64_t before = global.fetch_add(amount, std::memory_order_relaxed);
  return {.address = reinterpret_cast<std::uintptr_t>(&global),
          .before = before,
          .after = before + amount,
          .process_id = current_process_id(),
          .thread_id = current_thread_id()};
}

void set_global(std::int64_t value) { global.store(value, std::memory_order_relaxed); }
std::int64_t read_global() { return global.load(std::memory_order_relaxed); }

}  // namespace trilane
