#include "experiments/probes/idle_growth.hpp"

#include <algorithm>

#include "platform/system_info.hpp"

namespace trilane::lab {
namespace {

double each(double before, double after, unsigned count) { return std::max(after - before, 0.0) / count; }

}  // namespace

double IdleGrowth::memory() const {
  double sum = static_cast<double>(process_memory(current_process_id()).value_or(0));
  for (const auto& child : children_) {
    // A Worker's is what it told when it was ready: it alone can read it.
    sum += static_cast<double>(process_memory(child->pid()).value_or(child->memory_bytes()));
  }
  return sum;
}

double IdleGrowth::frame_bytes() const {
  return static_cast<double>(coroutines_.frame_bytes()) /
         static_cast<double>(std::max<std::size_t>(coroutines_.count(), 1));
}

coro::Task<double> IdleGrowth::add_coroutines(unsigned count) {
  const double before = memory();
  coroutines_.add(count);
  co_await lab_.scheduler().yield();
  co_return std::max(each(before, memory(), count), frame_bytes());
}

coro::Task<Result<double>> IdleGrowth::add_threads(unsigned count) {
  const double before = memory();
  Status added;
  co_await lab_.scheduler().blocking([&] { added = threads_.add(count); });
  if (!added) co_return std::unexpected(added.error());
  co_return each(before, memory(), count);
}

coro::Task<Result<double>> IdleGrowth::add_processes(unsigned count) {
  const double before = memory();
  for (unsigned i = 0; i < count; ++i) {
    children_.push_back(std::make_unique<ChildProbe>(lab_.scheduler(), lab_.cancel()));
    const Status started = co_await children_.back()->start();
    if (!started) co_return std::unexpected(started.error());
  }
  co_return each(before, memory(), count);
}

coro::Task<void> IdleGrowth::dissolve() {
  co_await coroutines_.dissolve();
  co_await lab_.scheduler().blocking([&] { threads_.finish(); });
}

}  // namespace trilane::lab
